"""The store and the workflow together, on SQLite and on PostgreSQL: nothing is lost on the way, and no crowd does harm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from alembic import command
from sqlalchemy import inspect

from actions.errors import ActionError
from actions.store.database import Database, open_database
from actions.store.migrate import _config, migrate
from actions.tickets import dispatching, feedback, handling, helping, merging, watching, wishing
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import join_ticket, open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from actions.tickets.wish import ReturnCode, WishKind
from tests.actions.crowd import crowd
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, WORKER, OPERATOR = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01"), Actor(Role.OPERATOR, "li")
SUPERVISOR = Actor(Role.SUPERVISOR, "s01")
DESK = make_desk()
LATER = MONDAY + timedelta(hours=1)
MANY = 200


def opened(database: Database, id_: str = "r1", **fields: object) -> Ticket:
    report = make_report(id_, **fields)
    by = Actor(Role.RESIDENT, report.conversation)
    return open_ticket(report, by=by, at=MONDAY, desk=DESK, uow=database.unit())


def kept(database: Database, number: str) -> Ticket:
    with database.reading() as uow:
        return uow.tickets.get(number)


def found(database: Database, **wanted: object) -> list[str]:
    with database.reading() as uow:
        return [ticket.number for ticket in uow.tickets.find(TicketFilter(**wanted)).items]  # type: ignore[arg-type]


def test_two_hundred_at_once_with_one_report_open_one_ticket(database: Database) -> None:
    with ThreadPoolExecutor(MANY) as pool:
        numbers = {ticket.number for ticket in pool.map(lambda _: opened(database), range(MANY))}
    assert numbers == {"GY20261207-0001"} == set(found(database))
    with database.reading() as uow:
        assert len(uow.outbox.waiting(10)) == 1 and len(uow.tickets.get("GY20261207-0001").history) == 1


def test_what_is_asked_for_and_who_helps_come_back_as_they_were(database: Database) -> None:
    number, unit = opened(database).number, database.unit
    helping.invite(number, "w04", "搬杂物", by=WORKER, at=LATER, desk=DESK, uow=unit())
    helping.invite(number, "供电公司", "查线路", by=WORKER, at=LATER, desk=DESK, uow=unit())
    helping.contribute(number, "w04", "搬了", by=Actor(Role.WORKER, "w04"), at=LATER, uow=unit())
    asked = wishing.return_ticket(number, "ownership", "是物业的", by=WORKER, at=LATER, desk=DESK, uow=unit())
    assert kept(database, number) == asked and asked.wish and asked.wish.code is ReturnCode.OWNERSHIP
    wishing.refuse(number, "不是", by=SUPERVISOR, at=LATER, uow=unit())
    until = asked.due_at + timedelta(days=3)
    again = wishing.extend(number, until, "等配件", by=WORKER, at=LATER, uow=unit())
    assert (
        kept(database, number) == again
        and again.wish
        and (again.wish.kind, again.wish.until)
        == (
            WishKind.EXTENSION,
            until,
        )
    )
    assert found(database, wished=True) == found(database, helper="unit:供电公司") == [number]
    assert found(database, wished=False) == found(database, helper="worker:w04") == [], "her part is done"


def test_who_leaves_is_gone_from_the_list_and_the_order_stays(database: Database) -> None:
    number = opened(database).number
    for name in ("b", "c", "d"):
        report = make_report(name, conversation=f"web:{name}")
        join_ticket(number, report, by=Actor(Role.RESIDENT, report.conversation), at=LATER, uow=database.unit())
    feedback.withdraw(number, by=Actor(Role.RESIDENT, "web:c"), at=LATER, uow=database.unit())
    feedback.withdraw(number, by=RESIDENT, at=LATER, uow=database.unit())
    assert kept(database, number).residents == ("web:b", "web:d")
    assert found(database, resident="web:c") == found(database, resident="web:abc") == []


def test_merged_and_apart_again(database: Database) -> None:
    into, gone = opened(database).number, opened(database, "r2", conversation="web:two").number
    merging.merge(gone, into, by=OPERATOR, at=LATER, uow=database.unit())
    assert kept(database, into).followers == ("web:two",)
    back = merging.unmerge(gone, "是另一盏", by=OPERATOR, at=LATER, desk=DESK, uow=database.unit())
    assert kept(database, gone) == back and kept(database, into).followers == ()


def test_a_crowd_of_clocks_does_each_stage_once(database: Database) -> None:
    ticket = opened(database)
    crowd(lambda _: watching.look(ticket.number, at=ticket.due_at, desk=DESK, words=str, uow=database.unit()))
    events = [entry.event for entry in kept(database, ticket.number).history]
    assert events == [Event.OPEN, Event.SUPERVISE, Event.SUPERVISE], "contact and solution, once each"
    assert watching.waiting(ticket.due_at, uow=database.reading()) == []


def test_of_a_crowd_one_grants(database: Database) -> None:
    ticket = opened(database)
    wishing.extend(ticket.number, ticket.due_at + timedelta(days=3), "等配件", by=WORKER, at=LATER, uow=database.unit())

    def answer(n: int) -> bool:
        try:
            if n % 2:
                wishing.refuse(ticket.number, "不行", by=SUPERVISOR, at=LATER, uow=database.unit())
            else:
                wishing.grant_extension(ticket.number, by=OPERATOR, at=LATER, uow=database.unit())
        except ActionError:
            return False
        return True

    assert sum(crowd(answer)) == 1


def test_two_dispatchers_merge_crosswise_and_one_ticket_stays(database: Database) -> None:
    numbers = [opened(database, f"r{n}", conversation=f"web:{n}").number for n in range(2)]

    def merge(n: int) -> bool:
        one, other = numbers if n % 2 else reversed(numbers)
        try:
            merging.merge(one, other, by=OPERATOR, at=LATER, uow=database.unit())
        except ActionError:
            return False
        return True

    assert sum(crowd(merge)) == 1
    assert sorted(kept(database, number).state is State.MERGED for number in numbers) == [False, True]


def test_what_the_model_said_and_what_was_chosen_are_both_kept(database: Database) -> None:
    predicted = {
        "intent": "report_issue",
        "intents": [["report_issue", 0.93], ["seek_help", 0.04]],
        "category": "municipal_works",
        "kind": "lamp_broken",
        "categories": [["municipal_works", 0.71], ["property", 0.2]],
        "model": "20261201-083000",
    }
    number = opened(database, predicted=predicted).number
    dispatching.recategorise(
        number,
        "city_appearance",
        "garbage_uncollected",
        "其实是垃圾",
        by=OPERATOR,
        at=LATER,
        desk=DESK,
        uow=database.unit(),
    )
    now = kept(database, number)
    assert now.predicted == predicted and (now.category, now.kind) == ("city_appearance", "garbage_uncollected")


def test_tickets_from_before_are_brought_along(url: str) -> None:
    """A database with the first tables and a ticket in them gets the new columns, and the clock looks at it at once."""
    database = open_database(url)
    old = _before(database)
    migrate(url)
    ticket = kept(database, old)
    assert (ticket.level, ticket.about, ticket.wish, ticket.helpers) == (0, (), None, ())
    assert list(watching.waiting(MONDAY, uow=database.reading())) == [old]
    handling.accept(old, by=WORKER, at=LATER, uow=database.unit())
    late = watching.look(old, at=ticket.due_at, desk=DESK, words=str, uow=database.unit())
    assert late.history[-1].event is Event.SUPERVISE
    database.close()


def _before(database: Database) -> str:
    """Take the database back to the first tables, with one ticket as they kept it."""
    number = opened(database).number
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), "0001")
        assert "look_at" not in {column["name"] for column in inspect(connection).get_columns("tickets")}
    return number
