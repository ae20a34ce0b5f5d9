"""What shortfalls and house answers need from outside: places to be kept. Protocols only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from actions.shortfalls.shortfall import Shortfall
from knowledge.house_answers import HouseAnswer


class ShortfallRepository(Protocol):
    """Where shortfalls are kept."""

    def add(self, shortfall: Shortfall) -> None:
        """Keep one; the same question of the same message is kept once."""

    def open(self, since: datetime, limit: int) -> Sequence[Shortfall]:
        """Those from that moment on that nobody has settled, the latest first."""

    def settle(self, keys: Collection[tuple[str, str]], at: datetime) -> None:
        """Write down that a manager dealt with them."""

    def forget(self, conversation: str) -> None:
        """Erase what was asked in a conversation."""


class HouseAnswerRepository(Protocol):
    """Where the community's own answers are kept."""

    def get(self, id_: str) -> HouseAnswer:
        """The answer; `HouseAnswerUnknown`."""

    def save(self, answer: HouseAnswer) -> None:
        """Keep it, or its next version."""

    def all(self) -> Sequence[HouseAnswer]:
        """Every one, the latest first."""

    def told(self) -> Sequence[HouseAnswer]:
        """Those that residents are told now."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def shortfalls(self) -> ShortfallRepository: ...

    @property
    def house_answers(self) -> HouseAnswerRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
