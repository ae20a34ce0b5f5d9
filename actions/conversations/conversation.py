"""A conversation: one resident on one channel, and who speaks with the resident now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ASKED = "asked"
"""In the place of a call back's number: a phone to call was asked for."""


class Owner(StrEnum):
    """Who answers: the bot, or a person. While a person owns it the engine is not asked and the bot is silent."""

    BOT = "bot"
    PERSON = "person"


class Stage(StrEnum):
    """Bot, waiting for a person, or with one."""

    BOT = "bot"
    WAITING = "waiting"
    PERSON = "person"


class Alert(StrEnum):
    """Whether the operators' console rings (emergency, self-harm) until somebody takes over."""

    NONE = "none"
    RING = "ring"


@dataclass(frozen=True)
class Conversation:
    """One conversation.

    id          channel and the channel's own id: "web:abc", "telegram:42"
    operator    login of the operator who has it; None while the bot has it or nobody has yet
    reason      why a person is wanted, "" while the bot has it
    address, phone   what the resident told us and need not tell again; None before that
    person           id of the person it was joined to, or whose preferences are known; None before that
    consent          version of the text on personal data that was shown; None before that
    call_back        ASKED where a phone was asked for to call back, the ticket's number where a call back was filed
    waiting_since, taken_at   when a person was last asked for, and when somebody took over after that
    """

    id: str
    channel: str
    owner: Owner
    state: Stage
    created_at: datetime
    updated_at: datetime
    operator: str | None = None
    alert: Alert = Alert.NONE
    reason: str = ""
    address: str | None = None
    phone: str | None = None
    person: str | None = None
    consent: str | None = None
    call_back: str | None = None
    waiting_since: datetime | None = None
    taken_at: datetime | None = None

    def came_to_bot(self, at: datetime) -> bool:
        """Whether what was said at that moment was said to the bot, though a person is waited for by now: it may be what
        asked for one, and its answer is still owed when the process died over it."""
        return self.state is Stage.WAITING and self.waiting_since is not None and at < self.waiting_since


def held_in_public(conversation: str) -> bool:
    """Whether others read along: "telegram:-100123:42" is one resident's talk in an estate's group."""
    return conversation.startswith("telegram:-")


def channel_of(conversation: str) -> str:
    """The channel that a conversation's id names: "web:abc" → "web"."""
    return conversation.partition(":")[0]
