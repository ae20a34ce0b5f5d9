"""Looking for tickets as a screen does: in an order, a page at a time by a cursor, and what waits for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from actions.store.database import Database
from actions.store.tables import tickets
from actions.tickets.actor import Actor, Role
from actions.tickets.handling import accept
from actions.tickets.opening import open_ticket
from actions.tickets.states import State
from actions.tickets.wanted import Order, TicketFilter, Waiting
from actions.tickets.wishing import extend
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT = Actor(Role.RESIDENT, "web:abc")
DESK = make_desk()
LATER = MONDAY + timedelta(days=60)


def opened(database: Database, id_: str, hours: int = 0, **fields: object) -> str:
    """A ticket opened so many hours after MONDAY."""
    at = MONDAY + timedelta(hours=hours)
    hold = bool(fields.pop("hold", False))
    report = make_report(id_, at=at, **fields)
    return open_ticket(report, by=RESIDENT, at=at, desk=DESK, uow=database.unit(), hold=hold).number


def walk(database: Database, wanted: TicketFilter, order: Order) -> list[list[str]]:
    """All pages there are, forward."""
    pages, cursor = [], None
    while True:
        with database.reading() as uow:
            page = uow.tickets.stretch(wanted, order, cursor)
        pages.append([ticket.number for ticket in page.items])
        if not page.behind:
            return pages
        cursor = pages[-1][-1]


@pytest.fixture
def seven(database: Database) -> list[str]:
    """Seven tickets, two of them opened at one moment."""
    return [opened(database, f"r{n}", hours) for n, hours in enumerate([0, 1, 1, 2, 3, 4, 5])]


def test_pages_hold_each_ticket_once_and_turn_back_to_the_same(database: Database, seven: list[str]) -> None:
    wanted = TicketFilter(size=3)
    pages = walk(database, wanted, Order.NEWEST)
    assert pages == [seven[:3:-1], seven[3:0:-1], seven[:1]]
    with database.reading() as uow:
        back = uow.tickets.stretch(wanted, Order.NEWEST, pages[2][0], back=True)
        first = uow.tickets.stretch(wanted, Order.NEWEST, pages[1][0], back=True)
    assert ([t.number for t in back.items], back.before, back.behind) == (pages[1], True, True)
    assert ([t.number for t in first.items], first.before, first.behind) == (pages[0], False, True)


def test_the_most_pressing_come_first(database: Database, seven: list[str]) -> None:
    fire = opened(database, "fire", 9, urgent=True)
    assert walk(database, TicketFilter(size=4), Order.PRESSING) == [[fire, *seven[:3]], seven[3:]]


def test_a_filter_goes_with_every_page(database: Database, seven: list[str]) -> None:
    by_phone = opened(database, "phone", channel="phone")
    accept(seven[0], by=Actor(Role.WORKER, DESK.routing.posts["g01"].workers[0]), at=MONDAY, uow=database.unit())
    states = [State.ASSIGNED]
    assert walk(database, TicketFilter(channel="phone"), Order.NEWEST) == [[by_phone]]
    found = walk(database, TicketFilter(channel="web", states=states, size=2), Order.NEWEST)
    assert found == [seven[:4:-1], seven[4:2:-1], seven[2:0:-1]]


@pytest.mark.parametrize(
    ("text", "finds"),
    [("GY20261207", 8), ("gy20261207-0008", 1), ("0008", 1), ("水管 幸福里", 1), ("13900009999", 1), ("1390000", 0)],
)
def test_words_find_numbers_places_and_whole_telephone_numbers(
    database: Database, seven: list[str], text: str, finds: int
) -> None:
    opened(database, "pipe", what="水管爆了", phone="13900009999")
    with database.reading() as uow:
        assert len(uow.tickets.stretch(TicketFilter(text=text), Order.NEWEST).items) == finds
        assert uow.tickets.amount(TicketFilter(text=text), 5) == min(finds, 5)


def test_what_waits_is_counted_for_whoever_may_see_it(database: Database) -> None:
    opened(database, "fire", urgent=True)
    asked = opened(database, "asked")
    opened(database, "held", hold=True)
    opened(database, "secret", category="staff_conduct", kind="")
    with database.reading() as uow:
        owner = Actor(Role.WORKER, uow.tickets.get(asked).assignee)
        until = uow.tickets.get(asked).due_at + timedelta(days=3)
    extend(asked, until, "等配件", by=owner, at=MONDAY, uow=database.unit())
    with database.reading() as uow:
        assert uow.tickets.waiting(0, "operator:li", MONDAY) == Waiting(1, 0, 1, 1, 0, 0)
        assert uow.tickets.waiting(1, str(owner), LATER) == Waiting(0, 4, 1, 1, 0, 1)


def test_a_paused_or_finished_one_is_not_late(database: Database, seven: list[str]) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(tickets).where(tickets.c.number == seven[0]).values(paused_at=MONDAY))
        connection.execute(update(tickets).where(tickets.c.number == seven[1]).values(finished_at=MONDAY))
    with database.reading() as uow:
        assert uow.tickets.waiting(0, "", LATER).late == 5
        assert uow.tickets.amount(TicketFilter(due_before=LATER), 99) == 5
