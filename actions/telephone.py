"""Telephone numbers as people write them."""

from __future__ import annotations

import re

_WRITTEN = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})|(0\d{2,3})[\s-]?(\d{7,8}))(?![0-9A-Za-z])",
    re.ASCII,
)
_WIDE = {0xFF10 + n: str(n) for n in range(10)}


def phone_in(text: str) -> str | None:
    """The first number that can be called: 138 1234 1001 → 13812341001, 0851-12345678 → 0851-12345678; None for none."""
    found = _WRITTEN.search(text.translate(_WIDE))
    if found is None:
        return None
    return f"{found[4]}-{found[5]}" if found[4] else "".join(found.group(1, 2, 3))
