"""A kept message as live pages receive it."""

from __future__ import annotations

from typing import Any

from actions.clock import local
from actions.conversations.message import Message


def message_news(message: Message) -> dict[str, Any]:
    """The news that a message was kept."""
    return {"type": "message", "message": message_view(message)}


def message_view(message: Message) -> dict[str, Any]:
    """A message for the resident's page; `seq` is its place among all messages."""
    return {
        "seq": message.seq,
        "id": message.channel_message_id or message.id,
        "author": message.author.value,
        "name": message.author_name,
        "text": message.text,
        "buttons": list(message.payload.get("buttons") or ()),
        "citations": list(message.payload.get("citations") or ()),
        "events": list((message.outcome or {}).get("events") or ()),
        "at": local(message.created_at).isoformat(),
    }
