"""What conversations need from outside: a place to be kept. Protocols only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from actions.conversations.conversation import Conversation, Stage
from actions.conversations.message import Message
from actions.conversations.wanted import MessageFilter
from actions.notify.notice import Notice
from actions.page import Page


class ConversationRepository(Protocol):
    """Where conversations are kept."""

    def get(self, id_: str) -> Conversation:
        """The conversation, held against other writers until the transaction ends; `ConversationUnknown`."""

    def find(self, id_: str) -> Conversation | None:
        """The conversation, held likewise, or None."""

    def add(self, conversation: Conversation) -> None:
        """Keep a new one; one that is there already stays as it is."""

    def save(self, conversation: Conversation) -> None:
        """Keep its next version."""

    def in_stages(self, stages: Collection[Stage], limit: int) -> Sequence[Conversation]:
        """Those in any of these stages: ringing first, then the latest first."""


class MessageRepository(Protocol):
    """Where messages are kept."""

    def add(self, message: Message) -> Message:
        """Keep a message and return it with its `seq`. For an inbound one whose channel id the conversation has seen
        already, nothing is added and the first one is returned."""

    def get(self, id_: str) -> Message:
        """The message, held against other writers until the transaction ends; `MessageUnknown`."""

    def settle(self, id_: str, understood: Mapping[str, Any] | None, outcome: Mapping[str, Any]) -> None:
        """Write down what was made of an inbound message and what came of it."""

    def mark_sent(self, id_: str, at: datetime) -> None:
        """Write down that the channel took it."""

    def replies(self, id_: str) -> Sequence[Message]:
        """What was said in answer to a message, in order."""

    def of(self, conversation: str, after: int, limit: int) -> Sequence[Message]:
        """A conversation's messages with a `seq` above `after`, in order."""

    def unanswered(self, before: datetime, limit: int) -> Sequence[Message]:
        """Inbound messages from before that moment that nobody has dealt with, oldest first."""

    def unsent(self, before: datetime, limit: int) -> Sequence[Message]:
        """The bot's replies from before that moment that the channel has not taken, oldest first."""

    def search(self, wanted: MessageFilter) -> Page[Message]:
        """One page of the messages that fit, latest first."""


class OutboxRepository(Protocol):
    """News that leaves after the commit."""

    def add(self, notice: Notice) -> None:
        """Keep a notice to be delivered."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def conversations(self) -> ConversationRepository: ...

    @property
    def messages(self) -> MessageRepository: ...

    @property
    def outbox(self) -> OutboxRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
