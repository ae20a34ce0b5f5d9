"""Conversations in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, select, update

from actions.conversations.conversation import ASKED, Alert, Conversation, Owner, Stage
from actions.errors import ConversationUnknown
from actions.store.inserts import insert_for
from actions.store.tables import conversations

_ENUMS = {"owner": Owner, "state": Stage, "alert": Alert}
_PLAIN = tuple(field.name for field in fields(Conversation) if field.name not in _ENUMS)


class SqlConversations:
    """`ConversationRepository` on one connection. With `locking`, what is read is held until the transaction ends."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection, self._locking = connection, locking

    def get(self, id_: str) -> Conversation:
        """See `ConversationRepository.get`."""
        found = self.find(id_)
        if found is None:
            raise ConversationUnknown(conversation=id_)
        return found

    def find(self, id_: str) -> Conversation | None:
        """See `ConversationRepository.find`."""
        query = select(conversations).where(conversations.c.id == id_)
        row = self._connection.execute(query.with_for_update() if self._locking else query).mappings().one_or_none()
        return _of(row) if row is not None else None

    def add(self, conversation: Conversation) -> None:
        """See `ConversationRepository.add`."""
        new = insert_for(self._connection, conversations).values(_row(conversation))
        self._connection.execute(new.on_conflict_do_nothing())

    def save(self, conversation: Conversation) -> None:
        """See `ConversationRepository.save`."""
        row = _row(conversation)
        self._connection.execute(update(conversations).where(conversations.c.id == row.pop("id")).values(row))

    def recent_waits(self, since: datetime, limit: int) -> Sequence[timedelta]:
        """See `ConversationRepository.recent_waits`."""
        taken = (conversations.c.taken_at >= since, conversations.c.waiting_since <= conversations.c.taken_at)
        both = select(conversations.c.taken_at, conversations.c.waiting_since).where(*taken)
        rows = self._connection.execute(both.order_by(conversations.c.taken_at.desc()).limit(limit))
        return [row.taken_at - row.waiting_since for row in rows]

    def to_call_back(self, limit: int) -> Sequence[Conversation]:
        """See `ConversationRepository.to_call_back`."""
        promised = (conversations.c.call_back.is_not(None), conversations.c.call_back != ASKED)
        query = select(conversations).where(*promised).order_by(conversations.c.updated_at).limit(limit)
        return [_of(row) for row in self._connection.execute(query).mappings()]

    def in_stages(self, stages: Collection[Stage], limit: int) -> Sequence[Conversation]:
        """See `ConversationRepository.in_stages`."""
        ringing = case((conversations.c.alert == Alert.RING.value, 0), else_=1)
        query = select(conversations).where(conversations.c.state.in_([stage.value for stage in stages]))
        rows = self._connection.execute(query.order_by(ringing, conversations.c.updated_at.desc()).limit(limit))
        return [_of(row) for row in rows.mappings()]


def _row(conversation: Conversation) -> dict[str, Any]:
    plain = {name: getattr(conversation, name) for name in _PLAIN}
    return plain | {name: getattr(conversation, name).value for name in _ENUMS}


def _of(row: Mapping[Any, Any]) -> Conversation:
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return Conversation(**plain, owner=Owner(row["owner"]), state=Stage(row["state"]), alert=Alert(row["alert"]))
