"""Fourth: the never-miss rules. What they raise, no classifier takes back."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.lexical import Lexical
from nlu.components.normaliser import NORMAL
from nlu.lexicon import Lexicon
from nlu.text.urgency import NeverMiss

ALARMS = "alarms"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class NeverMissRules(Lexical):
    """Sets `alarms` (a list of nlu.text.urgency.Alarm) and, for the dialogue, `dangers`: what each is about."""

    def equip(self, lexicon: Lexicon) -> None:
        """Compile the patterns."""
        self._rules = NeverMiss(lexicon.never_miss)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing: the classifiers learn without the rules, and the rules would take minutes over all examples."""
        return training_data

    def read(self, message: Message) -> None:
        """Look for danger."""
        alarms = self._rules.alarms(message.get(NORMAL).text)
        message.set(ALARMS, alarms)
        message.set("dangers", [alarm.about for alarm in alarms], add_to_output=True)
