"""Working days agree with the State Council's arrangement, and unknown years say so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.workdays import WorkCalendar, load_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30))


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return load_calendar()


def test_every_day_of_2026_agrees_with_the_announcement(calendar: WorkCalendar) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [d for d in days if calendar.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_2027_is_provisional_and_says_so(calendar: WorkCalendar) -> None:
    assert calendar.known(2027)
    assert "2027" in calendar.warning(2027)
    assert not calendar.is_workday(date(2027, 2, 5)) and calendar.holiday(date(2027, 2, 5)) == "春节"


def test_an_unknown_year_counts_weekends_only_and_says_so(calendar: WorkCalendar) -> None:
    assert not calendar.known(2031)
    assert calendar.is_workday(date(2031, 10, 1)) and not calendar.is_workday(date(2031, 10, 4))
    assert "2031" in calendar.warning(2031)
    assert calendar.warning(2026) == ""


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("2026-09-30T10:00", 1, "2026-10-08T10:00"),  # seven days of National Day between
        ("2026-02-13T16:30", 1, "2026-02-14T16:30"),  # a Saturday worked in exchange
        ("2026-09-18T09:00", 2, "2026-09-21T09:00"),  # Friday, then the Sunday worked, then Monday
        ("2026-11-20T10:00", 5, "2026-11-27T10:00"),
        ("2026-11-21T10:00", 0, "2026-11-23T10:00"),  # a Saturday is moved to Monday
        ("2026-11-20T10:00", 0, "2026-11-20T10:00"),
        ("2026-12-31T10:00", 1, "2027-01-04T10:00"),  # over the turn of the year
    ],
)
def test_working_days_are_added(calendar: WorkCalendar, at: str, days: int, due: str) -> None:
    start = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert calendar.add_workdays(start, days) == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)


def test_a_deadline_never_lies_behind(calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="-1"):
        calendar.add_workdays(datetime(2026, 1, 5, tzinfo=SHANGHAI), -1)


@given(at=CALENDAR, days=st.integers(1, 15))
def test_as_many_working_days_lie_between_as_were_added(at: datetime, days: int) -> None:
    calendar = load_calendar()
    due = calendar.add_workdays(at.replace(tzinfo=SHANGHAI), days)
    passed = [at.date() + timedelta(days=n) for n in range(1, (due.date() - at.date()).days + 1)]
    assert sum(map(calendar.is_workday, passed)) == days
    assert calendar.is_workday(due.date()) and due.time() == at.time()
