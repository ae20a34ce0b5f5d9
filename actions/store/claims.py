"""Claims: who has a message in hand, so that of several processes one answers it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from actions.store.inserts import insert_for
from actions.store.tables import claims


class SqlClaims:
    """`ClaimRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, id_: str, holder: str, at: datetime, until: datetime) -> bool:
        """See `ClaimRepository.take`. One statement, so that of two at once one succeeds."""
        new = insert_for(self._connection, claims).values(id=id_, holder=holder, until=until)
        free = or_(claims.c.until <= at, claims.c.holder == holder)
        taken = new.on_conflict_do_update(
            index_elements=[claims.c.id], set_={"holder": holder, "until": until}, where=free
        )
        return self._connection.execute(taken.returning(claims.c.id)).first() is not None

    def holder(self, id_: str) -> str | None:
        """See `ClaimRepository.holder`."""
        found = self._connection.execute(select(claims.c.holder).where(claims.c.id == id_)).scalar_one_or_none()
        return None if found is None else str(found)

    def drop(self, id_: str, holder: str) -> None:
        """See `ClaimRepository.drop`."""
        self._connection.execute(delete(claims).where(claims.c.id == id_, claims.c.holder == holder))

    def clear(self, before: datetime) -> None:
        """See `ClaimRepository.clear`."""
        self._connection.execute(delete(claims).where(claims.c.until <= before))
