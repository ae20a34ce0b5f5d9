"""In which characters a resident reads: simplified as everything here is written, or traditional for who asked for it."""

from __future__ import annotations

from functools import cache
from typing import Any

import opencc

from actions.conversations.person import Language
from actions.conversations.preferring import person_of
from actions.store.database import Database

SHOWN = ("text", "title")
"""Fields that are rewritten. What a button sends stays, for the engine reads simplified characters; and so do quotations,
which are verbatim."""


def to_traditional(text: str) -> str:
    """The same text in traditional characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> opencc.OpenCC:
    """Its tables are read at first use."""
    return opencc.OpenCC("s2t")


def reads_traditional(conversation: str, database: Database) -> bool:
    """Whether who talks there asked for traditional characters."""
    person = person_of(conversation, uow=database.reading())
    return person is not None and person.language is Language.TRADITIONAL


def as_read(view: Any, traditional: bool) -> Any:
    """A message or an answer of the chat API in the characters of its reader; a resident's own words stay."""
    if not traditional or (isinstance(view, dict) and view.get("author") == "resident"):
        return view
    if isinstance(view, dict):
        return {
            key: to_traditional(value) if key in SHOWN and isinstance(value, str) else as_read(value, traditional)
            for key, value in view.items()
        }
    return [as_read(item, traditional) for item in view] if isinstance(view, list | tuple) else view
