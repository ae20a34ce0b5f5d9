"""Which tickets a screen asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.tickets.states import State


@dataclass(frozen=True)
class TicketFilter:
    """Every field narrows; None or "" does not.

    states, categories, kinds   any of these
    text          words, each part of the number, the address or what was reported, or the whole telephone number
    resident      a conversation that reported or joined, or any other conversation of the same person
    opened_since, opened_until   opened at or after the one, before the other
    due_before    unsolved and due before that moment
    confidential  True only confidential, False none of them, None both: a screen says which its reader may see
    up_to         of confidential ones only those handled up to this level of the supervisor line: its reader's
    level         gone up the supervisor line to this level
    wished        with (True) or without a wish that waits for an answer
    helper        "worker:w03": somebody has a part of it still to do
    page, size    from 1; tickets a page
    """

    states: Collection[State] | None = None
    category: str | None = None
    kind: str | None = None
    grid: str | None = None
    assignee: str | None = None
    resident: str | None = None
    phone: str | None = None
    channel: str | None = None
    urgent: bool | None = None
    confidential: bool | None = None
    up_to: int | None = None
    level: int | None = None
    wished: bool | None = None
    helper: str | None = None
    text: str = ""
    opened_since: datetime | None = None
    opened_until: datetime | None = None
    due_before: datetime | None = None
    categories: Collection[str] | None = None
    kinds: Collection[str] | None = None
    page: int = 1
    size: int = 50


class Order(StrEnum):
    """How a list of tickets is ordered: the latest first, or what is urgent and due soonest first."""

    NEWEST = "newest"
    PRESSING = "pressing"


@dataclass(frozen=True)
class Waiting:
    """How many open tickets wait for somebody at the desk or up the supervisor line, of those that she may see.

    wished        with a request that she has not made herself and that nobody has answered
    late, urgent  past their deadline; somebody is in danger
    to_confirm, to_dispatch   held until confirmed; given back or not dispatched yet
    watched       gone up the supervisor line to her level
    """

    wished: int
    late: int
    urgent: int
    to_confirm: int
    to_dispatch: int
    watched: int
