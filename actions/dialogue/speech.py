"""How an action speaks: a text with its buttons, citations and the events that programs read, in one piece."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from knowledge.citation import Citation

Button = tuple[str, str]
"""(what it shows, what it sends)."""


def wish_button(intent: str, title: str, says: str = "") -> Button:
    """A button that says `says` (its title where that is "") and means `intent`, whatever a classifier would make of it.
    `bot.conversation.engine` knows the intents that a button may carry."""
    return title, f"/{intent}{json.dumps({'wish': says or title}, ensure_ascii=False)}"


def speak(
    dispatcher: CollectingDispatcher,
    text: str,
    *,
    buttons: Sequence[Button] = (),
    citations: Sequence[Citation] = (),
    events: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Say `text`; the rest travels with it to `bot.conversation`, which knows the shape."""
    dispatcher.utter_message(
        json_message={
            "text": text,
            "buttons": [{"title": title, "payload": payload} for title, payload in buttons],
            "citations": [asdict(citation) for citation in citations],
            "events": [dict(event) for event in events],
        }
    )
