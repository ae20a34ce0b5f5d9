"""The outbox in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from actions.errors import NoticeUnknown
from actions.notify.notice import Notice
from actions.store.tables import outbox

_FIELDS = tuple(field.name for field in fields(Notice))


class SqlOutbox:
    """`OutboxRepository`, for those who write and for delivery, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notice: Notice) -> None:
        """See `OutboxRepository.add`."""
        self._connection.execute(insert(outbox).values({name: getattr(notice, name) for name in _FIELDS}))

    def get(self, id_: str) -> Notice:
        """See `OutboxRepository.get`."""
        row = self._connection.execute(select(outbox).where(outbox.c.id == id_)).mappings().one_or_none()
        if row is None:
            raise NoticeUnknown(notice=id_)
        return Notice(**row)

    def waiting(self, limit: int) -> Sequence[Notice]:
        """See `OutboxRepository.waiting`."""
        query = select(outbox).where(outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_(None))
        rows = self._connection.execute(
            query.order_by(outbox.c.attempts, outbox.c.created_at, outbox.c.id).limit(limit)
        )
        return [Notice(**row) for row in rows.mappings()]

    def dead(self, limit: int, audience: str = "") -> Sequence[Notice]:
        """See `OutboxRepository.dead`."""
        query = select(outbox).where(outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_not(None))
        if audience:
            query = query.where(outbox.c.audience == audience)
        rows = self._connection.execute(query.order_by(outbox.c.dead_at.desc(), outbox.c.id).limit(limit))
        return [Notice(**row) for row in rows.mappings()]

    def counts(self) -> tuple[int, int]:
        """How many wait, and how many are dead letters."""
        left = select(func.count(), func.count(outbox.c.dead_at)).where(outbox.c.delivered_at.is_(None))
        undelivered, dead = self._connection.execute(left).one()
        return undelivered - dead, dead

    def delivered(self, id_: str, at: datetime) -> None:
        """See `OutboxRepository.delivered`. The first time stands."""
        late = (outbox.c.id == id_, outbox.c.delivered_at.is_(None))
        self._connection.execute(update(outbox).where(*late).values(delivered_at=at, attempts=outbox.c.attempts + 1))

    def failed(self, id_: str, error: str) -> None:
        """See `OutboxRepository.failed`."""
        values = {"attempts": outbox.c.attempts + 1, "last_error": error}
        self._connection.execute(update(outbox).where(outbox.c.id == id_).values(values))

    def give_up(self, id_: str, at: datetime) -> None:
        """See `OutboxRepository.give_up`."""
        self._connection.execute(update(outbox).where(outbox.c.id == id_).values(dead_at=at))

    def revive(self, id_: str) -> Notice:
        """See `OutboxRepository.revive`."""
        dead = (outbox.c.id == id_, outbox.c.dead_at.is_not(None), outbox.c.delivered_at.is_(None))
        revived = update(outbox).where(*dead).values(dead_at=None, round=outbox.c.round + 1)
        if not self._connection.execute(revived).rowcount:
            raise NoticeUnknown(notice=id_)
        return self.get(id_)
