"""What is known of attachments, in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from actions.attachments.attachment import Attachment, Kind
from actions.attachments.errors import AttachmentUnknown
from actions.store.attachment_tables import attachments
from actions.tickets.actor import Actor

_PLAIN = tuple(field.name for field in fields(Attachment) if field.name not in ("by", "kind", "point"))


class SqlAttachments:
    """`AttachmentRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, attachment: Attachment) -> None:
        """See `AttachmentRepository.add`."""
        self._connection.execute(insert(attachments).values(_row(attachment)))

    def get(self, id_: str) -> Attachment:
        """See `AttachmentRepository.get`."""
        found = self._read(select(attachments).where(attachments.c.id == id_))
        if not found:
            raise AttachmentUnknown()
        return found[0]

    def forget_point(self, id_: str) -> None:
        """See `AttachmentRepository.forget_point`."""
        nowhere = {"longitude": None, "latitude": None}
        self._connection.execute(update(attachments).where(attachments.c.id == id_).values(nowhere))

    def give_to(self, ticket: str, conversation: str, since: datetime) -> int:
        """See `AttachmentRepository.give_to`."""
        loose = (attachments.c.conversation == conversation, attachments.c.ticket.is_(None))
        given = update(attachments).where(*loose, attachments.c.created_at >= since).values(ticket=ticket)
        return self._connection.execute(given).rowcount

    def of_conversation(self, conversation: str) -> Sequence[Attachment]:
        """See `AttachmentRepository.of_conversation`."""
        return self._read(select(attachments).where(attachments.c.conversation == conversation))

    def before(self, at: datetime, limit: int) -> Sequence[Attachment]:
        """See `AttachmentRepository.before`."""
        return self._read(select(attachments).where(attachments.c.created_at < at).limit(limit))

    def remove(self, id_: str) -> None:
        """See `AttachmentRepository.remove`."""
        self._connection.execute(delete(attachments).where(attachments.c.id == id_))

    def of_tickets(self, tickets: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        """See `AttachmentRepository.of_tickets`."""
        found: dict[str, list[Attachment]] = defaultdict(list)
        for attachment in self._read(select(attachments).where(attachments.c.ticket.in_(list(tickets)))):
            found[attachment.ticket or ""].append(attachment)
        return found

    def _read(self, query: Select[Any]) -> list[Attachment]:
        rows = self._connection.execute(query.order_by(attachments.c.created_at, attachments.c.id)).mappings()
        return [_of(row) for row in rows]


def _row(attachment: Attachment) -> dict[str, Any]:
    longitude, latitude = attachment.point or (None, None)
    plain = {name: getattr(attachment, name) for name in _PLAIN}
    place = {"longitude": longitude, "latitude": latitude}
    return plain | place | {"by": str(attachment.by), "kind": attachment.kind.value}


def _of(row: Mapping[Any, Any]) -> Attachment:
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    point = None if row["longitude"] is None else (row["longitude"], row["latitude"])
    return Attachment(**plain, by=Actor.parse(row["by"]), kind=Kind(row["kind"]), point=point)
