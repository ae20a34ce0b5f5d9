"""What appointments need from outside: a place to be kept, a way for news to leave. Protocols only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from actions.appointments.appointment import Appointment
from actions.appointments.slot import Manner, Slot
from actions.notify.notice import Notice

Taken = Mapping[tuple[Manner, datetime], int]
"""(manner, beginning) of a slot → how many of its places are taken."""


class AppointmentRepository(Protocol):
    """Where appointments are kept."""

    def next_running(self, day: date) -> int:
        """The day's next running number, from 1; no two callers get the same."""

    def by_request(self, request: str) -> Appointment | None:
        """The appointment booked by that message. Until the transaction ends, nobody else can book one by it."""

    def by_deed(self, deed: str) -> Appointment | None:
        """The appointment to which that deed was done, or None."""

    def get(self, number: str) -> Appointment:
        """The appointment, held against other writers until the transaction ends; `AppointmentUnknown`."""

    def add(self, appointment: Appointment) -> None:
        """Keep a new one."""

    def save(self, appointment: Appointment) -> None:
        """Keep its next version; its history only grows."""

    def take(self, slot: Slot, number: str) -> bool:
        """Take one of the slot's places for an appointment; False where none is left. Nobody else gets that place
        unless the transaction is undone."""

    def release(self, number: str) -> None:
        """Give an appointment's place back."""

    def taken(self, window: str, since: datetime, until: datetime) -> Taken:
        """What is taken at a window between two moments."""

    def coming(self, conversation: str, at: datetime) -> Sequence[Appointment]:
        """What a resident has booked and is not over yet, soonest first."""

    def on(self, window: str, since: datetime, until: datetime) -> Sequence[Appointment]:
        """A window's appointments between two moments, by time."""

    def unreminded(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        """Numbers of those booked between two moments whose residents were not reminded, soonest first."""


class OutboxRepository(Protocol):
    """News that leaves after the commit."""

    def add(self, notice: Notice) -> None:
        """Keep a notice to be delivered."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def appointments(self) -> AppointmentRepository: ...

    @property
    def outbox(self) -> OutboxRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
