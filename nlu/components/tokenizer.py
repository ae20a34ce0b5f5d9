"""Third: words, by a jieba of our own that keeps the community's words whole."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.classifiers.features import Sample
from nlu.components.entity_ruler import MASKED
from nlu.components.lexical import Lexical
from nlu.components.normaliser import NORMAL
from nlu.lexicon import Lexicon
from nlu.segment import Segmenter
from nlu.text.frames import Frames

SAMPLE = "sample"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class JiebaTokenizer(Lexical):
    """Sets the tokens of the masked text, and `sample`: what the classifiers look at."""

    def equip(self, lexicon: Lexicon) -> None:
        """Take the words to keep whole from the lexicon."""
        self._segmenter = Segmenter([*lexicon.words, *lexicon.places])
        self._frames = Frames(lexicon.danger_words)

    def read(self, message: Message) -> None:
        """Cut the message into words."""
        masked = message.get(MASKED)
        tokens = [Token(word, start) for word, start in self._segmenter.segment(masked)]
        message.set(TOKENS_NAMES[TEXT], tokens)
        text, words = message.get(NORMAL).text, tuple(token.text for token in tokens)
        message.set(SAMPLE, Sample(text, masked, words, tuple(self._frames(text))))
