"""What delivery needs from outside: the outbox as it is kept, and ways to reach people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from actions.notify.notice import Notice, Round

Sender = Callable[[Notice], None]
"""Brings a notice to its audience; any exception means that it did not arrive and is to be tried again, unless it is
`Undeliverable` or `NoSender`. The notice's id is the same at every try, so a sender that can tell whether it sent an id
before should use that."""


class Undeliverable(Exception):
    """Raised by a sender that was refused for good: trying again would change nothing."""


Hold = Callable[[Notice, datetime], datetime | None]
"""Until when a notice has to wait that is to go out now; None where it may go."""


class OutboxRepository(Protocol):
    """The outbox, as delivery sees it."""

    def add(self, notice: Notice) -> None:
        """Keep a notice to be delivered."""

    def get(self, id_: str) -> Notice:
        """The notice; `NoticeUnknown`."""

    def copy(self, notice: Notice) -> None:
        """Keep a notice that another one brought about; one that is there already stays as it is."""

    def waiting(self, limit: int, at: datetime | None = None, beyond: Collection[str] = ()) -> Sequence[Notice]:
        """Neither delivered nor given up: untried ones first, so that a broken channel keeps nobody else waiting; then
        oldest first. `at`: only those that may go out by then; `beyond`: without those for these audiences and narrower
        ones."""

    def forlorn(self, before: datetime, limit: int) -> Sequence[Notice]:
        """Not held back, and waiting untried since before that moment: no process has the way to their audience."""

    def dead(self, limit: int, audience: str = "") -> Sequence[Notice]:
        """Given up, latest first; only those for one audience if it is named."""

    def delivered(self, id_: str, at: datetime) -> None:
        """It went out."""

    def failed(self, id_: str, error: str) -> None:
        """One more try, in vain."""

    def hold(self, id_: str, until: datetime) -> None:
        """It waits until that moment."""

    def give_up(self, id_: str, at: datetime) -> None:
        """No more tries."""

    def revive(self, id_: str, by: str, at: datetime) -> Notice:
        """A dead letter waits again, in its next round, and who did that is on record; `NoticeUnknown` if it is not a
        dead letter."""

    def rounds(self, id_: str) -> Sequence[Round]:
        """Who gave it another round, and when."""


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
