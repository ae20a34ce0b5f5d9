"""Shortfalls in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from actions.shortfalls.shortfall import Shortfall
from actions.store.inserts import insert_for
from actions.store.shortfall_tables import shortfalls


class SqlShortfalls:
    """`ShortfallRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, shortfall: Shortfall) -> None:
        """See `ShortfallRepository.add`."""
        new = insert_for(self._connection, shortfalls).values(asdict(shortfall)).on_conflict_do_nothing()
        self._connection.execute(new)

    def open(self, since: datetime, limit: int) -> Sequence[Shortfall]:
        """See `ShortfallRepository.open`."""
        query = select(shortfalls).where(shortfalls.c.settled_at.is_(None), shortfalls.c.at >= since)
        rows = self._connection.execute(query.order_by(shortfalls.c.at.desc(), shortfalls.c.message).limit(limit))
        return [Shortfall(**row) for row in rows.mappings()]

    def settle(self, keys: Collection[tuple[str, str]], at: datetime) -> None:
        """See `ShortfallRepository.settle`."""
        for message, question in keys:
            same = (shortfalls.c.message == message, shortfalls.c.question == question)
            self._connection.execute(update(shortfalls).where(*same).values(settled_at=at))

    def forget(self, conversation: str) -> None:
        """See `ShortfallRepository.forget`."""
        self._connection.execute(delete(shortfalls).where(shortfalls.c.conversation == conversation))
