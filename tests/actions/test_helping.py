"""协办: others do a part, the owner answers for the whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.errors import NotForThem, NotYours, PartsOpen, PartUnknown
from actions.tickets import handling, helping
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import allowed
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, OWNER, HELPER = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01"), Actor(Role.WORKER, "w04")
STRANGER, OPERATOR = Actor(Role.WORKER, "w02"), Actor(Role.OPERATOR, "li")
DESK = make_desk()
NUMBER = "GY20261207-0001"
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def ticket(uow: FakeUnit) -> Ticket:
    """Accepted by w01; w04 clears the staircase, the power company does the wires."""
    open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)
    handling.accept(NUMBER, by=OWNER, at=MONDAY, uow=uow)
    helping.invite(NUMBER, "w04", "搬开楼道杂物", by=OWNER, at=MONDAY, desk=DESK, uow=uow)
    return helping.invite(NUMBER, "供电公司", "查线路", by=OWNER, at=MONDAY, desk=DESK, uow=uow)


def test_a_worker_is_told_and_for_a_unit_the_desk_is(uow: FakeUnit, ticket: Ticket) -> None:
    assert [helper.who for helper in ticket.helpers] == ["worker:w04", "unit:供电公司"]
    told = [(notice.topic, notice.audience) for notice in uow.outbox.kept[-2:]]
    assert told == [("ticket.invited", "worker:w04"), ("ticket.invited", "operators")]


def test_each_does_her_own_part_and_nothing_else(uow: FakeUnit, ticket: Ticket) -> None:
    assert allowed(ticket, HELPER) == (Event.CONTRIBUTE, Event.NOTE) and allowed(ticket, STRANGER) == ()
    with pytest.raises(NotYours):
        handling.finish(NUMBER, "好了", by=HELPER, at=LATER, uow=uow)
    with pytest.raises(PartUnknown):
        helping.contribute(NUMBER, "供电公司", "查了", by=HELPER, at=LATER, uow=uow)
    done = helping.contribute(NUMBER, "w04", "搬走了", by=HELPER, at=LATER, uow=uow)
    assert (done.helpers[0].done_at, done.helpers[0].outcome) == (LATER, "搬走了") and len(done.open_parts) == 1
    assert uow.outbox.kept[-1].audience == "worker:w01"
    assert allowed(done, HELPER) == ()


def test_the_whole_is_not_done_before_all_its_parts(uow: FakeUnit, ticket: Ticket) -> None:
    with pytest.raises(PartsOpen):
        handling.finish(NUMBER, "好了", by=OWNER, at=LATER, uow=uow)
    helping.contribute(NUMBER, "w04", "搬走了", by=HELPER, at=LATER, uow=uow)
    helping.contribute(NUMBER, "供电公司", "电话里说查过了", by=OWNER, at=LATER, uow=uow)
    assert handling.finish(NUMBER, "好了", by=OWNER, at=LATER, uow=uow).state is State.AWAITING_FEEDBACK


def test_a_part_is_done_once(uow: FakeUnit, ticket: Ticket) -> None:
    helping.contribute(NUMBER, "w04", "搬走了", by=OPERATOR, at=LATER, uow=uow)
    with pytest.raises(PartUnknown):
        helping.contribute(NUMBER, "w04", "又搬", by=OPERATOR, at=LATER, uow=uow)


@pytest.mark.parametrize("helper", ["w04", "供电公司"])
def test_nobody_below_the_line_helps_with_a_complaint(uow: FakeUnit, helper: str) -> None:
    secret = make_report("r2", category="staff_conduct", kind="bad_attitude")
    number = open_ticket(secret, by=RESIDENT, at=MONDAY, desk=DESK, uow=uow).number
    with pytest.raises(NotForThem):
        helping.invite(number, helper, "查一查", by=Actor(Role.SUPERVISOR, "s01"), at=LATER, desk=DESK, uow=uow)
