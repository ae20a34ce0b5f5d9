"""Stretches of days to choose from, on the community's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.clock import local

CHOSEN = "chosen"
PERIODS = {
    "month": "本月",
    "last_month": "上月",
    "days30": "近 30 天",
    "days90": "近 90 天",
    "year": "今年",
    "last_year": "去年",
    CHOSEN: "自己选日期",
}


def period(name: str, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last; ValueError for no such period."""
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    month, year, tomorrow = today.replace(day=1), today.replace(month=1, day=1), today + timedelta(days=1)
    found = {
        "month": (month, tomorrow),
        "last_month": ((month - timedelta(days=1)).replace(day=1), month),
        "days30": (tomorrow - timedelta(days=30), tomorrow),
        "days90": (tomorrow - timedelta(days=90), tomorrow),
        "year": (year, tomorrow),
        "last_year": (year.replace(year=year.year - 1), year),
    }
    if name not in found:
        raise ValueError(name)
    return found[name]
