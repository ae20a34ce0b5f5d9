"""The hour that a time names: 晚上十一点 is 23:00, 七点一刻 is 7:15. Input is words in normal form."""

from __future__ import annotations

import re
from datetime import time

from nlu.text.moment import N
from nlu.text.numerals import to_int

CLOCK = re.compile(rf"({N})点钟?(?:(半)|(一刻)|(三刻)|({N})分?)?|(\d{{1,2}}):(\d{{2}})|({N})时(?:({N})分)?")


def hour_of(words: str) -> time | None:
    """The hour named first, in twenty-four: 晚上十一点 is 23:00, 半夜两点 is 2:00, 中午一点 is 13:00."""
    found = CLOCK.search(words)
    hour = to_int(found[1] or found[6] or found[8]) if found else None
    if found is None or hour is None or hour > 24:
        return None
    quarters = 2 if found[2] else 1 if found[3] else 3 if found[4] else 0
    minute = 15 * quarters or to_int(found[5] or found[7] or found[9] or "0") or 0
    return time(_hour_of_day(hour, words[: found.start()]) % 24, minute) if minute < 60 else None


def _hour_of_day(hour: int, before: str) -> int:
    """The hour in twenty-four, by the part of the day named before it."""
    at_night = re.search("晚|夜|天黑", before) is not None
    if hour == 12:
        return 0 if at_night else 12
    late = (at_night and hour > 4) or "下午" in before or ("中午" in before and hour < 4)
    return hour + 12 if late and hour < 12 else hour
