"""When people sit at the operators' desk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.community import COMMUNITY
from knowledge.records import Record, read_record
from knowledge.workdays import WorkCalendar, load_calendar

HOURS = re.compile(r"(\d{1,2}):(\d{2})[-–](\d{1,2}):(\d{2})")
DAY = 24 * 60
Hours = tuple[int, int]
"""From and to, in minutes since midnight."""


@dataclass(frozen=True)
class Reception:
    """Hours of working days and of all others, holidays among them; None where nobody is there.

    longest_wait, longest_wait_alone   minutes that anybody waits for a person before a call back is filed: usually, and
                                       where no operator's page is open or the hours are over
    """

    workdays: Hours | None
    other_days: Hours | None
    calendar: WorkCalendar
    longest_wait: int = 10
    longest_wait_alone: int = 2

    def open_at(self, at: datetime) -> bool:
        """Whether somebody is there at that moment, on the community's clock."""
        hours = self.workdays if self.calendar.is_workday(at.date()) else self.other_days
        return hours is not None and hours[0] <= at.hour * 60 + at.minute < hours[1]

    @property
    def spoken(self) -> str:
        """The hours as people say them: 工作日 8:30–21:00，其余日子没有人."""
        if self.workdays == self.other_days:
            return f"每天 {_spoken(self.workdays)}"
        return f"工作日 {_spoken(self.workdays)}，其余日子 {_spoken(self.other_days)}"


def _spoken(hours: Hours | None) -> str:
    return "没有人" if hours is None else "–".join(f"{minute // 60}:{minute % 60:02}" for minute in hours)


def load_reception(path: Path = COMMUNITY / "reception.yml") -> Reception:
    """The hours on file; `BadFile` where they are none."""
    record = read_record(path)
    record.flag("sample")
    reception = Reception(
        _hours(record, "workdays"),
        _hours(record, "other_days"),
        load_calendar(),
        _minutes(record, "longest_wait", Reception.longest_wait),
        _minutes(record, "longest_wait_alone", Reception.longest_wait_alone),
    )
    record.done()
    return reception


def _hours(record: Record, field: str) -> Hours | None:
    text = record.text_or(field)
    if not text:
        return None
    match = HOURS.fullmatch(text)
    hours = (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
    if not 0 <= hours[0] < hours[1] <= DAY:
        raise record.fail(field, "应当像 8:30-21:00，先早后晚")
    return hours


def _minutes(record: Record, field: str, usual: int) -> int:
    minutes = record.number_or_none(field)
    if minutes is None:
        return usual
    if not 1 <= minutes <= DAY:
        raise record.fail(field, "应当是 1 到 1440 之间的分钟数")
    return minutes
