"""Second: addresses, times, phones, ids, plates, ticket numbers, by grammar and by the community's own place names."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.lexical import Lexical
from nlu.components.normaliser import NORMAL
from nlu.entities import EntityFinder
from nlu.lexicon import Lexicon

MASKED = "masked"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class EntityRuler(Lexical):
    """Sets `entities` in the contract's shape, and `masked`: the normal text with each of them as one sign."""

    def equip(self, lexicon: Lexicon) -> None:
        """Learn the community's places."""
        self._finder = EntityFinder(lexicon.places)

    def read(self, message: Message) -> None:
        """Find what is named; a button's payload keeps the entities that it brought."""
        entities, masked = self._finder.find(message.get(NORMAL), message.get(TEXT) or "")
        brought = message.get(ENTITIES) or []
        message.set(ENTITIES, [*brought, *(entity.as_dict() for entity in entities)], add_to_output=True)
        message.set(MASKED, masked)
