"""The database: SQLite in one file for a community on its own, PostgreSQL where several servers share the work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from actions.errors import DatabaseUnreachable, DatabaseUnsupported
from actions.store.tickets import Announce, silent
from actions.store.unit import READING, SqlUnitOfWork

LONGEST_WAIT = 30
"""Seconds that a writer waits for another one before it gives up."""

_to_json = partial(json.dumps, ensure_ascii=False)


@dataclass(frozen=True)
class Database:
    """An open database. Threads share it; each call takes a unit of work of its own. `announce`: what other programs
    are told of each step of a ticket, written in the same transaction."""

    engine: Engine
    announce: Announce = silent

    @property
    def address(self) -> str:
        """Its URL without the password."""
        return self.engine.url.render_as_string()

    def unit(self) -> SqlUnitOfWork:
        """A fresh unit of work that may write."""
        return SqlUnitOfWork(self.engine, announce=self.announce)

    def reading(self) -> SqlUnitOfWork:
        """A fresh unit of work that only reads and takes no locks."""
        return SqlUnitOfWork(self.engine, reading=True)

    def check(self) -> None:
        """Ask whether it answers; `DatabaseUnreachable`."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as failure:
            raise DatabaseUnreachable(address=self.address) from failure

    def close(self) -> None:
        """Let all its connections go."""
        self.engine.dispose()


def open_database(url: str, announce: Announce = silent) -> Database:
    """Open `sqlite:///path/linli.db` or `postgresql+psycopg://user:password@host/name`. Connects on first use only.

    The folder of an SQLite file is made. Its tables are made by `migrate`. `DatabaseUnsupported` for any other URL.
    """
    address = parse_url(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    return Database(engine, announce)


def parse_url(url: str) -> URL:
    """The URL with its driver named; `DatabaseUnsupported` where it is of no kind that is kept here."""
    try:
        address = make_url(url)
    except ArgumentError as failure:
        raise DatabaseUnsupported(address=f"{url.partition(':')[0]}:…") from failure
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    in_a_file = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    if not in_a_file and address.drivername != "postgresql+psycopg":
        raise DatabaseUnsupported(address=address.render_as_string())
    return address


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url, json_serializer=_to_json, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_timeout=LONGEST_WAIT
    )


def _sqlite(url: URL) -> Engine:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, json_serializer=_to_json, pool_size=10, max_overflow=50, pool_timeout=LONGEST_WAIT)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside the writer, no commit lost to a power cut, what is erased overwritten, and transactions begun by us
    rather than the driver."""
    connection.isolation_level = None
    safe = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in (f"busy_timeout={LONGEST_WAIT * 1000}", *safe):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at once: one that reads first and writes later would be turned away in between."""
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
