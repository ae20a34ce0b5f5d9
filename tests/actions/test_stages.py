"""What the clock does when, over the real calendar of 2026; and how often. On databases: test_rounds.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from actions.clock import SHANGHAI
from actions.office import load_deadlines
from actions.tickets import dispatching, feedback, handling, watching, wishing
from actions.tickets.actor import Actor, Role
from actions.tickets.deadline import DeadlineTable
from actions.tickets.desk import Desk
from actions.tickets.opening import open_ticket
from actions.tickets.stage import stages
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from knowledge.wording import load_replies
from knowledge.workdays import load_calendar
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, WORKER, SUPERVISOR = (
    Actor(Role.RESIDENT, "web:abc"),
    Actor(Role.WORKER, "w01"),
    Actor(Role.SUPERVISOR, "s01"),
)
DESK = make_desk()
NUMBER = "GY20261207-0001"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def real() -> Desk:
    """The sample community with the deadlines and the calendar on file."""
    return replace(DESK, deadlines=DeadlineTable(load_deadlines(), load_calendar()))


def opened(uow: FakeUnit, desk: Desk = DESK, when: datetime = MONDAY, **fields: object) -> Ticket:
    return open_ticket(make_report(**fields), by=RESIDENT, at=when, desk=desk, uow=uow)


def times(ticket: Ticket, desk: Desk) -> dict[str, str]:
    return {stage.name: f"{stage.at:%m-%d %H:%M}" for stage in stages(ticket, desk)}


@pytest.mark.parametrize(
    ("dispatched", "soon", "late", "still_late"),
    [
        pytest.param("2026-12-07 09:00", "12-11 09:00", "12-14 09:00", "12-16 09:00", id="a usual week"),
        pytest.param("2026-02-12 16:00", "02-25 16:00", "02-26 16:00", "02-28 16:00", id="春节, 02-28 worked"),
        pytest.param("2026-09-30 10:00", "10-12 10:00", "10-13 10:00", "10-15 10:00", id="国庆, 10-10 worked"),
        pytest.param("2026-09-23 10:00", "09-30 10:00", "10-08 10:00", "10-10 10:00", id="中秋 and 国庆"),
    ],
)
def test_the_stages_of_a_report(real: Desk, dispatched: str, soon: str, late: str, still_late: str) -> None:
    ticket = opened(FakeUnit(), real, at(dispatched))
    assert ticket.deadline == "report"
    found = times(ticket, real)
    assert (found["due_soon"], found["due_late"], found["still_late"]) == (soon, late, still_late)


def test_urgent_ones_are_reckoned_in_hours(real: Desk) -> None:
    assert times(opened(FakeUnit(), real, at("2026-02-17 23:50"), urgent=True), real) == {
        "contact_soon": "02-18 00:05",
        "contact_late": "02-18 00:20",
        "due_soon": "02-18 19:50",
        "due_late": "02-18 23:50",
        "still_late": "02-19 03:50",
    }


def test_in_a_year_not_announced_days_are_counted_all_the_same(real: Desk) -> None:
    ticket = opened(FakeUnit(), real, at("2031-03-03 10:00"))
    assert times(ticket, real)["due_late"] == "03-10 10:00" and not ticket.due_certain


def test_every_stage_has_its_words() -> None:
    names = {"contact_soon", "contact_late", "due_soon", "due_late", "still_late", "answer_soon", "answer_late"}
    names |= {"dissatisfied", "still_dissatisfied", "unanswered"}
    assert {key.partition(".")[2] for key in load_replies() if key.startswith("stage.")} == names


def test_only_while_the_resident_is_asked_the_clock_stands_still(uow: FakeUnit) -> None:
    due = opened(uow).due_at
    handling.accept(NUMBER, by=WORKER, at=MONDAY, uow=uow)
    asked = handling.ask_resident(NUMBER, "哪个单元？", by=WORKER, at=MONDAY, uow=uow)
    assert times(asked, DESK) == {} and watching.next_look(asked, DESK, MONDAY) is None
    looked = watching.look(NUMBER, at=due + timedelta(days=9), desk=DESK, words=str, uow=uow)
    assert looked.history == asked.history
    back = feedback.supplement(NUMBER, "2单元", by=RESIDENT, at=MONDAY + timedelta(days=5), desk=DESK, uow=uow)
    assert back.due_at == due + timedelta(days=7), "five days later is a Saturday: the Monday after"
    assert back.look_at == MONDAY + timedelta(days=5), "and the clock looks again at once"


def test_a_granted_extension_moves_every_stage(uow: FakeUnit) -> None:
    due = opened(uow).due_at
    handling.contact(NUMBER, by=WORKER, at=MONDAY, uow=uow)
    wishing.extend(NUMBER, due + timedelta(days=7), "等配件", by=WORKER, at=MONDAY, uow=uow)
    wishing.grant_extension(NUMBER, by=SUPERVISOR, at=MONDAY, uow=uow)
    assert watching.look(NUMBER, at=due, desk=DESK, words=str, uow=uow).history[-1].event is Event.GRANT_EXTENSION
    late = watching.look(NUMBER, at=due + timedelta(days=7), desk=DESK, words=str, uow=uow)
    assert late.history[-1].note == "due_late"


def test_who_owns_it_is_supervised_from_one_step_above(uow: FakeUnit) -> None:
    desk_s = opened(uow, address="月亮上", place={})
    late = watching.look(desk_s.number, at=desk_s.due_at, desk=DESK, words=str, uow=uow)
    assert (late.assignee, late.level) == ("s01", 2), "the supervisor does not watch herself"


def test_three_times_dissatisfied_is_supervised_and_each_further_time_goes_up(uow: FakeUnit) -> None:
    opened(uow)
    levels = []
    for n in range(1, 6):
        now = MONDAY + timedelta(hours=n)
        handling.accept(NUMBER, by=WORKER, at=now, uow=uow)
        handling.finish(NUMBER, "好了", by=WORKER, at=now, uow=uow)
        unhappy = Survey(Solved.UNSOLVED, False, "还是不亮", now)
        feedback.rate(NUMBER, unhappy, by=RESIDENT, at=now, desk=DESK, uow=uow)
        for _ in range(2):
            levels.append(watching.look(NUMBER, at=now, desk=DESK, words=str, uow=uow).level)
    assert levels == [0, 0, 0, 0, 1, 1, 2, 2, 3, 3]
    events = [e.event for e in uow.tickets.kept[NUMBER].history]
    assert (events.count(Event.SUPERVISE), events.count(Event.ESCALATE)) == (1, 2)
    assert [n.audience for n in uow.outbox.kept if n.topic == "ticket.watch"] == ["line:1", "line:2", "line:3"]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REJECTED, State.CLOSED])
def test_what_is_over_is_left_alone(uow: FakeUnit, state: State) -> None:
    ticket = opened(uow)
    if state is State.WITHDRAWN:
        ticket = feedback.withdraw(NUMBER, by=RESIDENT, at=MONDAY, uow=uow)
    elif state is State.REJECTED:
        ticket = dispatching.reject(NUMBER, "court", "邻里纠纷", by=SUPERVISOR, at=MONDAY, desk=DESK, uow=uow)
    else:
        handling.accept(NUMBER, by=WORKER, at=MONDAY, uow=uow)
        handling.finish(NUMBER, "好了", by=WORKER, at=MONDAY, uow=uow)
        ticket = feedback.close(NUMBER, by=SUPERVISOR, at=MONDAY, uow=uow)
    looked = watching.look(NUMBER, at=MONDAY + timedelta(days=99), desk=DESK, words=str, uow=uow)
    assert (looked.state, looked.history) == (state, ticket.history)
    assert watching.waiting(MONDAY + timedelta(days=99), uow=uow) == []


def test_the_clock_looks_only_when_there_is_something_to_see(uow: FakeUnit) -> None:
    ticket = opened(uow)
    assert watching.waiting(MONDAY, uow=uow) == [NUMBER]
    watching.look(NUMBER, at=MONDAY, desk=DESK, words=str, uow=uow)
    first = ticket.contact_due_at - timedelta(hours=2)
    assert watching.waiting(first - timedelta(seconds=1), uow=uow) == [] and watching.waiting(first, uow=uow) == [
        NUMBER
    ]
