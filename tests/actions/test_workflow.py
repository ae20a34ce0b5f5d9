"""The transition table: complete, and what it allows to whom. Random walks along it: test_walks.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions.errors import (
    NotAllowed,
    NoteMissing,
    NotNow,
    NotYours,
    ReasonMissing,
)
from actions.tickets.actor import LEVELS, Actor, Role
from actions.tickets.names import (
    DUTY_NAMES,
    EVENT_NAMES,
    LEVEL_NAMES,
    RETURN_CODE_NAMES,
    ROLE_NAMES,
    STATE_NAMES,
    WISH_NAMES,
)
from actions.tickets.opening import open_ticket
from actions.tickets.states import ENDS, Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wish import ReturnCode, WishKind
from actions.tickets.workflow import TABLE, allowed, apply
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, OPERATOR, SUPERVISOR = (
    Actor(Role.RESIDENT, "web:abc"),
    Actor(Role.OPERATOR, "li"),
    Actor(Role.SUPERVISOR, "s01"),
)


def opened(**report: Any) -> Ticket:
    return open_ticket(make_report(**report), by=RESIDENT, at=MONDAY, desk=make_desk(), uow=FakeUnit())


def worker(ticket: Ticket) -> Actor:
    return Actor(Role.WORKER, ticket.assignee)


def test_every_state_event_and_role_has_a_name() -> None:
    assert set(STATE_NAMES) == set(State) and set(EVENT_NAMES) == set(Event) and set(ROLE_NAMES) == set(Role)
    assert set(WISH_NAMES) == set(WishKind) and set(RETURN_CODE_NAMES) == set(ReturnCode)
    assert set(LEVEL_NAMES) == {0, *LEVELS.values()}
    assert set(DUTY_NAMES) == {"lead", "coordinate", "assist", "serve"}
    assert len(set(STATE_NAMES.values())) == len(State), "two states cannot be told apart on a screen"


@pytest.mark.parametrize("state", State)
def test_only_the_ends_have_no_way_on(state: State) -> None:
    leaving = [row for row in TABLE if state in row.sources and row.target not in (None, state)]
    assert bool(leaving) != (state in ENDS)


@pytest.mark.parametrize("state", [state for state in State if state is not State.PENDING_CONFIRM])
def test_every_state_can_be_reached(state: State) -> None:
    assert state is State.ASSIGNED or any(row.target is state for row in TABLE)


@pytest.mark.parametrize("event", [event for event in Event if event is not Event.OPEN])
def test_every_event_has_a_row_and_no_state_has_two_for_it(event: Event) -> None:
    sources = [state for row in TABLE if row.event is event for state in row.sources]
    assert sources and len(sources) == len(set(sources))


def test_what_is_asked_for_is_the_only_thing_that_is_answered() -> None:
    asked = {row.asks for row in TABLE if row.asks}
    assert asked == set(WishKind) == {kind for row in TABLE for kind in row.answers}


def test_the_usual_way() -> None:
    ticket = opened()
    steps = [(Event.ACCEPT, ""), (Event.START, ""), (Event.FINISH, "换了灯泡")]
    for event, note in steps:
        ticket = apply(ticket, event, by=worker(ticket), at=MONDAY, note=note)
    ticket = apply(ticket, Event.RATE, by=RESIDENT, at=MONDAY)
    assert ticket.state is State.CLOSED
    assert [entry.event for entry in ticket.history] == [
        Event.OPEN,
        Event.ACCEPT,
        Event.START,
        Event.FINISH,
        Event.RATE,
    ]


def test_what_is_not_in_the_table_does_not_happen() -> None:
    with pytest.raises(NotNow) as refused:
        apply(opened(), Event.START, by=Actor(Role.WORKER, "w01"), at=MONDAY)
    assert refused.value.values == {"number": "GY20261207-0001", "event": "开始办理", "state": "已派单"}


@pytest.mark.parametrize("by", [Actor(Role.WORKER, "w02"), Actor(Role.RESIDENT, "web:other")])
def test_nobody_touches_what_belongs_to_another(by: Actor) -> None:
    event = Event.ACCEPT if by.role is Role.WORKER else Event.WITHDRAW
    with pytest.raises(NotYours):
        apply(opened(), event, by=by, at=MONDAY)


def test_a_resident_does_not_do_the_worker_s_part() -> None:
    with pytest.raises(NotAllowed):
        apply(opened(), Event.ACCEPT, by=RESIDENT, at=MONDAY)


def test_operators_are_kept_out_of_confidential_tickets() -> None:
    secret = opened(category="staff_conduct", kind="bad_attitude")
    assert allowed(secret, OPERATOR) == ()
    assert Event.REASSIGN in allowed(secret, SUPERVISOR)


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_finishing_needs_a_note_and_returning_a_reason(blank: str) -> None:
    ticket = apply(opened(), Event.ACCEPT, by=Actor(Role.WORKER, "w01"), at=MONDAY)
    with pytest.raises(NoteMissing):
        apply(ticket, Event.FINISH, by=worker(ticket), at=MONDAY, note=blank)
    with pytest.raises(ReasonMissing):
        apply(ticket, Event.RETURN, by=worker(ticket), at=MONDAY, note=blank)


def test_the_buttons_are_what_the_table_allows() -> None:
    ticket = opened()
    assert allowed(ticket, worker(ticket)) == (
        Event.RECATEGORISE,
        Event.INVITE,
        Event.ACCEPT,
        Event.CONTACT,
        Event.NOTE,
        Event.RETURN,
        Event.EXTEND,
    )
    assert allowed(ticket, RESIDENT) == (Event.SUPPLEMENT, Event.JOIN, Event.LEAVE, Event.URGE, Event.WITHDRAW)


def test_a_clock_that_runs_behind_does_not_turn_the_history_back() -> None:
    ticket = apply(opened(), Event.ACCEPT, by=Actor(Role.WORKER, "w01"), at=MONDAY - timedelta(hours=3))
    assert ticket.history[-1].at == MONDAY


def test_waiting_for_the_resident_stops_the_clock() -> None:
    ticket = apply(opened(), Event.ACCEPT, by=Actor(Role.WORKER, "w01"), at=MONDAY)
    asked = apply(ticket, Event.ASK_RESIDENT, by=worker(ticket), at=MONDAY, note="哪个单元？")
    assert not asked.overdue(ticket.due_at + timedelta(days=9))
    answered = apply(asked, Event.SUPPLEMENT, by=RESIDENT, at=MONDAY + timedelta(days=2), note="2单元")
    assert (answered.state, answered.paused_at) == (State.IN_PROGRESS, None)
    assert answered.due_at == ticket.due_at + timedelta(days=2)
