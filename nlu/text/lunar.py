"""The days of the lunar calendar that people name (大年初一, 腊月二十三, 端午), as dates; a table, for no formula gives them.

Computed with the lunardate package, 2024 to 2040. A year that is not here has no lunar days: nobody reports that far ahead.
"""

from __future__ import annotations

from datetime import date, timedelta

_YEARS: dict[int, tuple[str, int, str, str, str]] = {
    # year: New Year's day 正月初一, days of the twelfth month 腊月 before it, 端午, 中秋, 重阳 (month-day)
    2024: ("02-10", 30, "06-10", "09-17", "10-11"),
    2025: ("01-29", 29, "05-31", "10-06", "10-29"),
    2026: ("02-17", 29, "06-19", "09-25", "10-18"),
    2027: ("02-06", 29, "06-09", "09-15", "10-08"),
    2028: ("01-26", 29, "05-28", "10-03", "10-26"),
    2029: ("02-13", 29, "06-16", "09-22", "10-16"),
    2030: ("02-03", 30, "06-05", "09-12", "10-05"),
    2031: ("01-23", 29, "06-24", "10-01", "10-24"),
    2032: ("02-11", 29, "06-12", "09-19", "10-12"),
    2033: ("01-31", 30, "06-01", "09-08", "10-01"),
    2034: ("02-19", 30, "06-20", "09-27", "10-20"),
    2035: ("02-08", 30, "06-10", "09-16", "10-09"),
    2036: ("01-28", 30, "05-30", "10-04", "10-27"),
    2037: ("02-15", 30, "06-18", "09-24", "10-17"),
    2038: ("02-04", 30, "06-07", "09-13", "10-07"),
    2039: ("01-24", 29, "05-27", "10-02", "10-26"),
    2040: ("02-12", 29, "06-14", "09-20", "10-14"),
}
FEASTS = {"端午": 2, "中秋": 3, "重阳": 4}


def new_year(year: int) -> date | None:
    """The day of 正月初一 in a calendar year."""
    return _day(year, 0)


def last_month(year: int) -> tuple[date, date] | None:
    """First and last day of the 腊月 that ends the day before the New Year of a calendar year; the last one is 除夕."""
    first = new_year(year)
    return (first - timedelta(days=_YEARS[year][1]), first - timedelta(days=1)) if first else None


def feast(name: str, year: int) -> date | None:
    """端午, 中秋 or 重阳 of a calendar year."""
    return _day(year, FEASTS[name])


def _day(year: int, column: int) -> date | None:
    return date.fromisoformat(f"{year}-{_YEARS[year][column]}") if year in _YEARS else None
