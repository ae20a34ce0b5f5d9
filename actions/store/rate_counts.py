"""三率 counted in the database, by period, grid or category: the same reckoning as `actions.tickets.rates`, which is what a
test holds it to, without fetching two hundred thousand tickets for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from actions.store.tables import ticket_history, tickets
from actions.store.ticket_search import conditions
from actions.tickets.actor import SYSTEM
from actions.tickets.rates import NOT_COUNTED, By, Rates, Share
from actions.tickets.report import IMPORT
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved
from actions.tickets.wanted import TicketFilter

_ENDINGS = [Event.CLOSE.value, Event.RATE.value]


def rate_counts(connection: Connection, wanted: TicketFilter, by: By, at: datetime) -> Iterator[tuple[str, Rates]]:
    """The rates of the tickets that fit, as they stand at that moment, for each value of `by` that occurs, in order."""
    group = _group(connection, by)
    for row in connection.execute(_query(wanted, group, at)).mappings():
        shares = {name: Share(row[f"{name}_part"], row[f"{name}_whole"]) for name in _shares(at)}
        yield str(row.get("group") or ""), Rates(**shares)


def _query(wanted: TicketFilter, group: ColumnElement[Any] | None, at: datetime) -> Select[Any]:
    columns: list[Any] = [] if group is None else [group.label("group")]
    for name, (part, whole) in _shares(at).items():
        columns += [_count(and_(part, whole)).label(f"{name}_part"), _count(whole).label(f"{name}_whole")]
    counted = (tickets.c.state.not_in([state.value for state in NOT_COUNTED]), ~_over_before_us())
    query = select(*columns).where(*conditions(wanted), *counted)
    return query if group is None else query.group_by(group).order_by(group)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _shares(at: datetime) -> dict[str, tuple[ColumnElement[bool], ColumnElement[bool]]]:
    """Each rate's part and its whole."""
    solved, content = tickets.c.survey_solved, tickets.c.survey_satisfied
    answered, spoke = solved.is_not(None), content.is_not(None)
    contacted = tickets.c.contacted_at.is_not(None)
    return {
        "response": (
            and_(contacted, tickets.c.contacted_at <= tickets.c.contact_due_at),
            or_(contacted, tickets.c.contact_due_at < at),
        ),
        "solved": (solved == Solved.SOLVED.value, answered),
        "satisfied": (content.is_(True), and_(answered, spoke)),
        "half": (solved == Solved.HALF.value, answered),
        "unanswered": (_closed_by_the_clock(), tickets.c.state == State.CLOSED.value),
    }


def _closed_by_the_clock() -> ColumnElement[bool]:
    """Whether the latest ending was the system's: see `rates.is_unanswered`."""
    of_it = and_(ticket_history.c.ticket == tickets.c.number, ticket_history.c.event.in_(_ENDINGS))
    latest = select(func.max(ticket_history.c.position)).where(of_it).correlate(tickets).scalar_subquery()
    by_system = (ticket_history.c.event == Event.CLOSE.value, ticket_history.c.by == str(SYSTEM))
    ending = and_(ticket_history.c.ticket == tickets.c.number, ticket_history.c.position == latest, *by_system)
    return exists(select(ticket_history.c.ticket).where(ending).correlate(tickets))


def _over_before_us() -> ColumnElement[bool]:
    """Closed in an older system: its history here is its coming in and its end."""
    third = and_(ticket_history.c.ticket == tickets.c.number, ticket_history.c.position > 2)
    closed = and_(tickets.c.channel == IMPORT, tickets.c.state == State.CLOSED.value)
    return and_(closed, ~exists(select(ticket_history.c.ticket).where(third).correlate(tickets)))


def _group(connection: Connection, by: By) -> ColumnElement[Any] | None:
    """What the rates are told apart by. Days and months are the community's, eight hours ahead of what is kept."""
    if by in (By.GRID, By.CATEGORY):
        return tickets.c[by.value]
    if by is By.ALL:
        return None
    length = 10 if by is By.DAY else 7
    if connection.dialect.name == "sqlite":
        return func.substr(func.datetime(tickets.c.opened_at, "+8 hours"), 1, length)
    return func.substr(func.to_char(func.timezone("Asia/Shanghai", tickets.c.opened_at), "YYYY-MM-DD"), 1, length)
