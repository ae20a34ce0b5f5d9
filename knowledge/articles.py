"""Reading a statute's text: what stands before the articles, 编, 章, 节 and 条 in order, and the appendix, word for word.

Most statutes open with a title and a table of contents that repeats every heading; both stand before the first
article. A line is an article when it opens with 第N条 and either a space follows or N is the number that is due:
a sentence inside an article may open with 第三条规定的… as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from knowledge.errors import BadStatute
from knowledge.numerals import NUMERAL, number_of, numeral_of

HEADING = re.compile(
    rf"[ \t　]*第[ \t　]*(?P<number>{NUMERAL}+)[ \t　]*(?P<rank>编|分编|章|节)"
    r"(?:[ \t　]+(?P<name>.*?)|(?P<close>[^ \t　。，；：][^。，；：]{0,30}))?[ \t　]*$"
)
ARTICLE = re.compile(
    rf"[ \t　]*第[ \t　]*(?P<number>{NUMERAL}+)[ \t　]*条(?:之(?P<suffix>{NUMERAL}+))?(?P<space>[ \t　]+|$)?"
)
CONTENTS = re.compile(r"[ \t　]*目[ \t　]*[录次][ \t　]*$")
APPENDIX = re.compile(rf"[ \t　]*附(?:件|录|表|图)?[ \t　]*{NUMERAL}{{0,3}}[ \t　]*(?:[:：].*|[ \t　][^则].{{0,40}}|)$")
BARE = re.compile(r"[^，。；：！？、（）()《》“”,.;:0-9]{2,20}$")
"""A line without any mark: at the end of an article, right before the next one, it is a heading that has lost its 第N章."""
RANKS = ("编", "章", "节")


def label_of(number: int, suffix: int = 0) -> str:
    """第三十条, 第三十条之一."""
    return f"第{numeral_of(number)}条" + (f"之{numeral_of(suffix)}" if suffix else "")


@dataclass(frozen=True)
class RawArticle:
    """An article as it stands in the text: `text` is a verbatim piece of it; `line` counts from 1."""

    number: int
    suffix: int
    text: str
    line: int
    part: str = ""
    chapter: str = ""
    section: str = ""


@dataclass(frozen=True)
class Remark:
    """Something odd that does not stop the reading. `code`: heading_missing, heading_mended or one of a gap's; `words`: of the text."""

    line: int
    code: str
    words: str


@dataclass(frozen=True)
class RawStatute:
    """A statute's text in its parts: `preamble` and `appendix` are what stands before and behind the articles."""

    preamble: str
    articles: tuple[RawArticle, ...]
    appendix: str
    remarks: tuple[Remark, ...]


@dataclass
class _Reading:
    """How far the text has been read: the headings in force, and the article that is open."""

    articles: list[RawArticle] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    preamble: list[str] = field(default_factory=list)
    appendix: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    empty_since: int = 0
    """The line of a heading that no article has followed yet, once articles have begun."""
    begun: bool = False
    """Whether the table of contents, a heading or an article has been met: the preamble is over."""


def read_articles(text: str) -> list[RawArticle]:
    """All articles of a statute's text, in order; raises what `read_statute` raises."""
    return list(read_statute(text).articles)


def read_statute(text: str) -> RawStatute:
    """A statute's text in its parts.

    Raises `BadStatute` with the line for a number out of order, an article without words, a chapter without articles,
    or a text without any article.
    """
    reading, rows = _Reading(), text.splitlines(keepends=True)
    for line, row in enumerate(rows, 1):
        _read_row(reading, row, line, rows)
    _check(reading)
    articles = tuple(replace(a, text=a.text.strip()) for a in reading.articles)
    return RawStatute(
        "".join(reading.preamble).strip(), articles, "".join(reading.appendix).strip(), tuple(reading.remarks)
    )


def _read_row(reading: _Reading, row: str, line: int, rows: Sequence[str]) -> None:
    match = _opens_article(row, reading)
    if match:
        reading.articles.append(_open(match, line, reading))
        reading.empty_since, reading.begun = 0, True
        _grow(reading, row[match.end() :])
    elif reading.appendix:
        reading.appendix.append(row)
    elif heading := HEADING.match(row.rstrip("\r\n")):
        _head(heading, line, reading)
    elif reading.articles:
        _grow_or_end(reading, row, line, rows)
    elif CONTENTS.match(row):
        reading.begun = True
    elif not reading.begun:
        reading.preamble.append(row)


def _opens_article(row: str, reading: _Reading) -> re.Match[str] | None:
    """An appendix may have articles of its own; one that goes on counting ours is none of them."""
    match = ARTICLE.match(row.rstrip("\r\n"))
    if match is None:
        return None
    number, suffix = number_of(match["number"]), number_of(match["suffix"] or "0")
    due = (number, suffix) in _due(reading)
    return match if due or (match["space"] is not None and not reading.appendix) else None


def _due(reading: _Reading) -> set[tuple[int | None, int | None]]:
    """The numbers that may come next: the first, the next, or the next 之."""
    if not reading.articles:
        return {(1, 0)}
    last = reading.articles[-1]
    return {(last.number + 1, 0), (last.number, last.suffix + 1)}


def _open(match: re.Match[str], line: int, reading: _Reading) -> RawArticle:
    number, suffix = number_of(match["number"]), number_of(match["suffix"] or "0")
    if number is None or suffix is None:
        raise BadStatute(line, f"条号“{match['number']}”读不懂")
    if reading.appendix:
        raise BadStatute(
            line, f"{label_of(number, suffix)}排在了附件（“{reading.appendix[0].strip()}”）后面，请把附件移到最后"
        )
    if (number, suffix) not in _due(reading):
        expected = label_of(reading.articles[-1].number + 1) if reading.articles else "第一条"
        raise BadStatute(line, f"这里应当是{expected}，写的是{label_of(number, suffix)}")
    part, chapter, section = (reading.headings.get(rank, "") for rank in RANKS)
    return RawArticle(number, suffix, "", line, part, chapter, section)


def _head(match: re.Match[str], line: int, reading: _Reading) -> None:
    """Take a heading into force and end the lower ones; before the first article it may be the table of contents."""
    number, rank = number_of(match["number"]), match["rank"].removeprefix("分")
    if number is None:
        raise BadStatute(line, f"标题“{match.group().strip()}”的序号读不懂")
    if reading.articles and reading.empty_since and not _deeper(rank, reading):
        raise BadStatute(reading.empty_since, "这个标题下面一条也没有")
    name = re.sub(r"[ \t　]", "", match["name"] or match["close"] or "")
    _count(number, match["rank"], rank, line, reading)
    _enforce(f"第{numeral_of(number)}{match['rank']} {name}".rstrip(), number, rank, reading)
    if reading.articles:
        reading.empty_since = line
    reading.begun = True


def _count(number: int, written: str, rank: str, line: int, reading: _Reading) -> None:
    """Remark a heading whose number does not follow; counting may begin anew below a higher heading."""
    due = reading.numbers.get(rank, 0) + 1
    if reading.articles and number not in (1, due):
        reading.remarks.append(Remark(line, "heading_missing", f"第{numeral_of(due)}{written}"))


def _enforce(title: str, number: int, rank: str, reading: _Reading) -> None:
    for lower in RANKS[RANKS.index(rank) + 1 :]:
        reading.headings.pop(lower, None)
        reading.numbers.pop(lower, None)
    reading.headings[rank], reading.numbers[rank] = title, number


def _deeper(rank: str, reading: _Reading) -> bool:
    """Whether a heading stands below the last one, as a 节 below its 章."""
    lowest = max((RANKS.index(r) for r in reading.headings), default=-1)
    return RANKS.index(rank) > lowest


def _grow_or_end(reading: _Reading, row: str, line: int, rows: Sequence[str]) -> None:
    """More words of the open article, or the first of the appendix; words right under a heading belong to nothing."""
    if reading.empty_since and row.strip():
        raise BadStatute(line, "标题和下一条之间有不属于任何一条的文字")
    if APPENDIX.match(row.rstrip("\r\n")):
        reading.appendix.append(row)
    elif _is_bare_heading(reading, row, rows[line:]):
        rank = _rank_lost(reading, rows[line:])
        number = reading.numbers.get(rank, 0) + 1
        _enforce(f"第{numeral_of(number)}{rank} {row.strip()}", number, rank, reading)
        reading.remarks.append(Remark(line, "heading_mended", reading.headings[rank]))
    elif not reading.empty_since:
        _grow(reading, row)


def _is_bare_heading(reading: _Reading, row: str, rest: Sequence[str]) -> bool:
    if (
        "章" not in reading.headings
        or not BARE.match(row.strip())
        or not reading.articles[-1].text.rstrip().endswith("。")
    ):
        return False
    following = next((r for r in rest if r.strip()), "")
    return _opens_article(following, reading) is not None


def _rank_lost(reading: _Reading, rest: Sequence[str]) -> str:
    """Whether a heading without its number was a chapter's or a section's: the next chapter's number tells."""
    headings = (m for row in rest if (m := HEADING.match(row.rstrip("\r\n"))) and m["rank"] == "章")
    following = next((number_of(m["number"]) for m in headings), None)
    return "节" if following == reading.numbers["章"] + 1 or (following is None and "节" in reading.numbers) else "章"


def _grow(reading: _Reading, words: str) -> None:
    reading.articles[-1] = replace(reading.articles[-1], text=reading.articles[-1].text + words)


def _check(reading: _Reading) -> None:
    if not reading.articles:
        raise BadStatute(0, "没有找到“第一条”，这不像一部分条编写的条例")
    if reading.empty_since:
        raise BadStatute(reading.empty_since, "这个标题下面一条也没有")
    for article in reading.articles:
        if not article.text.strip():
            raise BadStatute(article.line, f"{label_of(article.number, article.suffix)}没有内容")
