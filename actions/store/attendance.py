"""Attendance in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from actions.store.inserts import insert_for
from actions.store.tables import attendance


class SqlAttendance:
    """`AttendanceRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, login: str, at: datetime) -> None:
        """See `AttendanceRepository.seen`."""
        new = insert_for(self._connection, attendance).values(login=login, seen_at=at)
        self._connection.execute(new.on_conflict_do_update(index_elements=["login"], set_={"seen_at": at}))

    def since(self, at: datetime) -> Collection[str]:
        """See `AttendanceRepository.since`."""
        found = select(attendance.c.login).where(attendance.c.seen_at >= at)
        return self._connection.execute(found).scalars().all()
