"""Stand-ins that behave: repositories and a unit of work in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from actions.conversations.conversation import Alert, Conversation, Stage
from actions.conversations.message import Author, Direction, Message
from actions.conversations.wanted import MessageFilter
from actions.errors import ConversationUnknown, MessageUnknown, TicketUnknown
from actions.notify.notice import Notice
from actions.page import Page
from actions.tickets.report import Box, Point
from actions.tickets.states import TO_BE_DONE, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter


def _inside(point: Point | None, box: Box | None) -> bool:
    return bool(point and box and box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3])


class FakeTickets:
    """Tickets in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Ticket] = {}
        self.running: dict[date, int] = {}

    def next_running(self, day: date) -> int:
        self.running[day] = self.running.get(day, 0) + 1
        return self.running[day]

    def by_report(self, report: str) -> Ticket | None:
        return next((ticket for ticket in self.kept.values() if ticket.report == report), None)

    def by_deed(self, deed: str) -> Ticket | None:
        return next((t for t in self.kept.values() if any(entry.deed == deed for entry in t.history)), None)

    def get(self, number: str) -> Ticket:
        if number not in self.kept:
            raise TicketUnknown(number=number)
        return self.kept[number]

    def peek(self, number: str) -> Ticket:
        return self.get(number)

    def add(self, ticket: Ticket) -> None:
        self.kept[ticket.number] = ticket

    def save(self, ticket: Ticket) -> None:
        self.kept[ticket.number] = ticket

    def nearby(self, kind: str, place_key: str, within: Box | None) -> Sequence[Ticket]:
        alike = [t for t in self.kept.values() if t.kind == kind and t.state in TO_BE_DONE]
        return [t for t in alike if (place_key and t.place_key == place_key) or _inside(t.point, within)]

    def merged_into(self, number: str) -> Sequence[Ticket]:
        return [ticket for ticket in self.kept.values() if ticket.merged_into == number]

    def to_look_at(self, at: datetime, limit: int) -> Sequence[str]:
        due = sorted((t.look_at, t.number) for t in self.kept.values() if t.look_at and t.look_at <= at)
        return [number for _, number in due][:limit]

    def open_load(self, workers: Iterable[str]) -> Mapping[str, int]:
        unsolved = [t.assignee for t in self.kept.values() if t.state in TO_BE_DONE]
        return {worker: unsolved.count(worker) for worker in workers}

    def find(self, wanted: TicketFilter) -> Page[Ticket]:
        raise NotImplementedError("the store's own tests ask this")

    def counts(self) -> Mapping[State, int]:
        raise NotImplementedError("the store's own tests ask this")


class FakeConversations:
    """Conversations in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Conversation] = {}

    def get(self, id_: str) -> Conversation:
        if id_ not in self.kept:
            raise ConversationUnknown(conversation=id_)
        return self.kept[id_]

    def find(self, id_: str) -> Conversation | None:
        return self.kept.get(id_)

    def add(self, conversation: Conversation) -> None:
        self.kept.setdefault(conversation.id, conversation)

    def save(self, conversation: Conversation) -> None:
        self.kept[conversation.id] = conversation

    def recent_waits(self, since: datetime, limit: int) -> Sequence[timedelta]:
        taken = [c for c in self.kept.values() if c.taken_at and c.waiting_since and c.taken_at >= since]
        return [c.taken_at - c.waiting_since for c in taken if c.taken_at and c.waiting_since][:limit]

    def to_call_back(self, limit: int) -> Sequence[Conversation]:
        return [c for c in self.kept.values() if c.call_back and c.call_back != "asked"][:limit]

    def in_stages(self, stages: Iterable[Stage], limit: int) -> Sequence[Conversation]:
        found = [c for c in self.kept.values() if c.state in set(stages)]
        return sorted(found, key=lambda c: (c.alert is not Alert.RING, -c.updated_at.timestamp()))[:limit]


class FakeMessages:
    """Messages in a list."""

    def __init__(self) -> None:
        self.kept: list[Message] = []

    def add(self, message: Message) -> Message:
        for known in self.kept:
            twin = message.channel_message_id and known.conversation == message.conversation
            if known.id == message.id or (twin and known.channel_message_id == message.channel_message_id):
                return known
        numbered = replace(message, seq=len(self.kept) + 1)
        self.kept.append(numbered)
        return numbered

    def get(self, id_: str) -> Message:
        found = [message for message in self.kept if message.id == id_]
        if not found:
            raise MessageUnknown(message=id_)
        return found[0]

    def _change(self, id_: str, **values: Any) -> None:
        self.kept = [replace(m, **values) if m.id == id_ else m for m in self.kept]

    def retell(self, id_: str, text: str) -> None:
        self._change(id_, text=text)

    def settle(self, id_: str, understood: Mapping[str, Any] | None, outcome: Mapping[str, Any]) -> None:
        self._change(id_, understood=understood, outcome=outcome)

    def mark_sent(self, id_: str, at: datetime) -> None:
        self._change(self.get(id_).id, sent_at=at)

    def replies(self, id_: str) -> Sequence[Message]:
        return [message for message in self.kept if message.reply_to == id_]

    def of(self, conversation: str, after: int, limit: int) -> Sequence[Message]:
        return [m for m in self.kept if m.conversation == conversation and m.seq > after][:limit]

    def unanswered(self, before: datetime, limit: int, conversation: str | None = None) -> Sequence[Message]:
        left = [m for m in self.kept if m.direction is Direction.IN and not m.answered]
        left = [m for m in left if conversation in (None, m.conversation)]
        return [message for message in left if message.created_at <= before][:limit]

    def unsent(self, before: datetime, limit: int) -> Sequence[Message]:
        left = [m for m in self.kept if m.author is Author.BOT and m.sent_at is None]
        return [message for message in left if message.created_at <= before][:limit]

    def untold(self, channel: str, limit: int) -> Sequence[Message]:
        left = [m for m in self.kept if m.author is Author.SYSTEM and m.sent_at is None]
        return [m for m in left if m.conversation.startswith(f"{channel}:")][:limit]

    def search(self, wanted: MessageFilter) -> Page[Message]:
        raise NotImplementedError("the store's own tests ask this")


class FakeOutbox:
    """Notices in a list."""

    def __init__(self) -> None:
        self.kept: list[Notice] = []

    def add(self, notice: Notice) -> None:
        assert notice.id not in {known.id for known in self.kept}, "two pieces of news with one id"
        self.kept.append(notice)


class FakeUnit:
    """A unit of work in memory, for tickets and conversations alike. Leaving it without `commit` undoes everything."""

    def __init__(self) -> None:
        self.tickets, self.outbox = FakeTickets(), FakeOutbox()
        self.conversations, self.messages = FakeConversations(), FakeMessages()
        self.commits = 0

    def _snapshot(self) -> tuple[Any, ...]:
        return (
            dict(self.tickets.kept),
            dict(self.tickets.running),
            list(self.outbox.kept),
            dict(self.conversations.kept),
            list(self.messages.kept),
        )

    def __enter__(self) -> Self:
        self._before = self._snapshot()
        return self

    def __exit__(self, *_: object) -> None:
        (
            self.tickets.kept,
            self.tickets.running,
            self.outbox.kept,
            self.conversations.kept,
            self.messages.kept,
        ) = self._before

    def commit(self) -> None:
        self.commits += 1
        self._before = self._snapshot()
