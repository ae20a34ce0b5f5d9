"""Chinese numerals: 三十一, 二〇一, 两, 廿 to digits."""

from __future__ import annotations

import re

DIGITS = (
    {c: i for i, c in enumerate("零一二三四五六七八九")}
    | {"〇": 0, "○": 0, "两": 2, "俩": 2, "幺": 1}
    | {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
)
UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "廿": 20, "卅": 30}
CHINESE_NUMBER = "[零〇○一二两三四五六七八九十百千廿卅幺壹贰叁肆伍陆柒捌玖拾佰]"


def to_int(text: str) -> int | None:
    """Read a number written in digits or in Chinese; None where it is neither.

    >>> to_int("三十一"), to_int("二〇一"), to_int("十"), to_int("12"), to_int("栋")
    (31, 201, 10, 12, None)
    """
    if re.fullmatch(r"\d+", text):
        return int(text)
    if not text or any(c not in DIGITS and c not in UNITS for c in text):
        return None
    if not any(c in UNITS for c in text):  # 二〇一: read digit by digit
        return int("".join(str(DIGITS[c]) for c in text))
    return _positional(text)


def _positional(text: str) -> int:
    total, digit = 0, None
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in "廿卅":
            total, digit = total + UNITS[char], None
        else:
            total, digit = total + (1 if digit is None else digit) * UNITS[char], None
    return total + (digit or 0)


def normal_number(text: str) -> str:
    """A house, unit or room number in its plain form: 三 → 3, a12 → A12, 零三 → 3, 六b → 6B; anything else unchanged."""
    return re.sub(rf"{CHINESE_NUMBER}+|\d+", lambda match: str(to_int(match.group())), text).upper()
