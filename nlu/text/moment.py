"""Times that residents name: 昨晚十一点, 每天五点到八点, 上周三, 3月2日; not durations (三天了), not 现在.

Input is text in normal form. `resolve` turns one into a date against the day on which it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nlu.text.numerals import CHINESE_NUMBER, to_int

N = rf"(?:\d{{1,2}}|{CHINESE_NUMBER}{{1,3}})"
YEAR = rf"(?:(?:19|20)\d{{2}}|[一二][零〇九]{CHINESE_NUMBER}{{2}}|今|去|明|前|后)年"
DATE = (
    rf"(?:{YEAR}的?)?(?:{N}月份?{N}[日号]|(?:上|下|这|本)个?月{N}[日号]|{N}月份?(?!租)[上中下]旬|{N}月份(?!租))|(?:19|20)\d{{2}}[-./]\d{{1,2}}[-./]\d{{1,2}}"
    rf"|{YEAR}(?:春节|国庆|五一|年底|年初|上半年|下半年)?|(?:上|这|本|下)个?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:周|星期|礼拜)[一二三四五六日天末](?:[到至][周星期礼拜]{{0,2}}[一二三四五六日天末])?"
    r"|大前天|前天|昨天|昨日|今天|今日|明天|明日|后天|大后天|(?:上|本|下|这)个?月(?:初|底|中旬)?|月[初底]|元旦|春节|清明节?|五一|端午节?|中秋节?|国庆节?"
)
PART = r"凌晨|清晨|一大早|大清早|大半夜|半夜三更|半夜|深夜|早上|早晨|上午|中午|正午|下午|傍晚|晚上|夜里|夜间|白天|午休时间?|天亮前?"
SHORT = r"昨晚|今晚|明晚|前晚|今早|明早|今晨|昨夜"
CLOCK = rf"(?:(?:{N}点钟?(?:半|一刻|三刻|{N}分?)?(?!多次|儿)(?!点)|\d{{1,2}}[:]\d{{2}}(?:[:]\d{{2}})?|{N}时(?:{N}分)?(?!间|候|常|期))(?:多|左右|前后|之?后|之?前|开始)?)"
EVERY = r"(?:每天|天天|每日|每晚|每夜|每周|每个?星期|每个?月|每年|每到|夜夜|隔三差五|工作日|双休日|周末|节假日)"
RANGE = r"(?:到|至|[-—~])"
PATTERN = re.compile(
    rf"(?:{EVERY}|{DATE}|{SHORT})(?:的)?(?:{DATE})?(?:的)?(?:{PART})?(?:的)?(?:{CLOCK})?(?:{RANGE}(?:{DATE})?(?:{PART})?(?:{CLOCK}|{PART}))?"
    rf"|(?:{PART})?{CLOCK}(?:{RANGE}(?:{PART}|第二天|次日)*{CLOCK})?|{N}[日号](?={PART}|{CLOCK})(?:{PART})?(?:{CLOCK})?"
    rf"|(?:{PART})(?:{RANGE}(?:{PART}))?"
)
# Words that only look like a time: 早点, 一点 as "a little", 有点, 两点要求, 今天 inside nothing.
NO_TIME = re.compile(r"^(?:[一两几]点|一时|一刻|白天|[一二三四五六七八九]分)$")
DAYS = {"大前天": -3, "前天": -2, "前晚": -2, "昨": -1, "今": 0, "明": 1, "大后天": 3, "后天": 2}


@dataclass(frozen=True)
class Moment:
    """A time named in a text: characters `start:end`, the words, and whether it recurs (每天, 每周)."""

    start: int
    end: int
    text: str
    recurs: bool


def find_moments(text: str) -> list[Moment]:
    """Every time named in a text in normal form, in reading order."""
    return list(_moments(text))


def _moments(text: str) -> Iterator[Moment]:
    for match in PATTERN.finditer(text):
        words = match.group()
        if NO_TIME.match(words) or _inside_a_number(text, match.start(), match.end()):
            continue
        yield Moment(match.start(), match.end(), words, bool(re.match(EVERY, words)))


def _inside_a_number(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isdigit() and text[start].isdigit()) or (text[end : end + 1].isdigit() and text[end - 1].isdigit())


def resolve(words: str, said: date) -> date | None:
    """The date that a time names, seen from the day on which it was said; None where it names none (每天, 三点)."""
    for word, days in DAYS.items():
        if words.startswith(word) and not words.startswith(("今年", "明年", "前年", "后年")):
            return said + timedelta(days=days)
    return _calendar_date(words, said) or _weekday(words, said)


def _calendar_date(words: str, said: date) -> date | None:
    full = re.search(r"((?:19|20)\d{2})[-./年](\d{1,2})[-./月](\d{1,2})", words)
    if full:
        return _date(*(int(g) for g in full.groups()))
    short = re.search(rf"(今年|去年|明年)?({N})月份?({N})[日号]", words)
    if not short:
        return None
    year = said.year + {"去年": -1, "明年": 1}.get(short.group(1) or "", 0)
    month, day = to_int(short.group(2)), to_int(short.group(3))
    return _date(year, month, day) if month and day else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(words: str, said: date) -> date | None:
    match = re.search(r"(上|这|本|下)?个?(?:周|星期|礼拜)([一二三四五六日天])", words)
    if not match or words.startswith("每"):
        return None
    monday = said - timedelta(days=said.weekday())
    weeks = {"上": -1, "下": 1}.get(match.group(1) or "", 0)
    return monday + timedelta(weeks=weeks, days="一二三四五六日".index(match.group(2).replace("天", "日")))
