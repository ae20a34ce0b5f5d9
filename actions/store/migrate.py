"""Bringing a database to today's tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from actions.errors import DatabaseUnreachable
from actions.store.database import Database, open_database

_LOCK = 20130112
"""Key of the lock under which one server at a time changes tables."""


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest tables; nothing happens where it has them. `DatabaseUnreachable`.

    All or nothing, and safe with several servers starting at once.
    """
    database = open_database(url)
    try:
        migrate_database(database)
    finally:
        database.close()


def migrate_database(database: Database) -> None:
    """The same for a database that is open."""
    try:
        with database.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            command.upgrade(_config(connection), "head")
    except OperationalError as failure:
        raise DatabaseUnreachable(address=database.address) from failure


def _config(connection: Connection) -> Config:
    """Alembic's settings, made here: no file is looked for where somebody happens to start the program."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
