"""What the rule components share: they learn the lexicon from the training data and keep it in the model.

Rasa's training cache does not see files that a component opens, so the lexicon travels as lookup tables
(`nlu.engine.importer` puts it there).
"""

from __future__ import annotations

import json
from abc import abstractmethod
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.lexicon import Lexicon

LEXICON = "lexicon"


class Lexical(GraphComponent):
    """A component that works by rule, with the words and patterns of the lexicon."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, lexicon: Lexicon | None = None) -> None:
        self._model_storage, self._resource, self._lexicon = model_storage, resource, lexicon
        if lexicon is not None:
            self.equip(lexicon)

    @abstractmethod
    def equip(self, lexicon: Lexicon) -> None:
        """Make ready to work with the lexicon."""

    @abstractmethod
    def read(self, message: Message) -> None:
        """Add to the message what this component finds."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Lexical:
        """A component before training: without a lexicon."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Lexical:
        """A component of a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Lexicon.load(Path(folder) / "lexicon.json"))

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the lexicon that came with the training data."""
        with self._model_storage.write_to(self._resource) as folder:
            lexicon_of(training_data).save(Path(folder) / "lexicon.json")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Read every training example."""
        for example in training_data.training_examples:
            self.read(example)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Read incoming messages."""
        for message in messages:
            self.read(message)
        return messages


def lexicon_of(training_data: TrainingData) -> Lexicon:
    """The lexicon among the lookup tables of the training data."""
    table = next(table for table in training_data.lookup_tables if table["name"] == LEXICON)
    data = {key: json.loads(value) for key, _, value in (line.partition(" ") for line in table["elements"])}
    data["places"] = {name: tuple(place) for name, place in data["places"].items()}
    return Lexicon(**data)


def lookup_table(lexicon: Lexicon) -> dict[str, Any]:
    """The lexicon as a lookup table, one line for each of its parts."""
    parts = {"respellings": lexicon.respellings, "words": lexicon.words, "places": lexicon.places, "never_miss": lexicon.never_miss}
    return {"name": LEXICON, "elements": [f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in parts.items()]}
