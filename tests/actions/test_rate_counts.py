"""What the database counts of 三率 is what the pure reckoning counts, over tickets that went every way there is."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from actions.errors import ActionError
from actions.store.database import Database
from actions.tickets import feedback, handling, watching
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.rates import By, Share, rates
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from tests.actions.samples import MONDAY, make_desk, make_report

DESK, RESIDENT, OPERATOR = make_desk(), Actor(Role.RESIDENT, "web:abc"), Actor(Role.OPERATOR, "li")
LATE = MONDAY + timedelta(days=120)
NIGHT = datetime(2026, 12, 31, 23, 30, tzinfo=MONDAY.tzinfo)
"""Still the old year here, already the new one nowhere: what is kept in UTC lies eight hours back."""
WHERE = [{}, {"address": "翠湖苑2栋", "place": {}}, {"address": "没人知道", "place": {}}]
WHAT = [
    {},
    {"category": "city_appearance", "kind": ""},
    {"category": "staff_conduct", "kind": "bad_attitude", "what": "张三"},
]


def live(database: Database, chance: random.Random, n: int) -> None:
    """One ticket's life, by chance."""
    at = chance.choice([MONDAY, NIGHT, NIGHT + timedelta(hours=1)]) + timedelta(days=chance.randint(0, 40))
    report = (
        make_report(f"r{n}", at=at, **chance.choice(WHERE), **chance.choice(WHAT)) if n else make_report("r0", at=at)
    )
    ticket = open_ticket(report, by=RESIDENT, at=at, desk=DESK, uow=database.unit(), hold=chance.random() < 0.1)
    owner = Actor(Role.SUPERVISOR if ticket.assignee == "s01" else Role.WORKER, ticket.assignee)
    survey = Survey(chance.choice(list(Solved)), chance.choice([True, False, None]), chance.choice(["", "慢"]), at)
    steps = [
        lambda uow: handling.accept(ticket.number, by=owner, at=at, uow=uow),
        lambda uow: handling.contact(ticket.number, by=owner, at=at + timedelta(days=chance.randint(0, 4)), uow=uow),
        lambda uow: handling.finish(ticket.number, "好了", by=owner, at=at + timedelta(days=4), uow=uow),
        lambda uow: feedback.rate(ticket.number, survey, by=RESIDENT, at=at + timedelta(days=5), desk=DESK, uow=uow),
        lambda uow: watching.look(ticket.number, at=LATE, desk=DESK, words=str, uow=uow),
        lambda uow: feedback.close(ticket.number, by=OPERATOR, at=LATE, uow=uow),
        lambda uow: feedback.withdraw(ticket.number, by=OPERATOR, at=LATE, uow=uow),
        lambda uow: feedback.rate(ticket.number, survey, by=RESIDENT, at=LATE, desk=DESK, uow=uow),
    ]
    for step, likely in zip(steps, (0.9, 0.7, 0.9, 0.4, 0.8, 0.3, 0.1, 0.2), strict=True):
        if chance.random() < likely:
            try:
                step(database.unit())
            except ActionError:
                continue


def key(ticket: Ticket, by: By) -> str:
    return {
        By.ALL: "",
        By.DAY: f"{ticket.opened_at:%Y-%m-%d}",
        By.MONTH: f"{ticket.opened_at:%Y-%m}",
        By.GRID: ticket.grid or "",
        By.CATEGORY: ticket.category,
    }[by]


@pytest.fixture
def lived(database: Database) -> list[Ticket]:
    chance = random.Random(7)
    for n in range(60):
        live(database, chance, n)
    with database.reading() as uow:
        return list(uow.tickets.find(TicketFilter(size=100)).items)


def test_it_is_the_pure_reckoning(database: Database, lived: list[Ticket]) -> None:
    seen = defaultdict(int)
    for at in (MONDAY + timedelta(days=20), LATE):
        for by in By:
            groups: dict[str, list[Ticket]] = defaultdict(list)
            for ticket in lived:
                groups[key(ticket, by)].append(ticket)
            with database.reading() as uow:
                counted = uow.tickets.rates(TicketFilter(), by, at)
            empty = rates([], at)
            assert {g: r for g, r in counted.items() if r != empty} == {
                g: r for g, some in groups.items() if (r := rates(some, at)) != empty
            }
            for found in counted.values():
                for name in ("response", "solved", "satisfied", "half", "unanswered"):
                    seen[name] += getattr(found, name).part
    assert len(seen) == 5 and min(seen.values()) > 0, "each rate has something to count"


def test_secrets_are_counted_for_those_who_may_see_them(database: Database, lived: list[Ticket]) -> None:
    with database.reading() as uow:
        below, above = (uow.tickets.rates(TicketFilter(up_to=n), By.CATEGORY, LATE) for n in (0, 3))
    assert "staff_conduct" not in below and above["staff_conduct"].response.whole > 0


def test_nothing_is_a_row_of_noughts(database: Database) -> None:
    with database.reading() as uow:
        (found,) = uow.tickets.rates(TicketFilter(), By.ALL, LATE).values()
        assert found.response == Share(0, 0) and uow.tickets.rates(TicketFilter(), By.GRID, LATE) == {}
