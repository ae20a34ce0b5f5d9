"""The transition table: complete, and safe to walk in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.errors import (
    ActionError,
    NotAllowed,
    NoteMissing,
    NotNow,
    NotYours,
    ReasonMissing,
)
from actions.tickets import dispatching, feedback, handling
from actions.tickets.actor import SYSTEM, Actor, Role
from actions.tickets.names import DUTY_NAMES, EVENT_NAMES, ROLE_NAMES, STATE_NAMES
from actions.tickets.opening import join_ticket, open_ticket
from actions.tickets.states import ENDS, Event, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
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
        Event.ACCEPT,
        Event.CONTACT,
        Event.NOTE,
        Event.RETURN,
    )
    assert allowed(ticket, RESIDENT) == (Event.SUPPLEMENT, Event.JOIN, Event.URGE, Event.WITHDRAW)


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


Step = Callable[[FakeUnit, str, Actor, str], object]

DESK = make_desk()
DEEDS: dict[str, Step] = {
    "accept": lambda u, n, by, _: handling.accept(n, by=by, at=later(u, n), uow=u),
    "contact": lambda u, n, by, _: handling.contact(n, by=by, at=later(u, n), uow=u),
    "start": lambda u, n, by, _: handling.start(n, by=by, at=later(u, n), uow=u),
    "note": lambda u, n, by, w: handling.add_note(n, w, by=by, at=later(u, n), uow=u),
    "ask": lambda u, n, by, w: handling.ask_resident(n, w, by=by, at=later(u, n), uow=u),
    "resume": lambda u, n, by, _: handling.resume(n, by=by, at=later(u, n), uow=u),
    "finish": lambda u, n, by, w: handling.finish(n, w, by=by, at=later(u, n), uow=u),
    "return": lambda u, n, by, w: handling.return_ticket(n, w, by=by, at=later(u, n), desk=DESK, uow=u),
    "confirm": lambda u, n, by, _: dispatching.confirm(n, by=by, at=later(u, n), uow=u),
    "dispatch": lambda u, n, by, _: dispatching.dispatch(n, "w03", by=by, at=later(u, n), desk=DESK, uow=u),
    "reassign": lambda u, n, by, w: dispatching.reassign(n, "w02", w, by=by, at=later(u, n), desk=DESK, uow=u),
    "recategorise": lambda u, n, by, w: dispatching.recategorise(
        n, "staff_conduct", "bad_attitude", w, by=by, at=later(u, n), desk=DESK, uow=u
    ),
    "reject": lambda u, n, by, w: dispatching.reject(n, w, by=by, at=later(u, n), uow=u),
    "merge": lambda u, n, by, _: dispatching.merge(n, "GY20261207-0002", by=by, at=later(u, n), uow=u),
    "join": lambda u, n, by, w: join_ticket(
        n, make_report(f"j{len(u.outbox.kept)}", what=w, conversation="web:new"), by=by, at=later(u, n), uow=u
    ),
    "supplement": lambda u, n, by, w: feedback.supplement(n, w, by=by, at=later(u, n), uow=u),
    "urge": lambda u, n, by, _: feedback.urge(n, by=by, at=later(u, n), uow=u),
    "withdraw": lambda u, n, by, _: feedback.withdraw(n, by=by, at=later(u, n), uow=u),
    "rate": lambda u, n, by, w: feedback.rate(
        n,
        Survey(Solved.UNSOLVED if len(w) % 2 else Solved.SOLVED, True, w, MONDAY),
        by=by,
        at=later(u, n),
        desk=DESK,
        uow=u,
    ),
    "reopen": lambda u, n, by, w: feedback.reopen(n, w, by=by, at=later(u, n), desk=DESK, uow=u),
    "close": lambda u, n, by, _: feedback.close(n, by=by, at=later(u, n), uow=u),
}


def later(uow: FakeUnit, number: str) -> datetime:
    """An hour after the last thing that happened."""
    return uow.tickets.kept[number].history[-1].at + timedelta(hours=1)


ROLES = st.sampled_from(["owner", "owner", "owner", "resident", "operator", "supervisor", "system"])
WALKS = st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), ROLES, st.sampled_from(["", "好的", "不行呀"])), max_size=40)


def actor(name: str, ticket: Ticket) -> Actor:
    known = {
        "owner": worker(ticket),
        "resident": RESIDENT,
        "operator": OPERATOR,
        "supervisor": SUPERVISOR,
        "system": SYSTEM,
    }
    return known[name]


@settings(max_examples=300, deadline=None)
@given(walk=WALKS, hold=st.booleans())
def test_a_random_walk_never_breaks_a_ticket(walk: list[tuple[str, str, str]], hold: bool) -> None:
    uow = FakeUnit()
    number = open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow, hold=hold).number
    open_ticket(make_report("r2", conversation="web:two"), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)
    for deed, role, words in walk:
        before, told = uow.tickets.kept[number], len(uow.outbox.kept)
        try:
            DEEDS[deed](uow, number, actor(role, before), words)
        except ActionError:
            assert uow.tickets.kept[number] == before and len(uow.outbox.kept) == told, "a refused deed left a trace"
            continue
        check_step(before, uow.tickets.kept[number])


def check_step(before: Ticket, after: Ticket) -> None:
    assert after.history[:-1] == before.history, "history only grows, by one entry a deed"
    entry = after.history[-1]
    assert (entry.from_state, entry.to_state) == (before.state, after.state)
    assert entry.at >= before.history[-1].at
    assert before.state not in ENDS
    assert after.assignee and after.due_at and after.contact_due_at, "nobody owns it, or until no day"
    assert after.due_at >= before.due_at or before.dispatched_at is None
    assert (after.paused_at is not None) == (after.state is State.AWAITING_RESIDENT)
    assert (after.closed_at is not None) == (after.state is State.CLOSED)
    assert after.predicted == before.predicted and after.number == before.number
