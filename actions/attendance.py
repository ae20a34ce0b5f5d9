"""Attendance: which operators sit at their desk, as their open pages tell again and again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

EVERY = 30.0
"""Seconds between two signs of life of an operator's page."""
FRESH = timedelta(seconds=100)
"""Who gave none for so long is not there: three may get lost."""


class AttendanceRepository(Protocol):
    """Where it is kept who was seen when."""

    def seen(self, login: str, at: datetime) -> None:
        """This operator is there."""

    def since(self, at: datetime) -> Collection[str]:
        """Logins of those who were seen since then."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def attendance(self) -> AttendanceRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""


def attend(login: str, *, at: datetime, uow: UnitOfWork) -> None:
    """An operator's page gives a sign of life."""
    with uow:
        uow.attendance.seen(login, at)
        uow.commit()


def present(*, at: datetime, uow: UnitOfWork) -> frozenset[str]:
    """Logins of the operators who are there."""
    with uow:
        return frozenset(uow.attendance.since(at - FRESH))
