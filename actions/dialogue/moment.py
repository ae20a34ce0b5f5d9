"""When a resident wants to come: 周六上午, 下周三, 明天下午三点, 11月28日 9:30. Pure; looks ahead, never back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.numerals import NUMERAL, number_of

N = rf"{NUMERAL}{{1,3}}"
NEAR = {"大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明早": 1, "今天": 0, "今日": 0, "今晚": 0}
NEAR_DAY = re.compile("|".join(NEAR))
MONTH_DAY = re.compile(rf"({N})月份?({N})[日号]")
DAY_ONLY = re.compile(rf"(?<![月\d零一二三四五六七八九十])({N})[日号](?!楼|栋|窗|线|门|院)")
WEEKDAY = re.compile(r"(?P<week>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])")
PARTS = {
    "早上": (0, 12),
    "上午": (0, 12),
    "明早": (0, 12),
    "中午": (11, 14),
    "下午": (12, 18),
    "晚上": (17, 24),
    "今晚": (17, 24),
    "傍晚": (17, 24),
}
PART = re.compile("|".join(PARTS))
CLOCK = re.compile(
    rf"(?P<hour>{N})(?:[:：](?P<digits>\d{{2}})|[点时](?:钟|整)?(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{N})分?)?)"
)
DAY_WORDS = (MONTH_DAY, WEEKDAY, NEAR_DAY, DAY_ONLY)
EARLIEST = 8
"""No office is open before: 三点 is in the afternoon."""


@dataclass(frozen=True)
class Moment:
    """What was named: a day, hours of a day (from, to), minutes since midnight; None for what was not."""

    day: date | None = None
    hours: tuple[int, int] | None = None
    minute: int | None = None

    def __bool__(self) -> bool:
        return (self.day, self.hours, self.minute) != (None, None, None)


def moment_in(text: str, today: date) -> Moment:
    """What a text says about when, seen from today."""
    part = PART.search(text)
    hours = PARTS[part.group()] if part else None
    return Moment(next(_days(text, today), None), hours, _minute(_without(text, DAY_WORDS), hours))


def without_moment(text: str) -> str:
    """The text without its words about when."""
    return _without(_without(text, DAY_WORDS, ""), (CLOCK, PART), "")


def _without(text: str, patterns: Sequence[re.Pattern[str]], put: str = " ") -> str:
    """周六九点: once 周六 is read, its 六 is no part of the hour."""
    for pattern in patterns:
        text = pattern.sub(put, text)
    return text


def _days(text: str, today: date) -> Iterator[date]:
    """Each day that is named, the surest way of naming it first."""
    if match := MONTH_DAY.search(text):
        month, day = number_of(match[1]), number_of(match[2])
        yield from _first_to_come(today, day, [(today.year, month), (today.year + 1, month)])
    if match := NEAR_DAY.search(text):
        yield today + timedelta(days=NEAR[match.group()])
    if match := WEEKDAY.search(text):
        yield _weekday(match, today)
    if match := DAY_ONLY.search(text):
        next_month = (today.year + today.month // 12, today.month % 12 + 1)
        yield from _first_to_come(today, number_of(match[1]), [(today.year, today.month), next_month])


def _first_to_come(today: date, day: int | None, months: Sequence[tuple[int, int | None]]) -> Iterator[date]:
    """The first of these (year, month) whose `day` is not over; nothing where no month has such a day."""
    for year, month in months:
        with suppress(ValueError, TypeError):
            if (found := date(year, month, day)) >= today:  # type: ignore[arg-type]
                yield found
                return


def _weekday(match: re.Match[str], today: date) -> date:
    """周六 is the next one to come, 下周六 the one of the week after this."""
    weekday = "一二三四五六日".index(match["day"].replace("天", "日").replace("末", "六"))
    monday = today - timedelta(days=today.weekday())
    weeks = {"下": 1, "下下": 2}.get(match["week"] or "", 0)
    day = monday + timedelta(weeks=weeks, days=weekday)
    return day if day >= today else day + timedelta(weeks=1)


def _minute(text: str, hours: tuple[int, int] | None) -> int | None:
    match = CLOCK.search(text)
    hour = number_of(match["hour"]) if match else None
    if match is None or hour is None or hour > 24:
        return None
    if hour < 12 and (hours[0] >= 12 if hours else hour < EARLIEST):
        hour += 12
    if match["half"]:
        return hour * 60 + 30
    if match["quarter"]:
        return hour * 60 + 15 * (number_of(match["quarter"]) or 0)
    return hour * 60 + (number_of(match["digits"] or match["minute"] or "0") or 0)
