"""What the rule components share: they learn the lexicon from the training data and keep it in the model.

Rasa's training cache does not see files that a component opens, so the lexicon travels as patterns
(`nlu.engine.importer` puts it there).
"""

from __future__ import annotations

import json
from abc import abstractmethod
from dataclasses import asdict
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
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
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
    """The lexicon among the patterns of the training data."""
    prefix = f"{LEXICON}."
    data = {
        f["name"].removeprefix(prefix): json.loads(f["pattern"])
        for f in training_data.regex_features
        if f["name"].startswith(prefix)
    }
    data["places"] = {name: tuple(place) for name, place in data["places"].items()}
    return Lexicon(**data)


def as_patterns(lexicon: Lexicon) -> list[dict[str, str]]:
    """The lexicon as Rasa's regex features, one for each of its parts (lookup tables would be taken for file names)."""
    return [
        {"name": f"{LEXICON}.{part}", "pattern": json.dumps(value, ensure_ascii=False)}
        for part, value in asdict(lexicon).items()
    ]
