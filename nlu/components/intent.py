"""Fifth: what the message wants."""

from __future__ import annotations

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.classifiers.intents import IntentModel
from nlu.components.learned import Learned, embedder
from nlu.components.never_miss import ALARMS
from nlu.components.tokenizer import SAMPLE


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class IntentClassifier(Learned):
    """Sets `intent` and `intent_ranking`."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents of all examples."""
        examples, model = training_data.intent_examples, IntentModel()
        model.fit([e.get(SAMPLE) for e in examples], [e.get(INTENT) for e in examples], embedder())
        with self._model_storage.write_to(self._resource) as folder:
            model.save(Path(folder) / "intents.joblib")
        return self._resource

    @classmethod
    def read_model(cls, folder: Path) -> IntentModel:
        """The intents kept in a folder."""
        return IntentModel.load(folder / "intents.joblib")

    def classify(self, messages: list[Message]) -> None:
        """Rank the intents of messages that carry none yet."""
        unread = [m for m in messages if not _is_payload(m)]
        rankings = self._model.rank([m.get(SAMPLE) for m in unread], [m.get(ALARMS) for m in unread], embedder())
        for message, ranking in zip(unread, rankings):
            named = [{"name": name, "confidence": score} for name, score in ranking]
            message.set(INTENT, named[0], add_to_output=True)
            message.set("intent_ranking", named[:10], add_to_output=True)


def _is_payload(message: Message) -> bool:
    return (message.get(TEXT) or "").startswith("/") and bool((message.get(INTENT) or {}).get("name"))
