"""Masking: numbers that belong to somebody, in what people write.

What leaves the house keeps the ends of a number, so that whoever knows it knows it again; what is kept to learn from keeps
no digit of it, however it was written.
"""

from __future__ import annotations

import re

from knowledge.wording import say

_NUMBER = re.compile(
    r"""(?<![0-9A-Za-z])(?:
        \d{17}[\dXx]                          # identity card
      | (?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}   # mobile
      | 0\d{2,3}[\s-]?\d{7,8}                 # landline with its area code
      | \d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?       # bank card
      | [\w.+-]+@[\w-]+(?:\.[\w-]+)+           # e-mail
    )(?![0-9A-Za-z])""",
    re.VERBOSE | re.ASCII,
)
_DIGIT = r"[\d〇零一二三四五六七八九幺]"
_LONG = re.compile(rf"{_DIGIT}(?:[ \-－—·]?{_DIGIT}){{6,}}[xXＸ]?")
"""Seven digits or more, in figures or in words: house numbers and sums are shorter."""
_WIDE = {0xFF10 + n: str(n) for n in range(10)}


def mask_phone(phone: str | None) -> str | None:
    """13812341001 → 138****1001; shorter numbers keep their last two digits only."""
    if not phone:
        return None
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-2:]}"


def mask_numbers(text: str) -> str:
    """Every such number with its middle as stars: 13812341001 → 138****1001. All of them, not the first one only."""
    found = list(_NUMBER.finditer(text.translate(_WIDE)))  # full-width digits are as long, so the places are the same
    for match in reversed(found):
        text = f"{text[: match.start()]}{_starred(match.group())}{text[match.end() :]}"
    return text


def _starred(number: str) -> str:
    return f"{number[:3]}****{number[-4:]}" if "@" not in number else f"***@{number.rpartition('@')[2]}"


def hide_numbers(text: str) -> str:
    """The text with a word in the place of every long number."""
    return _LONG.sub(lambda _: say("shortfall_number"), text)
