"""Working days: weekends, statutory holidays (节假日) and the weekend days worked in exchange (调休).

The State Council announces each year's arrangement late in the year before. A year without a file is not guessed at:
`known` says so, `warning` says it in words, and days are then counted by weekends alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from knowledge.records import KNOWLEDGE, Record, read_record

HOLIDAYS = KNOWLEDGE / "community" / "holidays"


@dataclass(frozen=True)
class Year:
    """One year's arrangement: days off on top of weekends, and weekend days that are worked.

    `provisional`: the arrangement is not announced yet; only the days that the law itself names are known.
    """

    year: int
    rest: Mapping[date, str]
    worked: Mapping[date, str]
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The years that are known, and what to say of the others (texts with {year})."""

    years: Mapping[int, Year]
    unknown: str
    provisional: str

    def known(self, year: int) -> bool:
        """Whether the year's holidays are on file, be it provisionally."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether offices work that day; in an unknown year, whether it is no weekend."""
        year = self.years.get(day.year)
        if year and day in year.worked:
            return True
        return day.weekday() < 5 and not (year and day in year.rest)

    def add_workdays(self, at: datetime, days: int) -> datetime:
        """The same time of day, `days` working days later; the day of `at` itself is not counted.

        With `days` 0: `at` itself on a working day, else the same time on the next one. `at` keeps its time zone.
        """
        if days < 0:
            raise ValueError(f"{days} working days: a deadline lies ahead")
        if days == 0 and self.is_workday(at.date()):
            return at
        left = max(days, 1)
        while left:
            at += timedelta(days=1)
            left -= self.is_workday(at.date())
        return at

    def workdays_before(self, at: datetime, days: int) -> datetime:
        """The same time of day, `days` working days earlier; the day of `at` itself is not counted."""
        if days < 0:
            raise ValueError(f"{days} working days before: that lies ahead")
        left = days
        while left:
            at -= timedelta(days=1)
            left -= self.is_workday(at.date())
        return at

    def holiday(self, day: date) -> str:
        """The name of the holiday on a day off, "" on any other day."""
        year = self.years.get(day.year)
        return year.rest.get(day, "") if year else ""

    def warning(self, year: int) -> str:
        """What must be said beside a date counted in that year; "" where the arrangement is announced."""
        if year not in self.years:
            return self.unknown.format(year=year)
        return self.provisional.format(year=year) if self.years[year].provisional else ""


def load_calendar(root: Path = HOLIDAYS) -> WorkCalendar:
    """The calendar from `root`: one file a year, and about.yml with the two warnings. Raises `BadFile`."""
    about = read_record(root / "about.yml")
    unknown, provisional = about.text("unknown"), about.text("provisional")
    about.done()
    years = [_year(read_record(path), int(path.stem)) for path in sorted(root.glob("[0-9]*.yml"))]
    return WorkCalendar({y.year: y for y in years}, unknown, provisional)


def _year(record: Record, stem: int) -> Year:
    if record.number("year") != stem:
        raise record.fail("year", "与文件名不一致")
    year = Year(stem, _days(record, "rest", stem), _days(record, "worked", stem), record.flag("provisional"))
    record.text("source")
    record.done()
    for day in year.worked:
        if day.weekday() < 5:
            raise record.fail("worked", f"{day} 不是周末，用不着调休上班")
    return year


def _days(record: Record, field: str, year: int) -> dict[date, str]:
    """The days of a field {holiday: [days]}, each in its year and named once."""
    days: dict[date, str] = {}
    for name, listed in record.mapping(field).items():
        for day in listed or []:
            if not isinstance(day, date) or day.year != year or day in days:
                raise record.fail(f"{field}.{name}", f"{day} 不是这一年的日期，或写了两次")
            days[day] = str(name)
    return days
