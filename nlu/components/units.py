"""Last: which units handled the like of it, by the site's own history; nothing where the site has brought none.

The one part of the engine that is not in the trained model: a site's history stays in its data folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.learned import embedder
from nlu.components.tokenizer import SAMPLE
from nlu.dispatch.adviser import Adviser
from nlu.dispatch.clues import Hints, hints_of

LEARNED = "LINLI_DISPATCH"
"""The variable that names the file of what was learned."""
FILED = frozenset(
    ["report_issue", "seek_help", "emergency", "complain_staff", "suggest", "book_service", "add_to_ticket", "inform"]
)
"""Intents that can become a ticket; for others nobody asks which unit it is."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class UnitAdviser(GraphComponent, IntentClassifier):
    """Sets `units`: [[name, probability], …], best first, on what can become a ticket."""

    def __init__(self, adviser: Adviser) -> None:
        self._adviser = adviser

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> UnitAdviser:
        """With what the environment names."""
        path = os.environ.get(LEARNED)
        return cls(Adviser(Path(path) if path else None))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the advice."""
        for message in messages:
            if (message.get(INTENT) or {}).get("name") in FILED and message.get(SAMPLE):
                units = self._adviser.units(message.get(SAMPLE), _hints(message), embedder())
                message.set("units", [[name, round(score, 4)] for name, score in units], add_to_output=True)
        return messages


def _hints(message: Message) -> Hints:
    ranking = ((intent["name"], intent["confidence"]) for intent in message.get("intent_ranking") or ())
    return hints_of(ranking, message.get("categories") or ())
