"""What conversations need from outside: a place to be kept. Protocols only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self

from actions.appointments.ports import AppointmentRepository
from actions.conversations.conversation import Conversation, Stage
from actions.conversations.message import Message
from actions.conversations.person import JoiningCode, Person
from actions.conversations.wanted import MessageFilter
from actions.notify.notice import Notice
from actions.page import Page
from actions.tickets.ports import TicketRepository


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

    def recent_waits(self, since: datetime, limit: int) -> Sequence[timedelta]:
        """How long those waited who were taken over since then, the latest first."""

    def to_call_back(self, limit: int) -> Sequence[Conversation]:
        """Those to which a call back was promised by a ticket, longest waiting first."""

    def in_stages(self, stages: Collection[Stage], limit: int) -> Sequence[Conversation]:
        """Those in any of these stages: ringing first, then the latest first."""


class MessageRepository(Protocol):
    """Where messages are kept."""

    def add(self, message: Message) -> Message:
        """Keep a message and return it with its `seq`. For an inbound one whose channel id the conversation has seen
        already, nothing is added and the first one is returned."""

    def get(self, id_: str) -> Message:
        """The message, held against other writers until the transaction ends; `MessageUnknown`."""

    def retell(self, id_: str, text: str) -> None:
        """Put words in place of a message's text: what was said in a voice."""

    def settle(self, id_: str, understood: Mapping[str, Any] | None, outcome: Mapping[str, Any]) -> None:
        """Write down what was made of an inbound message and what came of it."""

    def mark_sent(self, id_: str, at: datetime) -> None:
        """Write down that the channel took it."""

    def replies(self, id_: str) -> Sequence[Message]:
        """What was said in answer to a message, in order."""

    def of(self, conversation: str, after: int, limit: int) -> Sequence[Message]:
        """A conversation's messages with a `seq` above `after`, in order."""

    def unanswered(self, before: datetime, limit: int, conversation: str | None = None) -> Sequence[Message]:
        """Inbound messages from before that moment that nobody has dealt with, in all conversations or in one, oldest
        first."""

    def unsent(self, before: datetime, limit: int) -> Sequence[Message]:
        """The bot's replies from before that moment that the channel has not taken, oldest first."""

    def untold(self, channel: str, limit: int) -> Sequence[Message]:
        """What the house has to say on a channel and nobody has said yet, oldest first."""

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


class CallingUnit(UnitOfWork, Protocol):
    """A transaction that knows tickets too."""

    @property
    def tickets(self) -> TicketRepository: ...


class PersonRepository(Protocol):
    """Where persons are kept, and the codes that join their conversations."""

    def find(self, id_: str) -> Person | None:
        """The person, or None."""

    def save(self, person: Person) -> None:
        """Keep a new one, or the next version."""

    def move(self, from_: str, to: str) -> None:
        """Give all conversations of one person to another; the first is no more."""

    def remove(self, id_: str) -> None:
        """Nothing is known of the person any more."""

    def siblings(self, conversation: str) -> Sequence[str]:
        """The conversation, and all others of its person."""

    def codes(self, phone: str) -> Sequence[JoiningCode]:
        """The codes that wait for a phone, held against other writers until the transaction ends."""

    def put_code(self, code: JoiningCode) -> None:
        """Keep a conversation's code, in place of an earlier one."""

    def drop_codes(self, phone: str) -> None:
        """No code waits for that phone any more."""


class PersonUnit(UnitOfWork, Protocol):
    """A transaction that knows persons too."""

    @property
    def persons(self) -> PersonRepository: ...


class ErasureRepository(Protocol):
    """Taking out what a resident wants gone. `put`: the words that stand in place of what was there."""

    def words(self, conversations: Collection[str], put: str) -> int:
        """Take out what was said in these conversations, and what was understood of it; returns how many messages."""

    def news(self, conversations: Collection[str], of: Collection[str]) -> None:
        """Take out news that was delivered: to these conversations, and to anybody about these tickets."""

    def tickets_over(self, conversations: Collection[str]) -> Sequence[str]:
        """Numbers of the tickets that were reported there and are over."""

    def tickets(self, numbers: Collection[str], conversations: Collection[str], put: str) -> None:
        """Take the residents' words, place and phone out of tickets; where neighbours reported the same, the words
        and the place stay, for they are theirs too."""

    def appointments_over(self, conversations: Collection[str], at: datetime) -> None:
        """Take phone and address out of appointments that are over."""


class AskedRepository(Protocol):
    """Where questions are kept that the knowledge fell short of; `actions.shortfalls` has all of it."""

    def forget(self, conversation: str) -> None:
        """Erase what was asked in a conversation."""


class ErasingUnit(PersonUnit, Protocol):
    """A transaction that can erase."""

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def appointments(self) -> AppointmentRepository: ...

    @property
    def shortfalls(self) -> AskedRepository: ...

    @property
    def erasure(self) -> ErasureRepository: ...
