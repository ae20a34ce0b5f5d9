"""First in the pipeline: the message in normal form, with the way back to the characters as given."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.lexical import Lexical
from nlu.lexicon import Lexicon
from nlu.text.normalise import normalise

NORMAL = "normal"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class Normaliser(Lexical):
    """Sets `normal` (nlu.text.normalise.Normal) on each message."""

    def equip(self, lexicon: Lexicon) -> None:
        """Take typos, dialect words and traditional characters from the lexicon."""
        self._respelling = lexicon.respelling()

    def read(self, message: Message) -> None:
        """Normalise the message's text."""
        message.set(NORMAL, normalise(message.get(TEXT) or "", self._respelling))
