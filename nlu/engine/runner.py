"""Runs Rasa's graph node by node. Rasa hands each message's handful of steps to dask, a scheduler for clusters, three
times a turn; its bookkeeping costs as much as our understanding of the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class StraightRunner(GraphRunner):
    """Runs the nodes that the targets need, each after those it needs itself."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._order = lru_cache(maxsize=None)(self._ordered)

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> StraightRunner:
        """A runner with every node made ready."""
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(self, inputs: dict[str, Any] | None = None, targets: Sequence[str] | None = None) -> dict[str, Any]:
        """Name of each target → what its node gives. `inputs` are known by the names under which nodes need them."""
        known = dict(inputs or {})
        wanted = tuple(targets or self._schema.target_names)
        for name in self._order(wanted):
            needed = dict.fromkeys(self._schema.nodes[name].needs.values())
            _, known[name] = self._nodes[name](*((source, known[source]) for source in needed if source in known))
        return {name: known[name] for name in wanted}

    def components(self) -> list[object]:
        """What the nodes run."""
        return [node._component for node in self._nodes.values()]

    def _ordered(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        """The nodes to run, sources first."""
        order: dict[str, None] = {}

        def add(name: str) -> None:
            if name in self._schema.nodes and name not in order:
                for source in self._schema.nodes[name].needs.values():
                    add(source)
                order[name] = None

        for target in targets:
            add(target)
        return tuple(order)
