"""三率 over a handful of tickets, counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.tickets import feedback, handling, watching
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.rates import Share, is_unanswered, rates
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, OPERATOR = Actor(Role.RESIDENT, "web:abc"), Actor(Role.OPERATOR, "li")
DESK = make_desk()
LATE = MONDAY + timedelta(days=30)


def opened(uow: FakeUnit) -> str:
    report = make_report(f"r{len(uow.tickets.kept)}")
    return open_ticket(report, by=RESIDENT, at=MONDAY, desk=DESK, uow=uow).number


def finished(uow: FakeUnit, days: int = 0) -> str:
    number = opened(uow)
    owner = Actor(Role.WORKER, uow.tickets.kept[number].assignee)
    handling.accept(number, by=owner, at=MONDAY, uow=uow)
    return handling.finish(number, "好了", by=owner, at=MONDAY + timedelta(days=days), uow=uow).number


def rated(uow: FakeUnit, solved: Solved, satisfied: bool | None, words: str = "") -> Ticket:
    survey = Survey(solved, satisfied, words, MONDAY)
    return feedback.rate(finished(uow), survey, by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)


def test_nothing_is_no_rate(uow: FakeUnit) -> None:
    none = rates([], MONDAY)
    assert none.response.value is None and none.solved == none.satisfied == Share(0, 0)


def test_who_said_nothing_counts_for_neither(uow: FakeUnit) -> None:
    rated(uow, Solved.SOLVED, True)
    rated(uow, Solved.SOLVED, False)
    rated(uow, Solved.HALF, None)
    silent = finished(uow)
    watching.look(silent, at=LATE, desk=DESK, words=str, uow=uow)
    found = rates(uow.tickets.kept.values(), LATE)
    assert (found.solved, found.half, found.satisfied) == (Share(2, 3), Share(1, 3), Share(1, 2))
    assert found.unanswered == Share(1, 4) and is_unanswered(uow.tickets.kept[silent])


def test_response_counts_those_whose_time_has_come(uow: FakeUnit) -> None:
    finished(uow)
    finished(uow, days=3)
    opened(uow)
    early = rates(uow.tickets.kept.values(), MONDAY + timedelta(hours=1))
    assert early.response == Share(1, 2), "the third has time left"
    assert rates(uow.tickets.kept.values(), LATE).response == Share(1, 3)
    assert rates(uow.tickets.kept.values(), LATE).response.value == pytest.approx(1 / 3)


def test_what_was_never_worked_at_is_in_no_rate(uow: FakeUnit) -> None:
    feedback.withdraw(opened(uow), by=RESIDENT, at=MONDAY, uow=uow)
    open_ticket(make_report("held"), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow, hold=True)
    assert rates(uow.tickets.kept.values(), LATE).response == Share(0, 0)


def test_closed_by_hand_is_not_unanswered(uow: FakeUnit) -> None:
    number = finished(uow)
    feedback.close(number, by=OPERATOR, at=MONDAY, uow=uow)
    assert not is_unanswered(uow.tickets.kept[number])


def test_who_answers_late_has_answered(uow: FakeUnit) -> None:
    number = finished(uow)
    watching.look(number, at=LATE, desk=DESK, words=str, uow=uow)
    happy = Survey(Solved.SOLVED, True, "", LATE)
    feedback.rate(number, happy, by=RESIDENT, at=LATE, desk=DESK, uow=uow)
    found = rates(uow.tickets.kept.values(), LATE)
    assert (found.solved, found.unanswered) == (Share(1, 1), Share(0, 1))


def test_dissatisfied_with_a_reason_is_done_again(uow: FakeUnit) -> None:
    again = rated(uow, Solved.SOLVED, False, "修了三次才修好，态度还差")
    assert again.reopened == 1 and rates([again], MONDAY).satisfied == Share(0, 1)
