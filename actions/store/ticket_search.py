"""Looking for tickets in the database: what narrows a search, pages by a cursor, and what waits for the desk.

Measured on 200,000 tickets (SQLite, two busy cores): a page 1–60 ms by state, grid, category or urgency, half a second for
a word that no ticket has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, tuple_

from actions.store.persons import voices_of
from actions.store.tables import ticket_followers, ticket_helpers, tickets
from actions.tickets.states import OPEN, TO_BE_DONE, State
from actions.tickets.wanted import Order, TicketFilter

_OPEN = [state.value for state in sorted(OPEN)]
_UNSOLVED = [state.value for state in sorted(TO_BE_DONE)]
_NUMBER = re.compile(r"[A-Za-z]{1,6}\d{8}-?\d*")
_PHONE = re.compile(r"\d{7,}")
_LAST = "\U0010ffff"

_KEYS: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: (tickets.c.opened_at, tickets.c.number),
    Order.PRESSING: (case((tickets.c.urgent, 0), else_=1), tickets.c.due_at, tickets.c.number),
}
_FALLING = frozenset({Order.NEWEST})
"""Orders that go from the greatest key to the least."""


def conditions(wanted: TicketFilter) -> Iterable[ColumnElement[bool]]:
    """What narrows a search, one condition for each field that is set."""
    for name in ("category", "kind", "grid", "assignee", "phone", "channel", "urgent", "confidential", "level"):
        if getattr(wanted, name) is not None:
            yield tickets.c[name] == getattr(wanted, name)
    for column, among in ((tickets.c.category, wanted.categories), (tickets.c.kind, wanted.kinds)):
        if among is not None:
            yield column.in_(among)
    if wanted.states is not None:
        yield tickets.c.state.in_([state.value for state in wanted.states])
    if wanted.resident is not None:
        voices = voices_of(wanted.resident)
        joined = select(ticket_followers.c.ticket).where(ticket_followers.c.conversation.in_(voices))
        yield or_(tickets.c.conversation.in_(voices), tickets.c.number.in_(joined))
    if wanted.helper is not None:
        asked = select(ticket_helpers.c.ticket).where(
            ticket_helpers.c.helper == wanted.helper, ticket_helpers.c.done_at.is_(None)
        )
        yield tickets.c.number.in_(asked)
    if wanted.wished is not None:
        yield tickets.c.wish.is_not(None) if wanted.wished else tickets.c.wish.is_(None)
    if wanted.up_to is not None:
        yield visible(wanted.up_to)
    for word in wanted.text.split():
        yield _speaks_of(word)
    yield from _times(wanted)


def visible(level: int) -> ColumnElement[bool]:
    """Of confidential ones only those handled up to this level of the supervisor line."""
    return or_(tickets.c.confidential.is_(False), tickets.c.level <= level)


def _speaks_of(word: str) -> ColumnElement[bool]:
    """A number, or its beginning, is found by its index; a telephone number must be whole; the rest may stand anywhere."""
    if _NUMBER.fullmatch(word):
        return and_(tickets.c.number >= word.upper(), tickets.c.number < word.upper() + _LAST)
    places = (tickets.c.number, tickets.c.what, tickets.c.address)
    found = [column.icontains(word, autoescape=True) for column in places]
    return or_(*found, tickets.c.phone == word) if _PHONE.fullmatch(word) else or_(*found)


def _times(wanted: TicketFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.opened_since is not None:
        yield tickets.c.opened_at >= wanted.opened_since
    if wanted.opened_until is not None:
        yield tickets.c.opened_at < wanted.opened_until
    if wanted.due_before is not None:
        yield late(wanted.due_before)
        yield tickets.c.state.in_(_OPEN)


def late(at: datetime) -> ColumnElement[bool]:
    """Whether the solution of an open one is late: see `Ticket.overdue`."""
    return and_(tickets.c.due_at < at, tickets.c.finished_at.is_(None), tickets.c.paused_at.is_(None))


def stretch(wanted: TicketFilter, order: Order, cursor: str | None, limit: int, *, back: bool) -> Select[Any]:
    """The tickets behind the one with that number in an order, or with `back` those before it, nearest first."""
    keys, falling = _KEYS[order], (order in _FALLING) != back
    query = select(tickets).where(*_along(wanted, order))
    if cursor:
        here = tuple_(*(select(key).where(tickets.c.number == cursor).scalar_subquery() for key in keys))
        query = query.where(tuple_(*keys) < here if falling else tuple_(*keys) > here)
    return query.order_by(*(key.desc() if falling else key for key in keys)).limit(limit)


def _along(wanted: TicketFilter, order: Order) -> Iterable[ColumnElement[bool]]:
    """The conditions, such that the database walks along the order. Nearly all tickets are closed: whoever gathered
    those by their state first would sort a hundred thousand to show fifty. Hence a state that no index knows."""
    if order is not Order.NEWEST or State.CLOSED not in (wanted.states or ()):
        yield from conditions(wanted)
        return
    yield from conditions(replace(wanted, states=None))
    yield tickets.c.state.concat("").in_([state.value for state in wanted.states or ()])


def up_to_most(wanted: TicketFilter, most: int) -> Select[Any]:
    """How many there are, counted no further than `most`: nobody turns that many pages, and counting on takes time."""
    some = select(literal(1)).select_from(tickets).where(*conditions(wanted)).limit(most).subquery()
    return select(func.count()).select_from(some)


def waiting_for(level: int, who: str, at: datetime) -> Select[Any]:
    """One row: how many open tickets of each sort there are that somebody at this level may see; `who` as "manager:li"."""
    unsolved = tickets.c.state.in_(_UNSOLVED)
    sorts = {
        "wished": and_(tickets.c.wish.is_not(None), tickets.c.wish_by != who),
        "late": late(at),
        "urgent": and_(tickets.c.urgent, unsolved),
        "to_confirm": tickets.c.state == State.PENDING_CONFIRM.value,
        "to_dispatch": tickets.c.state == State.PENDING_DISPATCH.value,
        "watched": tickets.c.level == level if level else false(),
    }
    counts: list[Any] = [func.count(case((condition, 1))).label(name) for name, condition in sorts.items()]
    return select(*counts).where(tickets.c.state.in_(_OPEN), visible(level))
