"""Messages in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    or_,
    select,
    update,
)

from actions.conversations.message import Author, Direction, Message
from actions.conversations.wanted import MessageFilter
from actions.errors import MessageUnknown
from actions.page import Page
from actions.store.inserts import insert_for
from actions.store.tables import conversations, messages, tickets


class SqlMessages:
    """`MessageRepository` on one connection. With `locking`, what is read by id is held until the transaction ends."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection, self._locking = connection, locking

    def add(self, message: Message) -> Message:
        """See `MessageRepository.add`. The unique keys decide, so that two servers at once keep one message too."""
        new = insert_for(self._connection, messages).values(_row(message)).on_conflict_do_nothing()
        self._connection.execute(new)
        same = messages.c.id == message.id
        if message.channel_message_id is not None:
            twin = and_(
                messages.c.conversation == message.conversation,
                messages.c.channel_message_id == message.channel_message_id,
            )
            same = or_(same, twin)
        return self._read(select(messages).where(same).order_by(messages.c.seq))[0]

    def get(self, id_: str) -> Message:
        """See `MessageRepository.get`."""
        query = select(messages).where(messages.c.id == id_)
        found = self._read(query.with_for_update() if self._locking else query)
        if not found:
            raise MessageUnknown(message=id_)
        return found[0]

    def by_channel_id(self, conversation: str, channel_message_id: str) -> Message | None:
        """The message of a conversation that the channel knows by that id, or None."""
        here = (messages.c.conversation == conversation, messages.c.channel_message_id == channel_message_id)
        return next(iter(self._read(select(messages).where(*here))), None)

    def retell(self, id_: str, text: str) -> None:
        """See `MessageRepository.retell`."""
        self._connection.execute(update(messages).where(messages.c.id == id_).values(text=text))

    def settle(self, id_: str, understood: Mapping[str, Any] | None, outcome: Mapping[str, Any]) -> None:
        """See `MessageRepository.settle`. Intent and category get columns of their own, to be searched by."""
        said = understood or {}
        values = {
            "understood": None if understood is None else dict(understood),
            "outcome": dict(outcome),
            "intent": said.get("intent"),
            "category": said.get("category"),
        }
        self._connection.execute(update(messages).where(messages.c.id == id_).values(values))

    def mark_sent(self, id_: str, at: datetime) -> None:
        """See `MessageRepository.mark_sent`. The first time stands."""
        if self.get(id_).sent_at is None:
            self._connection.execute(update(messages).where(messages.c.id == id_).values(sent_at=at))

    def replies(self, id_: str) -> Sequence[Message]:
        """See `MessageRepository.replies`."""
        return self._read(select(messages).where(messages.c.reply_to == id_).order_by(messages.c.seq))

    def of(self, conversation: str, after: int, limit: int) -> Sequence[Message]:
        """See `MessageRepository.of`."""
        here = (messages.c.conversation == conversation, messages.c.seq > after)
        return self._read(select(messages).where(*here).order_by(messages.c.seq).limit(limit))

    def unanswered(self, before: datetime, limit: int, conversation: str | None = None) -> Sequence[Message]:
        """See `MessageRepository.unanswered`."""
        left = (messages.c.direction == Direction.IN.value, messages.c.outcome.is_(None))
        query = select(messages).where(*left, messages.c.created_at <= before)
        if conversation is not None:
            query = query.where(messages.c.conversation == conversation)
        return self._read(query.order_by(messages.c.seq).limit(limit))

    def unsent(self, before: datetime, limit: int) -> Sequence[Message]:
        """See `MessageRepository.unsent`."""
        left = (messages.c.author == Author.BOT.value, messages.c.sent_at.is_(None))
        query = select(messages).where(*left, messages.c.created_at <= before)
        return self._read(query.order_by(messages.c.seq).limit(limit))

    def untold(self, channel: str, limit: int) -> Sequence[Message]:
        """See `MessageRepository.untold`."""
        there = messages.c.conversation.in_(select(conversations.c.id).where(conversations.c.channel == channel))
        left = (messages.c.author == Author.SYSTEM.value, messages.c.sent_at.is_(None))
        return self._read(select(messages).where(*left, there).order_by(messages.c.seq).limit(limit))

    def search(self, wanted: MessageFilter) -> Page[Message]:
        """See `MessageRepository.search`."""
        conditions = list(_conditions(wanted))
        total = self._connection.execute(select(func.count()).select_from(messages).where(*conditions)).scalar_one()
        page = select(messages).where(*conditions).order_by(messages.c.seq.desc())
        page = page.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
        return Page(self._read(page), int(total), wanted.page, wanted.size)

    def after(self, seq: int, limit: int) -> Sequence[Message]:
        """The messages behind that place among all, in order; for whoever reads them all."""
        return self._read(select(messages).where(messages.c.seq > seq).order_by(messages.c.seq).limit(limit))

    def _read(self, query: Select[Any]) -> list[Message]:
        return [_of(row) for row in self._connection.execute(query).mappings()]


def _conditions(wanted: MessageFilter) -> Iterable[ColumnElement[bool]]:
    """What narrows a search, one condition for each field that is set."""
    for word in wanted.words:
        yield messages.c.text.icontains(word, autoescape=True)
    for name in ("intent", "category", "conversation"):
        if getattr(wanted, name) is not None:
            yield messages.c[name] == getattr(wanted, name)
    if wanted.channel is not None:
        yield messages.c.conversation.in_(select(conversations.c.id).where(conversations.c.channel == wanted.channel))
    if wanted.since is not None:
        yield messages.c.created_at >= wanted.since
    if wanted.until is not None:
        yield messages.c.created_at < wanted.until
    if wanted.up_to is not None:
        above = select(tickets.c.conversation).where(tickets.c.confidential, tickets.c.level > wanted.up_to)
        yield messages.c.conversation.not_in(above)


def _row(message: Message) -> dict[str, Any]:
    said = message.understood or {}
    return {
        "id": message.id,
        "conversation": message.conversation,
        "direction": message.direction.value,
        "author": message.author.value,
        "author_name": message.author_name,
        "text": message.text,
        "payload": dict(message.payload),
        "channel_message_id": message.channel_message_id,
        "reply_to": message.reply_to,
        "understood": message.understood,
        "intent": said.get("intent"),
        "category": said.get("category"),
        "outcome": message.outcome,
        "created_at": message.created_at,
        "sent_at": message.sent_at,
    }


def _of(row: Mapping[Any, Any]) -> Message:
    shown = {str(name): value for name, value in row.items() if name not in ("intent", "category")}
    return Message(**shown | {"direction": Direction(row["direction"]), "author": Author(row["author"])})
