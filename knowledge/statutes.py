"""A regulation, article by article, word for word, and what residents ask about each article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.articles import RawArticle, label_of, read_statute
from knowledge.errors import BadFile
from knowledge.numerals import numeral_of
from knowledge.preamble import repeals_in
from knowledge.records import KNOWLEDGE, Record, read_record

REGULATIONS = KNOWLEDGE / "regulation"


@dataclass(frozen=True)
class Article:
    """One article as the source has it.

    `text` is verbatim, without the heading 第N条. `gaps` are the last words before each place where the source has
    lost a passage. `point` says the article's point in plain words, `questions` are what residents would ask; both are
    ours, not the law's. `suffix` counts 第N条之一, 之二; `part` and `section` name 编 and 节 where there are any.
    """

    number: int
    chapter: str
    text: str
    gaps: tuple[str, ...] = ()
    point: str = ""
    questions: tuple[str, ...] = ()
    suffix: int = 0
    part: str = ""
    section: str = ""

    @property
    def complete(self) -> bool:
        """False where the source is known to have lost a passage of this article."""
        return not self.gaps

    @property
    def place(self) -> str:
        """30, 30-1: the article in an address."""
        return f"{self.number}-{self.suffix}" if self.suffix else str(self.number)

    @property
    def label(self) -> str:
        """第三十条, 第三十条之一."""
        return label_of(self.number, self.suffix)


@dataclass(frozen=True)
class Statute:
    """One version of a regulation: `id` is its folder's name, `effective` the day from which it holds (None: unknown).

    `own`: it is the community's own, the one that 第三十条 means. `version`: the day on which this text was passed or last
    amended; `repealed`: the day from which it no longer holds; `repeals`: the titles that it ends itself. `preamble` and
    `appendix` are what stands before and behind the articles. `imported`: the place has brought it, it was not shipped.
    """

    id: str
    title: str
    city: str
    effective: date | None
    source: str
    articles: tuple[Article, ...]
    own: bool = False
    version: date | None = None
    repealed: date | None = None
    repeals: tuple[str, ...] = ()
    preamble: str = ""
    appendix: str = ""
    imported: bool = False

    @property
    def asked(self) -> bool:
        """Whether questions are written beside its articles."""
        return any(a.questions for a in self.articles)

    def article(self, n: int, suffix: int = 0) -> Article | None:
        """Article n (之 `suffix`), or None where the regulation has no such article."""
        return next((a for a in self.articles if (a.number, a.suffix) == (n, suffix)), None)

    @property
    def count(self) -> str:
        """How many articles there are, as one says it: 四十七."""
        return numeral_of(len(self.articles))


def load_statutes(root: Path = REGULATIONS) -> list[Statute]:
    """Every regulation under `root` (one folder each, with text.txt and about.yml), by folder name; none where there is no `root`.

    Raises `BadFile` for a file that breaks its shape and `BadStatute` for a text that cannot be read.
    """
    return [load_statute(about.parent) for about in sorted(root.glob("*/about.yml"))]


def load_statute(folder: Path) -> Statute:
    """One regulation: its text, what about.yml says of it, and the question files that are there."""
    about = read_record(folder / "about.yml")
    title, city, source = about.text("title"), about.text("city"), about.text("source")
    effective, version, repealed = (
        about.day(key) if about.has(key) else None for key in ("effective", "version", "repealed")
    )
    own = about.has("own") and about.flag("own")
    lost = about.mapping("lost")
    about.done()
    raw = read_statute(_text(folder / "text.txt"))
    articles = _with_questions(_with_gaps([_article(a) for a in raw.articles], lost, about), folder / "questions")
    return Statute(
        folder.name, title, city, effective, source, articles,
        own, version, repealed, repeals_in(raw), raw.preamble, raw.appendix,
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise BadFile(f"{path.parent.name}/{path.name}", "", "文件读不到，或不是 UTF-8 编码") from failure


def _article(raw: RawArticle) -> Article:
    return Article(raw.number, raw.chapter, raw.text, suffix=raw.suffix, part=raw.part, section=raw.section)


def _with_gaps(articles: list[Article], lost: Mapping[object, object], about: Record) -> list[Article]:
    """Mark the lost passages; the words before a gap must really stand in the article, or the mark is worth nothing."""
    marked = []
    for article in articles:
        gaps = lost.get(article.number, []) if not article.suffix else []
        if not isinstance(gaps, list) or not all(isinstance(g, str) and g in article.text for g in gaps):
            raise about.fail(f"lost.{article.number}", "应当是该条原文里、缺口之前的文字")
        marked.append(replace(article, gaps=tuple(gaps)))
    unknown = set(lost) - {a.number for a in articles}
    if unknown:
        raise about.fail("lost", f"条例里没有第 {min(map(str, unknown))} 条")
    return marked


def _with_questions(articles: list[Article], folder: Path) -> tuple[Article, ...]:
    """Put each question file beside its article; an article without one has no point and no questions."""
    asked: dict[int, tuple[str, tuple[str, ...]]] = {}
    for path in sorted(folder.glob("*.yml")):
        record = read_record(path)
        number, entry = record.number("article"), (record.text("point"), record.texts("questions"))
        record.done()
        if f"{number:02d}" != path.stem:
            raise record.fail("article", f"与文件名 {path.name} 不一致")
        if number not in {a.number for a in articles}:
            raise record.fail("article", f"条例里没有第 {number} 条")
        asked[number] = entry
    return tuple(
        replace(a, point=asked[a.number][0], questions=asked[a.number][1]) if a.number in asked and not a.suffix else a
        for a in articles
    )
