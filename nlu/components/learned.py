"""What the two classifiers share as Rasa components: how they are made, kept in the model, and share sentence vectors."""

from __future__ import annotations

import os
from abc import abstractmethod
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaClassifier
from rasa.shared.nlu.training_data.message import Message

from nlu.classifiers.embedding import E5


@lru_cache(maxsize=1)
def embedder() -> E5:
    """The one sentence encoder of this process; `LINLI_VECTOR_CACHE` names the file that training keeps vectors in."""
    cache = os.environ.get("LINLI_VECTOR_CACHE")
    return E5(Path(cache) if cache else None)


class Learned(GraphComponent, RasaClassifier):
    """A classifier of `nlu.classifiers` in Rasa's pipeline."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: Any = None) -> None:
        self._model_storage, self._resource, self._model = model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Learned:
        """A classifier before training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Learned:
        """A classifier of a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, cls.read_model(Path(folder)))

    @classmethod
    @abstractmethod
    def read_model(cls, folder: Path) -> Any:
        """The model kept in a folder."""

    @abstractmethod
    def classify(self, messages: list[Message]) -> None:
        """Add the classifier's answer to each message."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify incoming messages; a button's payload, already read, keeps its intent."""
        self.classify(messages)
        return messages
