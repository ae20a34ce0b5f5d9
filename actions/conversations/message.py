"""A message: one thing said in a conversation, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Direction(StrEnum):
    """In from the resident, out to the resident."""

    IN = "in"
    OUT = "out"


class Author(StrEnum):
    """Who said it."""

    RESIDENT = "resident"
    BOT = "bot"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True)
class Inbound:
    """What a channel hands over, before anything else happens to it.

    id                  ours, made by the caller
    conversation        "web:abc"
    channel_message_id  the channel's own id; the same twice in a conversation is the same message. None: never the same
    payload             {"location": {"lat": …, "lon": …}}, {"image": attachment id}, {"button": payload}; any of them
    """

    id: str
    conversation: str
    text: str
    channel_message_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """One reply as a channel shows it; the payload has the chat API's `buttons`, `citations` and `image`."""

    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """One message as it is kept.

    seq          its place among all messages, given by the store; 0 before that
    author_name  "" for the resident and the bot, an operator's name
    reply_to     id of the message that it answers
    understood   what the engine made of it: {"intent", "confidence", "intents", "category", "model", …}, or None
    outcome      {"events": [chat API events], "owner": "bot" | "person"}; None while it is not dealt with
    sent_at      when the channel took it (out only); None until then
    """

    id: str
    conversation: str
    direction: Direction
    author: Author
    text: str
    created_at: datetime
    seq: int = 0
    author_name: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    channel_message_id: str | None = None
    reply_to: str | None = None
    understood: Mapping[str, Any] | None = None
    outcome: Mapping[str, Any] | None = None
    sent_at: datetime | None = None

    @property
    def answered(self) -> bool:
        """Whether it has been dealt with, be it by a reply or by putting it before an operator."""
        return self.outcome is not None
