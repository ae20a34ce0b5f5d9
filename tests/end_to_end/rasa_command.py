"""Rasa's own test command, `rasa test`, on stories that `tests.end_to_end.stories` has written: the same arguments.

It is Rasa's command as installed, in a process of its own. One thing is changed beforehand: of what the model finds in a
message, entities that lie within other ones are left out, because no test story can name them.
"""

from __future__ import annotations

import os

os.environ["RASA_TELEMETRY_ENABLED"] = "false"  # before rasa is imported: nothing is ever sent home

import sys
from typing import Any

from rasa.__main__ import main
from rasa.core.processor import MessageProcessor

from tests.end_to_end.stories import outermost


def leave_out_inner_entities() -> None:
    """Change what the command sees of a message."""
    parse = MessageProcessor.parse_message

    async def parsed(processor: MessageProcessor, *arguments: Any, **named: Any) -> dict[str, Any]:
        found = await parse(processor, *arguments, **named)
        return {**found, "entities": outermost(found["entities"])}

    MessageProcessor.parse_message = parsed


if __name__ == "__main__":
    leave_out_inner_entities()
    sys.argv = ["rasa", "test", *sys.argv[1:]]
    main()
