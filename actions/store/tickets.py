"""Tickets in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, delete, func, insert, select, text, union_all, update

from actions.errors import TicketUnknown
from actions.notify.notice import Notice
from actions.page import Page, Stretch
from actions.store.inserts import insert_for
from actions.store.outbox import SqlOutbox
from actions.store.rate_counts import rate_counts
from actions.store.tables import day_numbers, ticket_followers, ticket_helpers, ticket_history, tickets
from actions.store.ticket_rows import helper_rows, history_rows, row_of, ticket_of
from actions.store.ticket_search import conditions, stretch, up_to_most, waiting_for
from actions.tickets.rates import By, Rates
from actions.tickets.report import Box
from actions.tickets.states import TO_BE_DONE, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import Order, TicketFilter, Waiting

MOST_NEARBY = 50
"""How many unsolved tickets of one kind at one place, and as many in one box, are read to be compared: the oldest."""

_UNSOLVED = [state.value for state in sorted(TO_BE_DONE)]

Announce = Callable[[Ticket, int], Iterable[Notice]]
"""A ticket and the place (from 1) of a new entry of its history → the notices that other programs get of it."""


def silent(_ticket: Ticket, _place: int) -> Iterable[Notice]:
    """No other program is told."""
    return ()


class SqlTickets:
    """`TicketRepository` on one connection. With `locking`, a ticket read by number is held until the end. Whatever
    `announce` says of a new entry of a history goes into the outbox with it: no deed can forget to."""

    def __init__(self, connection: Connection, *, locking: bool, announce: Announce = silent) -> None:
        self._connection, self._locking, self._announce = connection, locking, announce

    def next_running(self, day: date) -> int:
        """See `TicketRepository.next_running`. The day's row stays locked until the transaction ends, hence no gaps."""
        first = insert_for(self._connection, day_numbers).values(day=day, running=1)
        counted = first.on_conflict_do_update(
            index_elements=["day"], set_={"running": day_numbers.c.running + 1}
        ).returning(day_numbers.c.running)
        return int(self._connection.execute(counted).scalar_one())

    def by_report(self, report: str) -> Ticket | None:
        """See `TicketRepository.by_report`. SQLite has one writer at a time, PostgreSQL takes a lock."""
        if self._locking and self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": report})
        found = self._read(select(tickets).where(tickets.c.report == report))
        return found[0] if found else None

    def by_deed(self, deed: str) -> Ticket | None:
        """See `TicketRepository.by_deed`."""
        done = select(ticket_history.c.ticket).where(ticket_history.c.deed == deed)
        found = self._read(select(tickets).where(tickets.c.number.in_(done)))
        return found[0] if found else None

    def get(self, number: str) -> Ticket:
        """See `TicketRepository.get`."""
        query = select(tickets).where(tickets.c.number == number)
        return self._one(number, query.with_for_update() if self._locking else query)

    def peek(self, number: str) -> Ticket:
        """See `TicketRepository.peek`."""
        return self._one(number, select(tickets).where(tickets.c.number == number))

    def _one(self, number: str, query: Select[Any]) -> Ticket:
        found = self._read(query)
        if not found:
            raise TicketUnknown(number=number)
        return found[0]

    def add(self, ticket: Ticket) -> None:
        """See `TicketRepository.add`. Nobody joined or helps yet."""
        self._connection.execute(insert(tickets).values(row_of(ticket)))
        self._keep_history(ticket, kept=0)

    def save(self, ticket: Ticket) -> None:
        """See `TicketRepository.save`. Entries already kept are never written again."""
        row = row_of(ticket)
        self._connection.execute(update(tickets).where(tickets.c.number == row.pop("number")).values(row))
        self._keep_history(ticket, kept=self._count(ticket_history, ticket.number))
        self._keep_followers(ticket)
        self._keep_helpers(ticket)

    def _count(self, table: Any, number: str) -> int:
        counted = select(func.count()).select_from(table).where(table.c.ticket == number)
        return int(self._connection.execute(counted).scalar_one())

    def _keep_history(self, ticket: Ticket, kept: int) -> None:
        if rows := history_rows(ticket, kept):
            self._connection.execute(insert(ticket_history), rows)
        for row in rows:
            for notice in self._announce(ticket, row["position"]):
                SqlOutbox(self._connection).add(notice)

    def _keep_followers(self, ticket: Ticket) -> None:
        """Residents join and leave: the list is written anew where it changed."""
        known = self._of(ticket_followers, [ticket.number])[ticket.number]
        if [row["conversation"] for row in known] == list(ticket.followers):
            return
        self._connection.execute(delete(ticket_followers).where(ticket_followers.c.ticket == ticket.number))
        rows = [
            {"ticket": ticket.number, "conversation": conversation, "position": position}
            for position, conversation in enumerate(ticket.followers, start=1)
        ]
        if rows:
            self._connection.execute(insert(ticket_followers), rows)

    def _keep_helpers(self, ticket: Ticket) -> None:
        """Parts are added and done, never taken away."""
        for row in helper_rows(ticket):
            put = insert_for(self._connection, ticket_helpers).values(row)
            done = {name: put.excluded[name] for name in ("done_at", "outcome")}
            self._connection.execute(put.on_conflict_do_update(index_elements=["ticket", "position"], set_=done))

    def nearby(self, kind: str, place_key: str, within: Box | None) -> Sequence[Ticket]:
        """See `TicketRepository.nearby`. One question of two halves, so that each half finds its own index."""
        unsolved = select(tickets).where(tickets.c.kind == kind, tickets.c.state.in_(_UNSOLVED))
        halves = [unsolved.where(tickets.c.place_key == place_key)] if place_key else []
        if within is not None:
            west, south, east, north = within
            box = (tickets.c.latitude.between(south, north), tickets.c.longitude.between(west, east))
            halves.append(unsolved.where(*box))
        if not halves:
            return []
        oldest = (half.order_by(tickets.c.opened_at, tickets.c.number).limit(MOST_NEARBY).subquery() for half in halves)
        found = self._read(union_all(*map(select, oldest)))
        return list({ticket.number: ticket for ticket in found}.values())

    def merged_into(self, number: str) -> Sequence[Ticket]:
        """See `TicketRepository.merged_into`."""
        return self._read(select(tickets).where(tickets.c.merged_into == number))

    def to_look_at(self, at: datetime, limit: int) -> Sequence[str]:
        """See `TicketRepository.to_look_at`."""
        due = select(tickets.c.number).where(tickets.c.look_at <= at).order_by(tickets.c.look_at).limit(limit)
        return list(self._connection.execute(due).scalars())

    def open_load(self, workers: Iterable[str]) -> Mapping[str, int]:
        """See `TicketRepository.open_load`."""
        asked = list(workers)
        counted = (
            select(tickets.c.assignee, func.count())
            .where(tickets.c.assignee.in_(asked), tickets.c.state.in_(_UNSOLVED))
            .group_by(tickets.c.assignee)
        )
        return dict.fromkeys(asked, 0) | {worker: int(count) for worker, count in self._connection.execute(counted)}

    def find(self, wanted: TicketFilter) -> Page[Ticket]:
        """See `TicketRepository.find`."""
        narrowed = list(conditions(wanted))
        total = self._connection.execute(select(func.count()).select_from(tickets).where(*narrowed)).scalar_one()
        newest = (tickets.c.opened_at.desc(), tickets.c.number.desc())
        page = (
            select(tickets)
            .where(*narrowed)
            .order_by(*newest)
            .limit(wanted.size)
            .offset((wanted.page - 1) * wanted.size)
        )
        return Page(self._read(page), int(total), wanted.page, wanted.size)

    def stretch(
        self, wanted: TicketFilter, order: Order, cursor: str | None = None, *, back: bool = False
    ) -> Stretch[Ticket]:
        """As many as `wanted.size` of the tickets that fit, behind the one with the number `cursor` in that order, or
        with `back` before it; from the beginning where there is none. Whatever the place, it takes the same time."""
        found = self._read(stretch(wanted, order, cursor, wanted.size + 1, back=back))
        here, more = found[: wanted.size], len(found) > wanted.size
        if back:
            return Stretch(here[::-1], more, True)
        return Stretch(here, cursor is not None, more)

    def amount(self, wanted: TicketFilter, most: int) -> int:
        """How many fit, counted no further than `most`."""
        return int(self._connection.execute(up_to_most(wanted, most)).scalar_one())

    def waiting(self, level: int, who: str, at: datetime) -> Waiting:
        """What waits for somebody at this level of the supervisor line; `who`: an actor as text."""
        return Waiting(**self._connection.execute(waiting_for(level, who, at)).mappings().one())

    def rates(self, wanted: TicketFilter, by: By, at: datetime) -> Mapping[str, Rates]:
        """三率 of the tickets that fit as they stand at that moment, by what they are told apart by: "2026-11", a grid's id,
        "" for those in none and for all together."""
        return dict(rate_counts(self._connection, wanted, by, at))

    def after(self, number: str, limit: int) -> Sequence[Ticket]:
        """The tickets behind that number, in the order of numbers; "" is before them all. For whoever reads them all:
        what is filed meanwhile puts none of the others out of place."""
        return self._read(select(tickets).where(tickets.c.number > number).order_by(tickets.c.number).limit(limit))

    def reports_among(self, reports: Sequence[str]) -> set[str]:
        """Those of these reports for which there is a ticket; held against nobody."""
        found: set[str] = set()
        for start in range(0, len(reports), 500):  # a statement takes only so many parameters
            asked = select(tickets.c.report).where(tickets.c.report.in_(reports[start : start + 500]))
            found.update(self._connection.execute(asked).scalars())
        return found

    def counts(self) -> Mapping[State, int]:
        """See `TicketRepository.counts`."""
        counted = self._connection.execute(select(tickets.c.state, func.count()).group_by(tickets.c.state))
        return {State(state): count for state, count in counted}

    def _read(self, query: Select[Any] | CompoundSelect[Any]) -> list[Ticket]:
        rows = self._connection.execute(query).mappings().all()
        numbers = [row["number"] for row in rows]
        history, followers, helpers = (
            self._of(table, numbers) for table in (ticket_history, ticket_followers, ticket_helpers)
        )
        return [
            ticket_of(dict(row), history[number], [f["conversation"] for f in followers[number]], helpers[number])
            for number, row in zip(numbers, rows, strict=True)
        ]

    def _of(self, table: Any, numbers: list[str]) -> dict[str, list[Mapping[str, Any]]]:
        """The rows of a table that belong to these tickets, in order, by ticket."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        if numbers:
            query = select(table).where(table.c.ticket.in_(numbers)).order_by(table.c.ticket, table.c.position)
            for row in self._connection.execute(query).mappings():
                found[row["ticket"]].append(dict(row))
        return found
