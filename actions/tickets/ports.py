"""What the tickets need from outside: a calendar, a place to be kept, a way for news to leave. Protocols only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from actions.notify.notice import Notice
from actions.page import Page
from actions.tickets.report import Box
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter


class Calendar(Protocol):
    """Working days of the community's country, with holidays and make-up days."""

    def add_workdays(self, at: datetime, days: int) -> datetime:
        """The moment `days` working days after `at`."""

    def workdays_before(self, at: datetime, days: int) -> datetime:
        """The moment `days` working days before `at`."""

    def warning(self, year: int) -> str:
        """What must be said beside a date counted in that year; "" where its holidays are announced."""


class TicketRepository(Protocol):
    """Where tickets are kept."""

    def next_running(self, day: date) -> int:
        """The day's next running number, from 1; no two callers get the same, and a rolled back one leaves no gap."""

    def by_report(self, report: str) -> Ticket | None:
        """The ticket opened for that report. Until the transaction ends, nobody else can open one for it."""

    def by_deed(self, deed: str) -> Ticket | None:
        """The ticket on which that deed was done, or None."""

    def get(self, number: str) -> Ticket:
        """The ticket, held against other writers until the transaction ends; `TicketUnknown`."""

    def peek(self, number: str) -> Ticket:
        """The ticket as it stands, held against nobody; `TicketUnknown`."""

    def add(self, ticket: Ticket) -> None:
        """Keep a new ticket."""

    def save(self, ticket: Ticket) -> None:
        """Keep the next version of a ticket; its history only grows."""

    def nearby(self, kind: str, place_key: str, within: Box | None) -> Sequence[Ticket]:
        """The tickets of that kind, at that place or with a position in the box, whose problem is not solved yet; where
        there are very many of them, the oldest."""

    def merged_into(self, number: str) -> Sequence[Ticket]:
        """The tickets that went into that one."""

    def to_look_at(self, at: datetime, limit: int) -> Sequence[str]:
        """The numbers of those that the clock has to look at by then, longest waiting first."""

    def open_load(self, workers: Iterable[str]) -> Mapping[str, int]:
        """How many unsolved tickets each of these workers has; 0 for none."""

    def find(self, wanted: TicketFilter) -> Page[Ticket]:
        """One page of the tickets that fit, newest first."""

    def counts(self) -> Mapping[State, int]:
        """How many tickets stand where."""


class OutboxRepository(Protocol):
    """News that leaves after the commit. A deed writes here; `actions.notify` reads and delivers."""

    def add(self, notice: Notice) -> None:
        """Keep a notice to be delivered."""


class UnitOfWork(Protocol):
    """One transaction. Leaving the `with` block without `commit` undoes everything. A fresh one for each call."""

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def outbox(self) -> OutboxRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
