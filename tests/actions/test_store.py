"""The store, on SQLite and on PostgreSQL: what goes in comes out, and a crowd does no harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from actions.accounts import Account, Position
from actions.errors import (
    AccountExists,
    AccountUnknown,
    DatabaseUnreachable,
    DatabaseUnsupported,
    NotNow,
    TicketUnknown,
)
from actions.store.database import Database, open_database
from actions.store.migrate import migrate
from actions.store.tables import metadata
from actions.tickets import feedback, handling
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import find_duplicates, join_ticket, open_ticket
from actions.tickets.states import State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from tests.actions.crowd import CROWD, crowd
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, WORKER = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01")
DESK = make_desk()
LATER = MONDAY + timedelta(hours=1)


def opened(database: Database, id_: str = "r1", **fields: object) -> Ticket:
    return open_ticket(make_report(id_, **fields), by=RESIDENT, at=MONDAY, desk=DESK, uow=database.unit())


def kept(database: Database, number: str) -> Ticket:
    with database.reading() as uow:
        return uow.tickets.get(number)


def found(database: Database, **wanted: object) -> list[str]:
    with database.reading() as uow:
        return [ticket.number for ticket in uow.tickets.find(TicketFilter(**wanted)).items]  # type: ignore[arg-type]


def test_the_migration_makes_the_tables_and_does_so_once(url: str, database: Database) -> None:
    migrate(url)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


class TestTickets:
    def test_a_whole_life_comes_back_as_it_was(self, database: Database) -> None:
        number = opened(database, point=(106.7, 26.58)).number
        join_ticket(
            number,
            make_report("r2", conversation="web:two"),
            by=Actor(Role.RESIDENT, "web:two"),
            at=LATER,
            uow=database.unit(),
        )
        handling.accept(number, by=WORKER, at=LATER, uow=database.unit(), deed="tap")
        handling.finish(number, "换了灯泡", by=WORKER, at=LATER, uow=database.unit(), photo="p1")
        survey = Survey(Solved.HALF, True, "还闪", LATER)
        rated = feedback.rate(number, survey, by=RESIDENT, at=LATER, desk=DESK, uow=database.unit())
        assert kept(database, number) == rated
        assert (rated.followers, rated.point, rated.survey, len(rated.history)) == (
            ("web:two",),
            (106.7, 26.58),
            survey,
            5,
        )

    def test_times_are_kept_in_utc_and_shown_here(self, database: Database) -> None:
        number = open_ticket(
            make_report(), by=RESIDENT, at=datetime(2026, 12, 7, 18, tzinfo=UTC), desk=DESK, uow=database.unit()
        ).number
        assert number == "GY20261208-0001", "the day is the community's"
        assert kept(database, number).opened_at.isoformat() == "2026-12-08T02:00:00+08:00"
        with database.engine.connect() as connection:
            raw = str(connection.execute(text("SELECT opened_at FROM tickets")).scalar_one())
        assert raw.startswith("2026-12-07 18:00") or "+" in raw

    def test_two_hundred_at_once_with_one_report_open_one_ticket(self, database: Database) -> None:
        numbers = [ticket.number for ticket in crowd(lambda _: opened(database), size=200)]
        assert numbers == ["GY20261207-0001"] * 200
        with database.reading() as uow:
            assert uow.tickets.counts() == {State.ASSIGNED: 1} and len(uow.outbox.waiting(10)) == 1

    def test_fifty_reports_at_once_get_fifty_numbers_without_a_gap(self, database: Database) -> None:
        numbers = sorted(ticket.number for ticket in crowd(lambda n: opened(database, f"r{n}")))
        assert numbers == [f"GY20261207-{n:04d}" for n in range(1, CROWD + 1)]

    def test_fifty_taps_accept_once(self, database: Database) -> None:
        number = opened(database).number

        def tap(_: int) -> bool:
            try:
                handling.accept(number, by=WORKER, at=LATER, uow=database.unit())
            except NotNow:
                return False
            return True

        assert sum(crowd(tap)) == 1 and len(kept(database, number).history) == 2

    def test_a_refused_deed_leaves_nothing(self, database: Database) -> None:
        ticket = opened(database)
        with pytest.raises(NotNow):
            handling.start(ticket.number, by=WORKER, at=LATER, uow=database.unit())
        assert kept(database, ticket.number) == ticket
        with pytest.raises(TicketUnknown):
            kept(database, "GY20261207-0404")

    def test_what_a_screen_asks_for(self, database: Database) -> None:
        lamp = opened(database).number
        rubbish = opened(
            database,
            "r2",
            category="city_appearance",
            kind="garbage_uncollected",
            what="垃圾100%没清",
            address="翠湖苑1_2",
            place={},
            conversation="web:two",
        ).number
        handling.accept(lamp, by=WORKER, at=LATER, uow=database.unit())
        assert found(database) == [rubbish, lamp], "newest first"
        assert found(database, states={State.ACCEPTED}) == found(database, assignee="w01") == [lamp]
        assert (
            found(database, grid="g02")
            == found(database, category="city_appearance")
            == found(database, resident="web:two")
            == [rubbish]
        )
        assert (
            found(database, text="100%")
            == found(database, text="1_2")
            == found(database, text="垃圾 翠湖")
            == [rubbish]
        )
        assert found(database, text="%") == [rubbish] and found(database, text="灯%三天") == [], (
            "a sign, not a wildcard"
        )
        assert found(database, due_before=MONDAY + timedelta(days=8)) == [rubbish, lamp]
        assert (
            found(database, due_before=MONDAY)
            == found(database, opened_until=MONDAY)
            == found(database, confidential=True)
            == []
        )
        assert found(database, page=2, size=1) == [lamp]

    def test_who_joined_finds_it_too(self, database: Database) -> None:
        number = opened(database).number
        join_ticket(
            number,
            make_report("r2", conversation="web:two"),
            by=Actor(Role.RESIDENT, "web:two"),
            at=LATER,
            uow=database.unit(),
        )
        assert found(database, resident="web:two") == [number]

    def test_duplicates_load_and_counts(self, database: Database) -> None:
        first = opened(database)
        assert find_duplicates(make_report("r2"), desk=DESK, uow=database.reading()) == [first]
        with database.reading() as uow:
            assert uow.tickets.open_load(["w01", "w02"]) == {"w01": 1, "w02": 0}
            assert uow.tickets.counts() == {State.ASSIGNED: 1}
        assert opened(database, "r3").assignee == "w02", "the one with less to do"


def test_accounts(database: Database) -> None:
    account = Account("a1", "li", "小李", Position.OPERATOR, "hash")
    with database.unit() as uow:
        uow.accounts.add(account)
        uow.accounts.add(Account("a2", "w03", "杨春梅", Position.WORKER, "hash", worker="w03"))
        uow.commit()
    with database.unit() as uow, pytest.raises(AccountExists):
        uow.accounts.add(replace(account, id="a3"))
    with database.unit() as uow:
        uow.accounts.save(replace(account, disabled=True))
        with pytest.raises(AccountUnknown):
            uow.accounts.save(replace(account, id="nobody"))
        uow.commit()
    with database.reading() as uow:
        assert [a.login for a in uow.accounts.all()] == ["li", "w03"] and uow.accounts.by_login("none") is None
        assert uow.accounts.by_login("li") == replace(account, disabled=True)


def test_a_unit_of_work_is_one_transaction(database: Database) -> None:
    with database.unit() as uow:
        pass
    with pytest.raises(RuntimeError), uow:
        pass


@pytest.mark.parametrize("url", ["mysql://a:geheim@b/c", "sqlite://", "postgresql+asyncpg://a:geheim@b/c", "nonsense"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(DatabaseUnsupported) as refused:
        open_database(url)
    assert "geheim" not in str(refused.value)


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    database = open_database("postgresql://linli:geheim@127.0.0.1:1/linli")
    for attempt in (
        database.check,
        database.unit().__enter__,
        lambda: migrate("postgresql://linli:geheim@127.0.0.1:1/linli"),
    ):
        with pytest.raises(DatabaseUnreachable) as refused:
            attempt()
        assert "geheim" not in str(refused.value) and "127.0.0.1" in str(refused.value)
