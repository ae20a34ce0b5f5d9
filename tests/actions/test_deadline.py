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
    classes = read_classes({"odd": {"name": "怪", "contact_workdays": 3, "solve_hours": 2}})
    found = DeadlineTable(classes, Weekends()).due("odd", MONDAY)
    assert found.contact_due_at == found.due_at == MONDAY + timedelta(hours=2)


def test_no_such_class() -> None:
    with pytest.raises(DeadlineUnknown):
        DeadlineTable(read_classes(CLASSES), Weekends()).due("someday", MONDAY)


@pytest.mark.parametrize(
    "fields",
    [
        {"contact_hours": 1, "solve_hours": 2},
        {"name": "甲", "contact_hours": 1},
        {"name": "甲", "contact_hours": 1, "contact_workdays": 1, "solve_hours": 2},
        {"name": "甲", "contact_hours": 0, "solve_hours": 2},
        {"name": "甲", "contact_hours": 1, "solve_workdays": 1.5},
        {"name": "甲", "contact_hours": True, "solve_hours": 2},
        {"name": "甲", "contact_hours": 1, "solve_hours": 2, "solve_days": 3},
    ],
)
def test_a_broken_class_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(DeadlinesBroken) as refused:
        read_classes({"x": fields})
    assert refused.value.values["deadline"] == "x"
