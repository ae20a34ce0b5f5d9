"""Questions without the numbers that belong to somebody: telephone, identity card, bank account, however they are written."""

from __future__ import annotations

import re

from knowledge.wording import say

DIGIT = r"[\d〇零一二三四五六七八九幺]"
NUMBER = re.compile(rf"{DIGIT}(?:[ \-－—·]?{DIGIT}){{6,}}[xXＸ]?")
"""Seven digits or more: house numbers and sums are shorter."""


def hide_numbers(text: str) -> str:
    """The text with a word in the place of every long number."""
    return NUMBER.sub(lambda _: say("shortfall_number"), text)
