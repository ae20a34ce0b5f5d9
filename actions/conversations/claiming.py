"""Claiming: a message is in one process's hands at a time, so that it is answered, or sent, once.

A claim lasts a while and can be prolonged; a process that dies leaves its claims to run out. It is kept after the work is
done, for somebody who read the message before that and reaches for it after; then it is swept up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

LEASE = timedelta(seconds=10)
"""How long a claim lasts if nobody prolongs it: no longer than a process that died takes to be up again, so that a
resident who says it once more need not wait for the dead."""


class ClaimRepository(Protocol):
    """Where claims are kept."""

    def take(self, id_: str, holder: str, at: datetime, until: datetime) -> bool:
        """Claim something until a moment, or prolong one's claim; False while somebody else's claim lasts."""

    def holder(self, id_: str) -> str | None:
        """Who has or had it; None where nobody did, or it was swept up."""

    def drop(self, id_: str, holder: str) -> None:
        """Give one's claim up."""

    def clear(self, before: datetime) -> None:
        """Sweep up what ran out before that moment."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def claims(self) -> ClaimRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""


def claim(message: str, *, by: str, at: datetime, uow: UnitOfWork) -> bool:
    """Take a message in hand, or go on holding it; False while another process has it. `by`: an id of this process's
    own."""
    with uow:
        taken = uow.claims.take(message, by, at, at + LEASE)
        uow.commit()
    return taken


def holder_of(message: str, *, uow: UnitOfWork) -> str | None:
    """Who has a message in hand, or had it last; None where nobody is known to have."""
    with uow:
        return uow.claims.holder(message)


def let_go(message: str, *, by: str, uow: UnitOfWork) -> None:
    """Nothing came of it: whoever is next may try at once."""
    with uow:
        uow.claims.drop(message, by)
        uow.commit()


def sweep_claims(*, at: datetime, unit: Callable[[], UnitOfWork]) -> None:
    """Forget the claims that ran out."""
    with unit() as uow:
        uow.claims.clear(at)
        uow.commit()
