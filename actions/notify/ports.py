"""What delivery needs from outside: the outbox as it is kept, and ways to reach people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from actions.notify.notice import Notice

Sender = Callable[[Notice], None]
"""Brings a notice to its audience; any exception means that it did not arrive and is to be tried again. The notice's id
is the same at every try, so a sender that can tell whether it sent an id before should use that."""


class OutboxRepository(Protocol):
    """The outbox, as delivery sees it."""

    def add(self, notice: Notice) -> None:
        """Keep a notice to be delivered."""

    def get(self, id_: str) -> Notice:
        """The notice; `NoticeUnknown`."""

    def waiting(self, limit: int) -> Sequence[Notice]:
        """Neither delivered nor given up: untried ones first, so that a broken channel keeps nobody else waiting; then
        oldest first."""

    def dead(self, limit: int, audience: str = "") -> Sequence[Notice]:
        """Given up, latest first; only those for one audience if it is named."""

    def delivered(self, id_: str, at: datetime) -> None:
        """It went out."""

    def failed(self, id_: str, error: str) -> None:
        """One more try, in vain."""

    def give_up(self, id_: str, at: datetime) -> None:
        """No more tries."""

    def revive(self, id_: str) -> Notice:
        """A dead letter waits again, in its next round; `NoticeUnknown` if it is not a dead letter."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def outbox(self) -> OutboxRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
