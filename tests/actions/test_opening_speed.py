"""Opening a ticket costs no more where very many are closed. Counted in steps of the database, not in seconds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, text

from actions.office import load_desk
from actions.store import benchmark
from actions.store.database import Database, open_database
from actions.store.population import Population
from actions.store.tickets import MOST_NEARBY
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import find_duplicates, open_ticket
from actions.tickets.report import Report
from actions.tickets.states import State
from knowledge.community import load_community
from tests.actions.samples import MONDAY, make_desk, make_report

DESK = make_desk()
HERE = (106.7135, 26.5783)
CLOSED = 300
RESIDENT = Actor(Role.RESIDENT, "web:abc")


@pytest.fixture
def small(sqlite: str) -> Iterator[Database]:
    opened = open_database(sqlite)
    yield opened
    opened.close()


def file_(database: Database, report: Report) -> None:
    find_duplicates(report, desk=DESK, uow=database.reading())
    open_ticket(report, by=RESIDENT, at=report.at, desk=DESK, uow=database.unit())


def steps(database: Database, report: Report) -> int:
    """The instructions of SQLite's machine that one opening takes, looking for neighbours' reports included."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    def watch(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(count, 1)

    event.listen(database.engine, "begin", watch)
    file_(database, report)
    event.remove(database.engine, "begin", watch)
    return taken


def test_what_is_closed_costs_nothing(small: Database) -> None:
    """All of one kind, at one building and one position: the worst for an index that does not know what is solved."""
    file_(small, make_report("first", point=HERE))
    few = steps(small, make_report("second", point=HERE))
    for n in range(CLOSED):
        open_ticket(make_report(f"r{n}", point=HERE), by=RESIDENT, at=MONDAY, desk=DESK, uow=small.unit())
    with small.engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET state = 'closed' WHERE report LIKE 'r%'"))
    many = steps(small, make_report("last", point=HERE))
    assert many < 2 * few, f"{few} steps beside two tickets, {many} beside {CLOSED} closed ones"


def test_of_very_many_open_ones_only_some_are_read(database: Database) -> None:
    reports = [make_report(f"r{n}", point=HERE, at=MONDAY + timedelta(minutes=n)) for n in range(MOST_NEARBY + 10)]
    for report in reports:
        open_ticket(report, by=RESIDENT, at=report.at, desk=DESK, uow=database.unit())
    found = find_duplicates(make_report("again", point=HERE), desk=DESK, uow=database.reading())
    assert [ticket.report for ticket in found] == [f"r{n}" for n in range(MOST_NEARBY)], "the oldest of them"


def test_the_benchmark_fills_measures_and_leaves_the_store_as_it_was(url: str) -> None:
    people = Population(load_community(), load_desk(), random.Random(0))
    made = list(people.tickets(60, unsolved=0.5, until=MONDAY))
    assert len({ticket.number for ticket in made}) == 60 and all(t.opened_at < MONDAY for t in made)
    assert {State.CLOSED} < {ticket.state for ticket in made}
    database = open_database(url)
    benchmark.fill(database, iter(made), len(made))
    with database.reading() as uow:
        assert uow.tickets.peek(made[-1].number) == made[-1]
    spent = benchmark.measure(database, reports=5, seed=1)
    assert spent["reports"] == 5 and spent["cpu_p50_ms"] > 0 and 0 < spent["p50_ms"] <= spent["p95_ms"]
    with database.reading() as uow:
        assert sum(uow.tickets.counts().values()) == 60 and not uow.outbox.waiting(10)
    database.close()
