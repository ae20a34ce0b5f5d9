"""Chinese numerals as statutes and their readers write them: 三十一, 四十, 一百零二, 31 and back."""

from __future__ import annotations

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[零〇一二两三四五六七八九十百千0-9]"


def number_of(text: str) -> int | None:
    """The value of a numeral below ten thousand; None where the text is no numeral.

    >>> number_of("三十一"), number_of("一百零二"), number_of("47"), number_of("十"), number_of("条")
    (31, 102, 47, 10, None)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in DIGITS and c not in UNITS for c in text):
        return None
    if not any(c in UNITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, None
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        else:
            total, digit = total + (digit or 1) * UNITS[char], None
    return total + (digit or 0)


def numeral_of(number: int) -> str:
    """A number from 0 to 9999 as a statute writes it.

    >>> numeral_of(30), numeral_of(102), numeral_of(11), numeral_of(1012)
    ('三十', '一百零二', '十一', '一千零一十二')
    """
    if not 0 <= number <= 9999:
        raise ValueError(f"no numeral for {number}")
    if number == 0:
        return "零"
    written = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            written += "零一二三四五六七八九"[digit] + unit
        elif written and number and not written.endswith("零"):
            written += "零"
    return written.removeprefix("一") if written.startswith("一十") else written
