"""When the service windows take appointments (预约): office hours, 错时 in the evening or at weekends, 上门 at home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from knowledge.community import COMMUNITY
from knowledge.records import Record, read_record
from knowledge.workdays import WorkCalendar

MANNERS = ("regular", "flexible", "home")
WEEKDAYS = "一二三四五六日"
WEEKEND = 5
"""The first weekday of the weekend, Monday being 0."""


@dataclass(frozen=True)
class Session:
    """Hours that a window keeps again and again.

    manner     regular, flexible (错时) or home (上门)
    weekdays   Monday is 0; () means every working day
    week       only the first, second … such weekday of a month; None: each
    begins, ends   minutes since midnight; `every`: minutes of one appointment; `places`: how many at the same time
    """

    window: str
    manner: str
    weekdays: tuple[int, ...]
    week: int | None
    begins: int
    ends: int
    every: int
    places: int

    def held(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether it takes place that day. A weekend day that is worked in exchange has the hours of a working day."""
        if not self.weekdays:
            return calendar.is_workday(day)
        if day.weekday() not in self.weekdays or self.week not in (None, (day.day - 1) // 7 + 1):
            return False
        if day.weekday() < WEEKEND:
            return calendar.is_workday(day)
        return not calendar.is_workday(day) and not calendar.holiday(day)

    def times(self) -> Iterator[tuple[time, time]]:
        """Beginning and end of each appointment; what is left over at the end is too short for one."""
        for begins in range(self.begins, self.ends - self.every + 1, self.every):
            yield _clock(begins), _clock(begins + self.every)


@dataclass(frozen=True)
class Timetable:
    """Every session, and the rules for booking.

    ahead, notice   days ahead at most, minutes ahead at least
    most_open       appointments to come that one resident may have
    offered         service items (ids) that are offered to choose from
    """

    sessions: tuple[Session, ...]
    ahead: int
    notice: int
    most_open: int
    offered: tuple[str, ...]
    sample: bool

    @property
    def windows(self) -> frozenset[str]:
        """The windows that take appointments."""
        return frozenset(session.window for session in self.sessions)


def load_timetable(path: Path = COMMUNITY / "appointments.yml") -> Timetable:
    """The timetable on file; `BadFile` where it breaks its shape."""
    record = read_record(path)
    table = Timetable(
        sessions=tuple(_session(row) for row in record.records("sessions")),
        ahead=record.number("ahead_days"),
        notice=record.number("notice_minutes"),
        most_open=record.number("most_open"),
        offered=record.texts("offered", optional=True),
        sample=record.flag("sample"),
    )
    record.done()
    return table


def _session(row: Record) -> Session:
    session = Session(
        window=row.text("window"),
        manner=row.choice("manner", MANNERS),
        weekdays=_weekdays(row),
        week=row.number_or_none("week"),
        begins=_minutes(row, "from"),
        ends=_minutes(row, "to"),
        every=row.number("every"),
        places=row.number("places"),
    )
    row.done()
    if session.every < 5 or session.ends - session.begins < session.every:
        raise row.fail("every", "时段不能短于 5 分钟，也不能长过开放的时间")
    if session.places < 1:
        raise row.fail("places", "至少要有 1 个号")
    return session


def _weekdays(row: Record) -> tuple[int, ...]:
    if row.value("days", (str, list), "workdays 或星期的列表") == "workdays":
        return ()
    days = row.texts("days")
    if not days or any(day not in WEEKDAYS or len(day) != 1 for day in days):
        raise row.fail("days", "应当是 workdays，或 一 到 日 的列表")
    return tuple(sorted(WEEKDAYS.index(day) for day in days))


def _minutes(row: Record, field: str) -> int:
    """Minutes since midnight of "13:30"."""
    hours, colon, minutes = row.text(field).partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise row.fail(field, '应当是带引号的钟点，如 "13:30"')
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
