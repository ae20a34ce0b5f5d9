"""Which of the processes that share a database are alive: each holds a lock that goes when it does, however it goes.

No clock is asked and no line is written, so nobody has to be thought dead for a minute. On PostgreSQL it is an advisory
lock on a connection of its own (through a pooler that parts a session from its connection it can't be held); beside an
SQLite file it is the lock on one byte of another file.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from actions.store.database import parse_url

logger = logging.getLogger(__name__)


class Living(Protocol):
    """The processes of one database. One instance a process."""

    def enter(self, id_: str) -> None:
        """Be alive under that id from now until `leave` or the process's end."""

    def keep(self) -> None:
        """Look after what `enter` took: a connection that broke meanwhile is made again."""

    def gone(self, id_: str) -> bool:
        """Whether no process is alive under that id."""

    def leave(self) -> None:
        """Be alive no more."""


def open_living(url: str) -> Living:
    """The processes of the database at `url`; see `open_database`."""
    address = parse_url(url)
    if address.get_backend_name() == "sqlite":
        return LivingByFile(Path(f"{address.database}.living"))
    return LivingByConnection(address.render_as_string(hide_password=False))


class LivingByConnection:
    """`Living` by PostgreSQL's advisory locks."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._id, self._held = "", False

    def enter(self, id_: str) -> None:
        """See `Living.enter`."""
        self._id, self._connection = id_, self._engine.connect()
        self._held = self._try(id_)

    def keep(self) -> None:
        """See `Living.keep`. The server may hold the lock of a broken connection a while longer: then it is asked again
        the next time."""
        try:
            self._held = bool(self._open().scalar(text("SELECT 1"))) if self._held else self._try(self._id)
        except DBAPIError:
            logger.warning("the connection that shows this process to be alive broke, and is made again")
            self.leave()
            self.enter(self._id)

    def gone(self, id_: str) -> bool:
        """See `Living.gone`."""
        if id_ == self._id:
            return False
        taken = self._try(id_)
        if taken:
            self._open().execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _number(id_)})
        return taken

    def leave(self) -> None:
        """See `Living.leave`."""
        if self._connection:
            with suppress(DBAPIError):  # broken: then the server lets the locks go when it notices
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
                self._connection.close()
        self._connection = None

    def _try(self, id_: str) -> bool:
        return bool(self._open().scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _number(id_)}))

    def _open(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("enter comes first")
        return self._connection


class LivingByFile:
    """`Living` by locks on single bytes of a file, which stays empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._id = ""

    def enter(self, id_: str) -> None:
        """See `Living.enter`."""
        self._id, self._file = id_, os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, _place(id_))

    def keep(self) -> None:
        """See `Living.keep`."""

    def gone(self, id_: str) -> bool:
        """See `Living.gone`."""
        if id_ == self._id:
            return False
        if self._file is None:
            raise RuntimeError("enter comes first")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(id_))
        except OSError:
            return False
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _place(id_))
        return True

    def leave(self) -> None:
        """See `Living.leave`."""
        if self._file is not None:
            os.close(self._file)
        self._file = None


def _number(id_: str) -> int:
    """A key of 64 bits, signed, as PostgreSQL takes it."""
    return int.from_bytes(sha256(id_.encode()).digest()[:8], signed=True)


def _place(id_: str) -> int:
    """A byte below 2³⁰; a file need not be as long as that."""
    return int.from_bytes(sha256(id_.encode()).digest()[:4]) >> 2
