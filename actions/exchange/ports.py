"""What the exchange of files needs from the store, beside what deeds need. Protocols only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Protocol, Self

from actions.conversations import ports as conversations
from actions.conversations.message import Message
from actions.tickets import ports as tickets
from actions.tickets.ticket import Ticket


class TicketRepository(tickets.TicketRepository, Protocol):
    """Tickets, read from the first to the last."""

    def after(self, number: str, limit: int) -> Sequence[Ticket]:
        """The tickets behind that number, in the order of numbers; "" is before them all."""

    def reports_among(self, reports: Sequence[str]) -> Collection[str]:
        """Those of these reports for which there is a ticket; held against nobody."""


class MessageRepository(conversations.MessageRepository, Protocol):
    """Messages, read from the first to the last."""

    def after(self, seq: int, limit: int) -> Sequence[Message]:
        """The messages behind that place among all, in order."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def conversations(self) -> conversations.ConversationRepository: ...

    @property
    def messages(self) -> MessageRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
