"""Which day, and which hour, a time means, seen from the moment at which it was said: 昨晚十一点, 上周三, 国庆那几天, 大年初一.

Words are in normal form, as `nlu.text.moment` finds them. Where no year is said, a near one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from nlu.text import lunar
from nlu.text.hour import hour_of
from nlu.text.moment import EVERY, WEEK, N
from nlu.text.numerals import to_int

Days = tuple[date, date]


@dataclass(frozen=True)
class When:
    """First and last day, both included; None for what recurs (每天). `clock`: the hour named first, or None."""

    first: date | None
    last: date | None
    clock: time | None


def resolve(words: str, said: date) -> When:
    """What a time means, said on that day. A clock alone (下午三点) is of that day."""
    clock = hour_of(words)
    if re.match(EVERY, words):
        return When(None, None, clock)
    days = next((found for reader in READERS if (found := reader(words, said))), None)
    first, last = days or ((said, said) if clock else (None, None))
    return When(first, last, clock)


AWAY = {
    "大前": -3,
    "前天": -2,
    "前晚": -2,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "今晚": 0,
    "今早": 0,
    "今晨": 0,
    "明天": 1,
    "明日": 1,
    "明儿": 1,
    "明早": 1,
    "明晚": 1,
    "大后": 3,
    "后天": 2,
}
STEPS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
FIXED = {"元旦": (1, 1, 1), "五一": (5, 1, 5), "劳动节": (5, 1, 5), "六一": (6, 1, 1), "国庆": (10, 1, 7)}
"""Feasts of the calendar: month, day, and how many days off begin with it."""
YEAR = re.compile(r"((?:19|20)\d\d|[一二][零〇九][零〇一二三四五六七八九]{2})年|" + "|".join(YEARS))


def _days_away(words: str, said: date) -> Days | None:
    for start, away in AWAY.items():
        if words.startswith(start):
            return _one(said + timedelta(days=away))
    return None


def _full_date(words: str, said: date) -> Days | None:
    found = re.search(r"((?:19|20)\d{2})[-./](\d{1,2})[-./](\d{1,2})", words)
    return _one(_date(*map(int, found.groups()))) if found else None


def _month_day(words: str, said: date) -> Days | None:
    found = re.search(rf"({N})月份?({N})[日号]", words) or re.match(r"(\d{1,2})\.(\d{1,2})", words)
    return _near(words, said, lambda year: _one(_date(year, to_int(found[1]), to_int(found[2])))) if found else None


def _day_of_this_month(words: str, said: date) -> Days | None:
    found = re.match(rf"({N})[日号]", words)
    return _one(_date(said.year, said.month, to_int(found[1]))) if found else None


def _month(words: str, said: date) -> Days | None:
    found = re.search(rf"(?<![农阴]历)({N})月(?!份?{N}[日号])(?:份?([上中下])旬|(初)|(底))?", words)
    number = to_int(found[1]) if found else None
    if found is None or not number or number > 12:
        return None
    third = found[2] or ("上" if found[3] else "下" if found[4] else "")
    return _near(words, said, lambda year: _part_of(_whole_month(year, number), third))


def _month_away(words: str, said: date) -> Days | None:
    found = re.match(rf"(上上|上|这|本|下)个?月(?:({N})[日号]|(初)|(底)|(中旬))?|月([初底])", words)
    if found is None:
        return None
    months = said.year * 12 + said.month - 1 + STEPS.get(found[1] or "本", 0)
    month = _whole_month(months // 12, months % 12 + 1)
    if found[2]:
        return _one(_date(month[0].year, month[0].month, to_int(found[2])))
    third = "上" if found[3] or found[6] == "初" else "下" if found[4] or found[6] == "底" else "中" if found[5] else ""
    return _part_of(month, third)


def _week(words: str, said: date) -> Days | None:
    found = re.match(
        rf"(上上|上|这|本|下下|下)?个?{WEEK}([一二三四五六日天末])?(?:[到至]{WEEK}?([一二三四五六日天]))?", words
    )
    if found is None:
        return None
    monday = said - timedelta(days=said.weekday()) + timedelta(weeks=STEPS.get(found[1] or "本", 0))
    if found[2] == "末":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    first = WEEKDAYS.get(found[2] or "一", 0)
    last = WEEKDAYS[found[3]] if found[3] else first if found[2] else 6
    return monday + timedelta(days=first), monday + timedelta(days=last)


def _feast(words: str, said: date) -> Days | None:
    name = next((name for name in (*FIXED, *lunar.FEASTS, "清明") if name in words), None)
    return _near(words, said, lambda year: _feast_of(name, year, _is_a_stretch(words))) if name else None


def _feast_of(name: str, year: int, stretch: bool) -> Days | None:
    if name in FIXED:
        month, day, length = FIXED[name]
        return _from(date(year, month, day), length if stretch else 1)
    if name == "清明":  # the usual formula for this century
        return _one(date(year, 4, int(year % 100 * 0.2422 + 4.81) - year % 100 // 4))
    return _one(lunar.feast(name, year))


def _is_a_stretch(words: str) -> bool:
    return bool(re.search("那几天|期间|假期|长假", words))


def _new_year(words: str, said: date) -> Days | None:
    found = re.search(
        rf"大年初([一二三四五六七八九十])|正月(?:初?({N}))?|(春节)|(元宵)|(除夕|大年三十|大年夜)|(腊月)(?:初?({N}))?|(小年)",
        words,
    )
    return _near(words, said, lambda year: _around_new_year(found, words, year)) if found else None


def _around_new_year(found: re.Match[str], words: str, year: int) -> Days | None:
    """Of the New Year that falls into a calendar year: its own days, the month that it opens and the one that it closes."""
    first, before = lunar.new_year(year), lunar.last_month(year)
    if first is None or before is None:
        return None
    if found[5]:
        return _one(before[1])
    if found[6] or found[8]:
        day = to_int(found[7]) if found[7] else 23 if found[8] else None
        return _one(before[0] + timedelta(days=day - 1)) if day else before
    if found[4]:
        return _one(first + timedelta(days=14))
    if found[3]:
        return _from(first, 7 if _is_a_stretch(words) else 1)
    day = to_int(found[1] or found[2] or "")
    return _one(first + timedelta(days=day - 1)) if day else _from(first, 29)


def _year(words: str, said: date) -> Days | None:
    year = _said_year(words, said)
    half = 6 if "上半年" in words else 12
    begin = 7 if "下半年" in words else 1
    return (date(year, begin, 1), _whole_month(year, half)[1]) if year else None


READERS: tuple[Callable[[str, date], Days | None], ...] = (
    _days_away,
    _full_date,
    _new_year,
    _month_day,
    _month_away,
    _day_of_this_month,
    _week,
    _feast,
    _month,
    _year,
)


def _said_year(words: str, said: date) -> int | None:
    found = YEAR.match(words)
    if found is None:
        return None
    return to_int(found[1]) if found[1] else said.year + YEARS[found.group()]


def _near(words: str, said: date, days_of: Callable[[int], Days | None]) -> Days | None:
    """The days of the year that was said, else of the year in which they lie near to the day of saying."""
    year = _said_year(words, said)
    if year:
        return days_of(year)
    found = [days for candidate in (said.year - 1, said.year, said.year + 1) if (days := days_of(candidate))]
    return min(found, key=lambda days: _distance(days[0], said), default=None)


def _distance(day: date, said: date) -> int:
    """How far off a day is; what lies ahead counts threefold, for people report what has happened."""
    away = (day - said).days
    return 3 * away if away > 0 else -away


def _one(day: date | None) -> Days | None:
    return (day, day) if day else None


def _from(first: date, length: int) -> Days:
    return first, first + timedelta(days=length - 1)


def _whole_month(year: int, month: int) -> Days:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _part_of(month: Days, third: str) -> Days:
    """上旬, 中旬 or 下旬 of a month; all of it where none is named."""
    first, last = month
    begin, end = {"上": (1, 10), "中": (11, 20), "下": (21, last.day)}.get(third, (1, last.day))
    return first.replace(day=begin), first.replace(day=end)


def _date(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None
