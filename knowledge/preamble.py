"""What stands before and at the end of a statute: its title, when it was passed and amended, from when it holds, what it repeals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.articles import RawStatute
from knowledge.numerals import DIGITS

DIGIT = "[0-9〇零○Ｏ一二三四五六七八九十]"
DAY = rf"(?P<year>{DIGIT}{{4}})[ \t　]*年[ \t　]*(?P<month>{DIGIT}{{1,3}})[ \t　]*月[ \t　]*(?P<day>{DIGIT}{{1,3}})[ \t　]*日"
DATE = re.compile(DAY)
PASSED = re.compile(r"通过|批准|公布|发布|颁布|修正|修订|修改|制定")
HOLDS = re.compile(rf"自[ \t　]*{DAY}[ \t　]*起[ \t　]*(?:正式)?(?:施行|实施|执行|生效)")
HELD = re.compile(rf"{DAY}[ \t　]*(?:起)?(?:施行|实施)")
AT_ONCE = re.compile(r"自(?:公布|发布|颁布|印发)之日起(?:施行|实施|执行|生效)")
REPEALED = re.compile(r"((?:[^。；]*?《[^《》]+》[^。；]*?)+)(?:同时|即行|相应)?废止")
NAME = re.compile(r"《([^《》]+)》")
TITLE = re.compile(
    r"(?:条例|办法|规定|细则|规则|规范|决定|通则|规程|公约|章程|准则|标准|法|意见|方案|制度|解释)(?:[（(](?:试行|暂行|修订|草案|[0-9]{4}[^（）()]*)[）)])?$"
)
PLACE = re.compile(
    r"^(?!中华人民共和国|城|都市|社区|园区|街区|景区)([一-龥]{1,8}?(?:自治区|自治州|自治县|特别行政区|经济特区|省|市(?!场)|盟|县|旗|(?<!地)区(?!域)))"
)


@dataclass(frozen=True)
class Front:
    """`title` is "" where none was found; `version`: the last day on which the text was passed or changed; `effective`: the
    day from which it holds; `repeals`: titles that it ends."""

    title: str
    version: date | None
    effective: date | None
    repeals: tuple[str, ...]


def read_front(raw: RawStatute) -> Front:
    """What the preamble and the last articles say of the statute itself."""
    title = title_in(raw.preamble)
    passed = [day for line in _sentences(raw.preamble) if PASSED.search(line) for day in days_in(line)]
    version = max(passed, default=None)
    return Front(title, version, _effective(raw, version), repeals_in(raw))


def _sentences(preamble: str) -> Iterator[str]:
    """The lines of a preamble, without those that only say from when the text holds."""
    yield from (HELD.sub("", line) for line in preamble.splitlines())


def title_in(preamble: str) -> str:
    """The title: the first line, or the first two or three together, that ends like a regulation's name."""
    lines = [re.sub(r"[ \t　]", "", line) for line in preamble.splitlines() if line.strip()]
    names = [line for line in lines if not DATE.search(line) and not line.startswith(("（", "("))]
    for count in (1, 2, 3):
        joined = "".join(names[:count])
        if 4 <= len(joined) <= 80 and TITLE.search(joined):
            return joined
    return ""


def city_of(title: str) -> str:
    """The place whose regulation it is, as its title opens; 全国 where it names none.

    >>> city_of("甲市乙条例"), city_of("城市供水条例")
    ('甲市', '全国')
    """
    place = PLACE.match(title)
    return place[1] if place else "全国"


def days_in(text: str) -> list[date]:
    """Every calendar day that a text names, in its order; what only looks like a day is left out."""
    return [day for match in DATE.finditer(text) if (day := _day(match))]


def repeals_in(raw: RawStatute) -> tuple[str, ...]:
    """The regulations that the last two articles end: …《甲市乙办法》同时废止."""
    ends = [found[1] for article in raw.articles[-2:] for found in REPEALED.finditer(article.text)]
    return tuple(dict.fromkeys(name for end in ends for name in NAME.findall(end)))


def _effective(raw: RawStatute, version: date | None) -> date | None:
    """The day that the last articles name; else the preamble's; else that of its passing, where it holds at once."""
    last = "\n".join(article.text for article in raw.articles[-3:])
    match = HOLDS.search(last) or HELD.search(raw.preamble) or HOLDS.search(raw.preamble)
    if match:
        return _day(match)
    return version if AT_ONCE.search(last) else None


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(_value(match["year"]), _value(match["month"]), _value(match["day"]))
    except ValueError:
        return None


def _value(written: str) -> int:
    """二〇二四, 十二, 三十一, 12.

    >>> [_value(w) for w in ("二〇二四", "十二", "三十一", "12", "十")]
    [2024, 12, 31, 12, 10]
    """
    plain = written.replace("○", "〇").replace("Ｏ", "〇")
    if plain.isascii():
        return int(plain)
    tens, found, ones = plain.partition("十")
    if found:
        return 10 * (DIGITS[tens] if tens else 1) + (DIGITS[ones] if ones else 0)
    return int("".join(str(DIGITS[c]) if c in DIGITS else c for c in plain))
