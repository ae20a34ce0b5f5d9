"""Updates in the Bot API's documented shapes, for the tests; the library has the last word on whether they are."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

Fields = dict[str, Any]
BOT = {"id": 7000, "is_bot": True, "first_name": "邻里", "username": "LinliBot"}
POSITION = {"latitude": 26.65, "longitude": 106.63}


def file(**more: Any) -> Fields:
    """A file of any kind, by its ids."""
    return {"file_id": "AgAD", "file_unique_id": "u1", "file_size": 10, **more}


def chat_with(id_: int) -> Fields:
    """A private chat, or a group for an id below 0."""
    return (
        {"id": id_, "type": "private", "first_name": "王"}
        if id_ > 0
        else {"id": id_, "type": "supergroup", "title": "幸福里业主群"}
    )


def message(text: str | None = None, *, id_: int = 1, chat: int = 42, user: int = 42, **fields: Any) -> Fields:
    """A message as the Bot API shows it."""
    sender = {"id": user, "is_bot": False, "first_name": "王", "language_code": "zh-hans"}
    said = {"text": text} if text is not None else {}
    return {"message_id": id_, "date": 1_790_000_000, "chat": chat_with(chat), "from": sender, **said, **fields}


def said(text: str | None = None, **fields: Any) -> Fields:
    """The update that brings a message."""
    return {"message": message(text, **fields)}


def entity(kind: str, piece: str, offset: int = 0) -> Fields:
    """A piece of a text that Telegram has marked."""
    return {"type": kind, "offset": offset, "length": len(piece)}


def pressed(data: str, *, id_: str = "900", chat: int = 42, user: int = 42) -> Fields:
    """A button pressed under a message of ours."""
    sender = {"id": user, "is_bot": False, "first_name": "王"}
    under = {"message_id": 1001, "date": 1_790_000_000, "chat": chat_with(chat), "from": BOT, "text": "…"}
    return {"callback_query": {"id": id_, "from": sender, "message": under, "chat_instance": "1", "data": data}}


@pytest.mark.parametrize("update", [said("灯坏了"), said(location=POSITION), pressed("b:1:0", chat=-100)])
def test_the_library_reads_them_and_leaves_nothing_over(update: Fields) -> None:
    read = Update.de_json({"update_id": 1, **update}, None)
    assert read.api_kwargs == {} and read.effective_user and read.effective_user.id == 42
