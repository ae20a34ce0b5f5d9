"""A kept message as live pages receive it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.attachments.attachment import Kind
from actions.clock import local
from actions.conversations.message import Message


def message_news(message: Message) -> dict[str, Any]:
    """The news that a message was kept."""
    return {"type": "message", "message": message_view(message)}


def attachment_url(attachment: str) -> str:
    """Where a resident's browser finds a file."""
    return f"/api/chat/attachments/{attachment}"


def attachment_of(payload: Mapping[str, Any]) -> dict[str, str] | None:
    """The photo, voice or video that a message brought along."""
    kind = next((kind.value for kind in Kind if payload.get(kind.value)), None)
    return {"kind": kind, "id": payload[kind], "url": attachment_url(payload[kind])} if kind else None


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
        "dossier": bool(message.payload.get("dossier")),
        "attachment": attachment_of(message.payload),
        "events": list((message.outcome or {}).get("events") or ()),
        "at": local(message.created_at).isoformat(),
    }
