"""Reading a statute's text: 编, 章, 节 and 条 in order, word for word.

Most statutes open with a title and a table of contents that repeats every heading; both stand before the first
article. A line is an article when it opens with 第N条 and either a space follows or N is the number that is due:
a sentence inside an article may open with 第三条规定的… as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from knowledge.errors import BadStatute
from knowledge.numerals import NUMERAL, number_of, numeral_of

HEADING = re.compile(
    rf"[ \t　]*第[ \t　]*(?P<number>{NUMERAL}+)[ \t　]*(?P<rank>编|分编|章|节)"
    r"(?:[ \t　]+(?P<name>.*?)|(?P<close>[^ \t　。，；：][^。，；：]{0,30}))?[ \t　]*$"
)
ARTICLE = re.compile(rf"[ \t　]*第(?P<number>{NUMERAL}+)条(?:之(?P<suffix>{NUMERAL}+))?(?P<space>[ \t　]+|$)?")
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


@dataclass
class _Reading:
    """How far the text has been read: the headings in force, and the article that is open."""

    articles: list[RawArticle] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    empty_since: int = 0
    """The line of a heading that no article has followed yet, once articles have begun."""


def read_articles(text: str) -> list[RawArticle]:
    """All articles of a statute's text, in order.

    Raises `BadStatute` with the line for a number out of order, an article without words, a chapter without articles,
    or a text without any article.
    """
    reading = _Reading()
    for line, row in enumerate(text.splitlines(keepends=True), 1):
        match = _opens_article(row, reading)
        if match:
            reading.articles.append(_open(match, line, reading))
            reading.empty_since = 0
            _grow(reading, row[match.end() :])
        elif heading := HEADING.match(row.rstrip("\r\n")):
            _head(heading, line, reading)
        elif reading.articles:
            _grow_or_refuse(reading, row, line)
    _check(reading)
    return [replace(a, text=a.text.strip()) for a in reading.articles]


def _opens_article(row: str, reading: _Reading) -> re.Match[str] | None:
    match = ARTICLE.match(row.rstrip("\r\n"))
    if match is None:
        return None
    number, suffix = number_of(match["number"]), number_of(match["suffix"] or "0")
    due = (number, suffix) in _due(reading)
    return match if due or match["space"] is not None else None


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
    name = re.sub(r"[ \t　]", "", match["name"] or match["close"] or "")
    title = f"第{numeral_of(number)}{match['rank']} {name}".rstrip()
    if reading.articles and reading.empty_since and not _deeper(rank, reading):
        raise BadStatute(reading.empty_since, "这个标题下面一条也没有")
    for lower in RANKS[RANKS.index(rank) + 1 :]:
        reading.headings.pop(lower, None)
    reading.headings[rank] = title
    if reading.articles:
        reading.empty_since = line


def _deeper(rank: str, reading: _Reading) -> bool:
    """Whether a heading stands below the last one, as a 节 below its 章."""
    lowest = max((RANKS.index(r) for r in reading.headings), default=-1)
    return RANKS.index(rank) > lowest


def _grow_or_refuse(reading: _Reading, row: str, line: int) -> None:
    """More words of the open article; words right under a heading belong to nothing."""
    if reading.empty_since and row.strip():
        raise BadStatute(line, "标题和下一条之间有不属于任何一条的文字")
    if not reading.empty_since:
        _grow(reading, row)


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
