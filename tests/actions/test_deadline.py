"""Deadlines over real calendars: Spring Festival, National Day, make-up Saturdays, a year not announced."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from actions.clock import SHANGHAI
from actions.errors import DeadlinesBroken, DeadlineUnknown
from actions.office import load_deadlines
from actions.tickets.deadline import DeadlineTable, read_classes
from knowledge.categories import DEADLINES
from knowledge.workdays import load_calendar
from tests.actions.samples import CLASSES, MONDAY, Weekends


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def table() -> DeadlineTable:
    return DeadlineTable(load_deadlines(), load_calendar())


@pytest.mark.parametrize(
    ("deadline", "dispatched", "contact", "due"),
    [
        pytest.param("report", "2026-12-07 09:00", "2026-12-08 09:00", "2026-12-14 09:00", id="a usual week"),
        pytest.param(
            "report", "2026-02-12 16:00", "2026-02-13 16:00", "2026-02-26 16:00", id="春节 between, 02-14 worked"
        ),
        pytest.param("report", "2026-02-24 10:00", "2026-02-25 10:00", "2026-03-02 10:00", id="Saturday 02-28 worked"),
        pytest.param(
            "report", "2026-09-30 10:00", "2026-10-08 10:00", "2026-10-13 10:00", id="国庆节 and Saturday 10-10 worked"
        ),
        pytest.param(
            "consult", "2026-10-08 10:00", "2026-10-09 10:00", "2026-10-10 10:00", id="due on a make-up Saturday"
        ),
        pytest.param(
            "complaint", "2026-04-24 10:00", "2026-04-27 10:00", "2026-05-12 10:00", id="劳动节, Saturday 05-09 worked"
        ),
        pytest.param("quick", "2026-12-04 17:00", "2026-12-04 21:00", "2026-12-08 17:00", id="over a weekend"),
        pytest.param(
            "urgent", "2026-02-17 23:50", "2026-02-18 00:20", "2026-02-18 23:50", id="urgent knows no holiday"
        ),
        pytest.param(
            "report", "2026-02-18 10:00", "2026-02-24 10:00", "2026-02-28 10:00", id="dispatched on a holiday"
        ),
    ],
)
def test_real_2026(table: DeadlineTable, deadline: str, dispatched: str, contact: str, due: str) -> None:
    found = table.due(deadline, at(dispatched))
    assert (found.contact_due_at, found.due_at, found.certain) == (at(contact), at(due), True)


def test_a_year_that_is_not_announced_says_so(table: DeadlineTable) -> None:
    assert not table.due("report", at("2026-12-30 10:00")).certain, "2027's make-up days are not announced"
    assert not table.due("report", at("2031-03-03 10:00")).certain
    assert table.due("urgent", at("2031-03-03 10:00")).certain, "hours need no calendar"


def test_the_file_has_every_class_that_a_kind_may_name() -> None:
    assert set(load_deadlines()) == set(DEADLINES)


def test_contact_never_comes_after_the_solution() -> None:
    classes = read_classes(
        {"odd": {**CLASSES["report"], "contact_workdays": 3, "solve_hours": 2, "solve_workdays": None}}
    )
    found = DeadlineTable(classes, Weekends()).due("odd", MONDAY)
    assert found.contact_due_at == found.due_at == MONDAY + timedelta(hours=2)


def test_no_such_class() -> None:
    with pytest.raises(DeadlineUnknown):
        DeadlineTable(read_classes(CLASSES), Weekends()).due("someday", MONDAY)


WHOLE = CLASSES["report"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"solve_workdays": None},
        {"contact_hours": 1},
        {"contact_workdays": 0},
        {"solve_workdays": 1.5},
        {"contact_workdays": True},
        {"solve_days": 3},
        {"remind_workdays": None},
        {"escalate_workdays": -1},
        {"answer_hours": "morgen"},
    ],
)
def test_a_broken_class_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DeadlinesBroken) as refused:
        read_classes({"x": {**WHOLE, **change}})
    assert refused.value.values["deadline"] == "x"


def test_a_complaint_has_to_be_answered_by_a_day(table: DeadlineTable) -> None:
    assert table.answer_due("complaint", at("2026-09-25 10:00")) == at("2026-10-15 10:00"), "over 中秋 and 国庆"
    assert table.answer_due("report", at("2026-09-25 10:00")) is None


@pytest.mark.parametrize(
    ("deadline", "pushed", "lands"),
    [
        ("report", "2026-10-03 11:00", "2026-10-08 11:00"),
        ("report", "2026-10-10 11:00", "2026-10-10 11:00"),
        ("report", "2026-12-12 11:00", "2026-12-14 11:00"),
        ("urgent", "2026-10-03 11:00", "2026-10-03 11:00"),
    ],
)
def test_a_pause_never_pushes_a_date_into_a_holiday(
    table: DeadlineTable, deadline: str, pushed: str, lands: str
) -> None:
    assert table.landing(deadline, at(pushed)) == at(lands)


@pytest.mark.parametrize(
    ("moment", "days", "before"),
    [
        ("2026-10-08 09:00", 1, "2026-09-30 09:00"),
        ("2026-02-24 09:00", 2, "2026-02-13 09:00"),
        ("2026-12-14 09:00", 1, "2026-12-11 09:00"),
        ("2026-12-14 09:00", 0, "2026-12-14 09:00"),
    ],
)
def test_working_days_are_counted_back_too(moment: str, days: int, before: str) -> None:
    assert load_calendar().workdays_before(at(moment), days) == at(before)
    with pytest.raises(ValueError, match="ahead"):
        load_calendar().workdays_before(at(moment), -1)


@pytest.mark.parametrize("days", [1, 5, 10])
def test_forth_and_back_through_a_whole_year(days: int) -> None:
    calendar = load_calendar()
    for n in range(300):
        day = at("2026-01-05 09:00") + timedelta(days=n)
        if calendar.is_workday(day.date()):
            assert calendar.workdays_before(calendar.add_workdays(day, days), days) == day
