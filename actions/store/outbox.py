"""The outbox in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, not_, or_, select, update

from actions.errors import NoticeUnknown
from actions.notify.notice import Notice, Round
from actions.store.inserts import insert_for
from actions.store.tables import outbox, outbox_rounds

_FIELDS = tuple(field.name for field in fields(Notice))


class SqlOutbox:
    """`OutboxRepository`, for those who write and for delivery, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notice: Notice) -> None:
        """See `OutboxRepository.add`."""
        self._connection.execute(insert(outbox).values(_row(notice)))

    def copy(self, notice: Notice) -> None:
        """See `OutboxRepository.copy`."""
        self._connection.execute(insert_for(self._connection, outbox).values(_row(notice)).on_conflict_do_nothing())

    def get(self, id_: str) -> Notice:
        """See `OutboxRepository.get`."""
        row = self._connection.execute(select(outbox).where(outbox.c.id == id_)).mappings().one_or_none()
        if row is None:
            raise NoticeUnknown(notice=id_)
        return Notice(**row)

    def waiting(self, limit: int, at: datetime | None = None, beyond: Collection[str] = ()) -> Sequence[Notice]:
        """See `OutboxRepository.waiting`."""
        query = select(outbox).where(outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_(None))
        if at:
            query = query.where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= at))
        if beyond:
            query = query.where(not_(_for(beyond)))
        rows = self._connection.execute(
            query.order_by(outbox.c.attempts, outbox.c.created_at, outbox.c.id).limit(limit)
        )
        return [Notice(**row) for row in rows.mappings()]

    def forlorn(self, before: datetime, limit: int) -> Sequence[Notice]:
        """See `OutboxRepository.forlorn`."""
        untouched = (outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_(None), outbox.c.attempts == 0)
        since = func.max(outbox_rounds.c.at).label("since")
        again = select(outbox_rounds.c.notice, since).group_by(outbox_rounds.c.notice).subquery()
        query = select(outbox).outerjoin(again, again.c.notice == outbox.c.id).where(*untouched)
        waits_since = (outbox.c.created_at, outbox.c.not_before, again.c.since)
        query = query.where(*(or_(moment.is_(None), moment < before) for moment in waits_since))
        rows = self._connection.execute(query.order_by(outbox.c.created_at, outbox.c.id).limit(limit))
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

    def hold(self, id_: str, until: datetime) -> None:
        """See `OutboxRepository.hold`."""
        self._connection.execute(update(outbox).where(outbox.c.id == id_).values(not_before=until))

    def give_up(self, id_: str, at: datetime) -> None:
        """See `OutboxRepository.give_up`. What went out after all stays delivered."""
        left = (outbox.c.id == id_, outbox.c.delivered_at.is_(None))
        self._connection.execute(update(outbox).where(*left).values(dead_at=at))

    def revive(self, id_: str, by: str, at: datetime) -> Notice:
        """See `OutboxRepository.revive`."""
        dead = (outbox.c.id == id_, outbox.c.dead_at.is_not(None), outbox.c.delivered_at.is_(None))
        revived = (
            update(outbox).where(*dead).values(dead_at=None, not_before=None, attempts=0, round=outbox.c.round + 1)
        )
        if not self._connection.execute(revived).rowcount:
            raise NoticeUnknown(notice=id_)
        notice = self.get(id_)
        self._connection.execute(insert(outbox_rounds).values(notice=id_, round=notice.round, by=by, at=at))
        return notice

    def rounds(self, id_: str) -> Sequence[Round]:
        """See `OutboxRepository.rounds`."""
        query = select(outbox_rounds).where(outbox_rounds.c.notice == id_).order_by(outbox_rounds.c.round)
        return [Round(**row) for row in self._connection.execute(query).mappings()]


def _row(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in _FIELDS}


def _for(audiences: Collection[str]) -> ColumnElement[bool]:
    """That a notice is for one of these audiences, or for a narrower one."""
    narrower = (outbox.c.audience.startswith(f"{audience}:", autoescape=True) for audience in audiences)
    return or_(outbox.c.audience.in_(list(audiences)), *narrower)
