"""Words that mean the resident's own place without naming it: 我家楼下, 我们这栋, 家里, 老地方.

They are no address; whoever knows the resident's address from before can put it there. Input is text in normal form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OURS = "(?:我们|咱们|我|咱|俺们)(?:住的|家|家的)?(?:这个|那个|这边|那边|这|那|的)?"
SCOPES = {
    "unit": rf"{OURS}(?:一?个)?(?:单元(?!房)|楼道|楼梯[间口]?|电梯)",
    "building": rf"{OURS}(?:一?[栋幢](?:楼|房子)?|楼里?(?![长盘市])(?:[上下顶]|的人)?)|(?<![一二三四五六七八九十\d几层高大栋幢座元号])楼[上下](?!的?(?:小区|铺|商)|去|来)",
    "estate": rf"{OURS}(?:小区|院子|大院|院里|宿舍)",
    "home": r"(?:我|咱|俺|我们|咱们|自己)家(?!长|乡|人|属|具|电|族|庭|教|伙)(?:里面|里头|里|门口|门前|对门|隔壁|这边|这里|那边)?|(?<![大人国专作全公商这那几哪他她])家(?:里(?!人)|门口)|我(?:住的(?:地方|那里|那儿)|住处|这里住)",
    "before": r"老地方|老地址|(?:还是|跟|和|同)(?:上次|原来|之前|上回|以前)(?:的|那个|一样的?)?(?:地址|地方)|还是(?:那里|那儿|那个地方|原来的?地方)|上次(?:说|报)的?那?个?(?:地址|地方)|(?:地址|地方)(?:没变|不变|一样|同上)",
}
PATTERN = re.compile("|".join(f"(?P<{scope}>{words})" for scope, words in SCOPES.items()))


@dataclass(frozen=True)
class Home:
    """The resident's own place, characters `start:end`; how much of it is meant: unit, building, estate, home, or before
    (the place of last time, whatever it was)."""

    start: int
    end: int
    scope: str


def find_homes(text: str) -> list[Home]:
    """Every mention of the resident's own place, in reading order."""
    return [Home(m.start(), m.end(), str(m.lastgroup)) for m in PATTERN.finditer(text)]
