"""Sixth: what the affair is about."""

from __future__ import annotations

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.classifiers.categories import CategoryModel
from nlu.components.learned import Learned, embedder
from nlu.components.tokenizer import SAMPLE
from nlu.reading import URGENT

BESIDE = frozenset(
    ["greet", "goodbye", "thank", "abuse", "ask_bot", "ask_privacy", "talk_to_human", "cancel", "out_of_scope"]
    + ["query_ticket", "urge_ticket", "withdraw_ticket", "rate_service"]
)
"""Intents that are about no affair: a guess would cost a sentence vector and mean nothing."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class CategoryClassifier(Learned):
    """Sets `category`, `categories`, `kind`, `urgent` and `urgency` in the contract's shape."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn categories and kinds from the examples that carry one."""
        examples = [e for e in training_data.intent_examples if e.get("category")]
        model = CategoryModel()
        model.fit(
            [e.get(SAMPLE) for e in examples],
            [e.get("category") for e in examples],
            [e.get("kind") for e in examples],
            {e.get("kind"): e.get("urgency") for e in examples if e.get("kind")},
            embedder(),
        )
        with self._model_storage.write_to(self._resource) as folder:
            model.save(Path(folder) / "categories.joblib")
        return self._resource

    @classmethod
    def read_model(cls, folder: Path) -> CategoryModel:
        """The categories kept in a folder."""
        return CategoryModel.load(folder / "categories.joblib")

    def classify(self, messages: list[Message]) -> None:
        """Judge what each message is about, where it is about anything."""
        about = [m for m in messages if _intent(m) not in BESIDE]
        for message, verdict in zip(about, self._model.judge([m.get(SAMPLE) for m in about], embedder())):
            urgent = _intent(message) in URGENT
            for key, value in {**verdict.as_dict(urgent), "unsure": verdict.unsure}.items():
                message.set(key, value, add_to_output=True)


def _intent(message: Message) -> str | None:
    name: str | None = (message.get(INTENT) or {}).get("name")
    return name
