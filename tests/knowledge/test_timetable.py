"""The timetable of appointments: read strictly, and kept to holidays and make-up days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import BadFile
from knowledge.timetable import Session, load_timetable
from knowledge.workdays import load_calendar

ROW = '{window: hall, manner: regular, days: workdays, from: "9:00", to: "10:00", every: 30, places: 1}'
FILE = "sample: true\nahead_days: 14\nnotice_minutes: 60\nmost_open: 3\nsessions:\n  - "


def test_the_shipped_one_is_complete() -> None:
    timetable = load_timetable()
    assert {s.manner for s in timetable.sessions} == {"regular", "flexible", "home"}
    assert timetable.offered and timetable.sample


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("workdays", "[八]"),
        ("workdays", "[]"),
        ('"9:00"', "9.5"),
        ('"9:00"', '"25:00"'),
        ("every: 30", "every: 90"),
        ("every: 30", "every: 0"),
        ("places: 1", "places: 0"),
        ("manner: regular", "manner: online"),
        ("places: 1", "places: 1, plases: 2"),
    ],
)
def test_a_slip_of_the_pen_is_found(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "appointments.yml"
    path.write_text(FILE + ROW, "utf-8")
    assert [f"{begins:%H:%M}" for begins, _ in load_timetable(path).sessions[0].times()] == ["09:00", "09:30"]
    path.write_text(FILE + ROW.replace(before, after), "utf-8")
    with pytest.raises(BadFile):
        load_timetable(path)


def session(*weekdays: int, week: int | None = None) -> Session:
    return Session("hall", "flexible", weekdays, week, 540, 720, 30, 1)


@pytest.mark.parametrize(
    ("held", "day", "holds"),
    [
        (session(), date(2026, 2, 16), False),  # 春节
        (session(), date(2026, 2, 28), True),  # a Saturday worked in exchange
        (session(5), date(2026, 2, 28), False),  # so there are no weekend hours that day
        (session(5), date(2026, 2, 21), False),  # a Saturday within the holiday
        (session(5), date(2026, 3, 7), True),
        (session(2), date(2026, 2, 18), False),  # a Wednesday within the holiday
        (session(2), date(2026, 3, 4), True),
        (session(5, week=1), date(2026, 3, 7), True),
        (session(5, week=1), date(2026, 3, 14), False),
        (session(5), date(2030, 6, 1), True),  # a year that nobody knows: weekends alone count
    ],
)
def test_when_it_is_held(held: Session, day: date, holds: bool) -> None:
    assert held.held(day, load_calendar()) is holds
