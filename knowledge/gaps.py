"""Where an article seems to have lost a passage: what a careful reader sees without knowing the original.

A list is announced and does not come, its items skip a number, a sentence does not end, a character is damaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from knowledge.numerals import number_of

ITEM = re.compile(r"(?:^|\n|[：；。])[ \t　]*[（(]([一二三四五六七八九十]{1,3})[）)]")
ANY_ITEM = re.compile(
    r"[（(][一二三四五六七八九十0-9]{1,3}[）)]|(?:^|\n|[：；。])[ \t　]*(?:[0-9]{1,2}[.．、]|[一二三四五六七八九十]、|[①-⑳])|："
)
ANNOUNCED = re.compile(
    r"(?:下列|以下|如下)(?:条件|职责|事项|方式|情形|行为|规定|程序|材料|内容|要求|措施|工作|原则|权利|义务|资料|标准|情况|信息)"
)
ENDED = re.compile(r"[。！？…；.;!?][”’」』）)】]?$|[）)》]$")
DAMAGED = re.compile(r"[\ufffd□■]{1,}|[（(【\[](?:此处)?(?:缺|缺漏|缺失|空缺|以下缺)[^）)】\]]{0,6}[）)】\]]")
TAIL = 12
"""Characters before a gap that name it."""


class Gap(NamedTuple):
    """`words`: the last ones before what is missing, from the text; `code`: what shows it. A gap_label has lost the number of an
    item, and none of its words."""

    words: str
    code: str


def gaps_in(text: str) -> list[Gap]:
    """The places at which an article seems to have lost a passage, in order."""
    found = [*_lists_that_do_not_come(text), *_items_that_skip(text), *_damage(text), *_unended(text)]
    places = sorted((end, code) for end, code in found)
    return [Gap(_words_before(text, end), code) for end, code in dict(reversed(places)).items()][::-1]


def _lists_that_do_not_come(text: str) -> Iterator[tuple[int, str]]:
    if not ANY_ITEM.search(text):
        yield from ((match.end(), "gap_list") for match in ANNOUNCED.finditer(text))


def _items_that_skip(text: str) -> Iterator[tuple[int, str]]:
    before = end = 0
    for match in ITEM.finditer(text):
        number = number_of(match[1]) or 0
        if number > 1 and number > before + 1:
            unnumbered = text[end : match.start()].strip().count("\n")
            yield match.start(), "gap_label" if unnumbered else "gap_item"
        before, end = number, match.end()


def _damage(text: str) -> Iterator[tuple[int, str]]:
    yield from ((match.start(), "gap_damage") for match in DAMAGED.finditer(text))


def _unended(text: str) -> Iterator[tuple[int, str]]:
    last = text.rstrip()
    if last.endswith("：") or not ENDED.search(last.splitlines()[-1]):
        yield len(last), "gap_end"


def _words_before(text: str, end: int) -> str:
    """The last words of the line before a place; the first words behind it where the line begins there."""
    line = text[:end].rstrip().rpartition("\n")[2]
    return line[-TAIL:] or text[end:].lstrip()[:TAIL]
