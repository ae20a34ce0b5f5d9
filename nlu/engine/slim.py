"""Keeps out of the engine what Rasa and spaCy load and this project never calls: neural networks, other vendors' chats
and clouds, dask.

Rasa imports TensorFlow for components that `config.yml` does not name, and that alone fills more memory than everything
else together. The modules that would import it are put in place empty, before Rasa looks for them; whoever does reach
for something in one of them gets an error that names it. Only the server does so: training loads Rasa as it is.
"""

from __future__ import annotations

import sys
from types import ModuleType

UNUSED: dict[str, tuple[str, ...]] = {
    "rasa.engine.recipes.default_components": ("DEFAULT_COMPONENTS",),  # imported for its imports alone
    "boto3": (),  # this and the next: where conversations could be kept instead
    "boto3.dynamodb": (),
    "boto3.dynamodb.conditions": ("Key",),
    "pymongo": (),
    "pymongo.collection": ("Collection",),
    "rasa.core.channels.botframework": ("BotFrameworkInput",),
    "rasa.core.channels.console": ("CmdlineInput",),
    "rasa.core.channels.facebook": ("FacebookInput",),
    "rasa.core.channels.hangouts": ("HangoutsInput",),
    "rasa.core.channels.mattermost": ("MattermostInput",),
    "rasa.core.channels.rocketchat": ("RocketChatInput",),
    "rasa.core.channels.slack": ("SlackInput",),
    "rasa.core.channels.socketio": ("SocketIOInput",),
    "rasa.core.channels.telegram": ("TelegramInput",),
    "rasa.core.channels.twilio": ("TwilioInput",),
    "rasa.core.channels.twilio_voice": ("TwilioVoiceInput",),
    "rasa.core.channels.webexteams": ("WebexTeamsInput",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
    "rasa.utils.plotting": (),
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "spacy.cli": (),
    "spacy.cli.info": ("info",),
}
"""Module → the names that Rasa or spaCy imports from it."""
ABSENT = ("cryptography", "h5py")
"""Looked for by jwt (for kinds of signatures) and by thinc (for Keras), both of which do without."""


class Unused:
    """Stands where a class of an unused module would."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise RuntimeError(f"{type(self).__name__} is left out of the engine: see nlu/engine/slim.py")

    @classmethod
    def name(cls) -> str:
        """Rasa lists its channels by name when it is imported."""
        return cls.__name__


def leave_out_unused() -> None:
    """Call before anything of Rasa is imported."""
    for name, members in UNUSED.items():
        put_in_place(name, **{member: type(member, (Unused,), {}) for member in members})
    for name in ABSENT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's own way to say: there is none

    from nlu.engine.runner import StraightRunner  # imports parts of Rasa, so not before the others are in place

    put_in_place("rasa.engine.runner.dask", DaskGraphRunner=StraightRunner)


def put_in_place(name: str, **members: object) -> None:
    """Let a module of that name hold these members and nothing else, unless it has been imported already."""
    module = ModuleType(name)
    module.__dict__.update(members)
    sys.modules.setdefault(name, module)
