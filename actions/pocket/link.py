"""A link between a staff account and a private chat, the code that makes it, and the letters that come through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Link:
    """One account's chat. `account`: its id; `chat`: "telegram:42", always a private one; `draft`: what the worker is in
    the middle of, as the channel keeps it, None for nothing."""

    account: str
    chat: str
    linked_at: datetime
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class LinkCode:
    """A code that was shown to whoever is signed in to the account. Only its digest is kept; it works once, until then."""

    account: str
    digest: str
    until: datetime


class Taken(StrEnum):
    """What became of a letter: nothing yet, it was the worker's, or it was said as a resident."""

    WAITING = "waiting"
    STAFF = "staff"
    RESIDENT = "resident"


@dataclass(frozen=True)
class Letter:
    """What came from a linked chat, on record before the channel may forget it.

    id        the channel's own, the same however often it comes
    body      as the channel brought it; {} once it was dealt with
    answers   what is said back, as the channel keeps it; said already where `answered_at` is set
    """

    id: str
    chat: str
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)
    taken: Taken = Taken.WAITING
    answers: Sequence[Mapping[str, Any]] = ()
    answered_at: datetime | None = None
