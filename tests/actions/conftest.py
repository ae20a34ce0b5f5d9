"""Databases for the store's tests: a fresh SQLite file, and a PostgreSQL schema of their own where a server answers."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from actions.store.database import Database, open_database
from actions.store.migrate import migrate
from tests.actions.fakes import FakeUnit
from tests.tables import lay_tables


@pytest.fixture
def uow() -> FakeUnit:
    return FakeUnit()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of each kind; the tables are there."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The URL of an SQLite file."""
    return lay_tables(f"sqlite:///{tmp_path}/linli.db")


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The URL of a schema of its own on PostgreSQL, dropped afterwards; LINLI_TEST_POSTGRESQL names another server."""
    server = make_url(os.environ.get("LINLI_TEST_POSTGRESQL", "postgresql+psycopg:///postgres"))
    schema = f"linli_test_{uuid.uuid4().hex[:12]}"
    _run(server, f'CREATE SCHEMA "{schema}"')
    try:
        address = server.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        migrate(address)
        yield address
    finally:
        _run(server, f'DROP SCHEMA IF EXISTS "{schema}", "{schema}_dbos" CASCADE')


def _run(server: URL, statement: str) -> None:
    engine = create_engine(server, connect_args={"connect_timeout": 3})
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    except OperationalError:
        pytest.skip(f"skipped: no PostgreSQL at {server.render_as_string()}")
    finally:
        engine.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()
