"""A wire between the processes of one PostgreSQL: short texts that are heard now or never, by LISTEN and NOTIFY."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any, cast

from sqlalchemy import NullPool, PoolProxiedConnection, create_engine

from actions.store.database import parse_url

logger = logging.getLogger(__name__)
LONGEST = 7_800
"""Bytes of one text; PostgreSQL takes 8,000."""
CHANNEL = "'linli_' || current_schema()"
"""In SQL; houses that share a database have schemas of their own."""
PAUSE = 2.0
"""Seconds between two tries to connect."""


class Wire:
    """One process's end of it. A text reaches all ends, one's own too; who is not connected misses it."""

    def __init__(self, url: str) -> None:
        """Nothing is connected before `say` or `hear`. `url`: a PostgreSQL's."""
        self._engine = create_engine(parse_url(url), poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def say(self, texts: Iterable[str]) -> None:
        """Say what comes, until nothing comes any more. What can't be said is lost, with a line in our log."""
        connection = None
        for text in texts:
            connection = self._said(text, connection) or self._said(text, None)
            if connection is None:
                logger.warning("other processes could not be told that there is news")
        if connection:
            connection.close()

    def _said(self, text: str, connection: PoolProxiedConnection | None) -> PoolProxiedConnection | None:
        """Say it over a connection, or over a new one; returns the one that it went over, None where it did not."""
        try:
            connection = connection or self._engine.raw_connection()
            cast(Any, connection.driver_connection).execute(f"SELECT pg_notify({CHANNEL}, %s)", (text,))
        except Exception:  # noqa: BLE001 - the driver's errors have no common root with SQLAlchemy's
            if connection:
                connection.invalidate()
            return None
        return connection

    def hear(self, heard: Callable[[str], None], stop: threading.Event, up: threading.Event) -> None:
        """Pass on what is said anywhere, until told to stop; a broken connection is made again. `up`: set once it
        listens."""
        while not stop.is_set():
            try:
                with closing(self._engine.raw_connection()) as pooled:
                    connection = cast(Any, pooled.driver_connection)
                    (channel,) = connection.execute(f"SELECT {CHANNEL}").fetchone()
                    connection.execute(f'LISTEN "{channel}"')
                    up.set()
                    while not stop.is_set():
                        for notice in connection.notifies(timeout=0.5):
                            heard(notice.payload)
            except Exception as failure:  # noqa: BLE001 - as above
                logger.warning("other processes can't be heard, trying on: %s", type(failure).__name__)
                stop.wait(PAUSE)
