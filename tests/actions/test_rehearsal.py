"""What is said of a report that is not filed is what becomes of it once it is."""

from __future__ import annotations

import pytest

from actions.store.database import Database
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.rehearsal import rehearse
from actions.tickets.wanted import TicketFilter
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT = Actor(Role.RESIDENT, "web:abc")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"urgent": True},
        {"address": "没人知道的地方", "place": {}},
        {"category": "staff_conduct", "kind": "bad_attitude", "what": "钱七态度差"},
        {"category": "unheard_of", "kind": "of"},
    ],
)
@pytest.mark.parametrize("away", [(), ("w01",), ("w01", "w02")])
def test_it_says_what_then_happens(database: Database, fields: dict[str, object], away: tuple[str, ...]) -> None:
    desk, report = make_desk(away), make_report(**fields)
    with database.reading() as uow:
        said = rehearse(report, at=MONDAY, desk=desk, uow=uow)
        assert uow.tickets.find(TicketFilter()).total == 0
    ticket = open_ticket(report, by=RESIDENT, at=MONDAY, desk=desk, uow=database.unit())
    assert (said.routing.grid, said.routing.unit, said.routing.why) == (ticket.grid, ticket.unit, ticket.routed_why)
    assert (said.routing.assignee, said.secret) == (ticket.assignee, ticket.confidential)
    assert (said.due.contact_due_at, said.due.due_at) == (ticket.contact_due_at, ticket.due_at)
    assert (said.affair.kind, said.deadline) == (ticket.kind, desk.deadlines.of(ticket.deadline).name)


def test_the_least_burdened_worker_gets_it_and_the_repeated_one_is_named(database: Database) -> None:
    desk = make_desk()
    first = open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=desk, uow=database.unit())
    with database.reading() as uow:
        said = rehearse(make_report("r2", conversation="web:xyz"), at=MONDAY, desk=desk, uow=uow)
    assert (first.assignee, said.routing.assignee) == ("w01", "w02")
    assert [ticket.number for ticket in said.duplicates] == [first.number]
