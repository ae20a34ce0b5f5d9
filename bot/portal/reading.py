"""What the pages show of the knowledge: an article in paragraphs, a regulation in chapters, what a search has found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from knowledge.answer import Answer, Answerer
from knowledge.catalog import ServiceItem
from knowledge.citation import Citation
from knowledge.folding import fold
from knowledge.statutes import Article, Statute

Heading = tuple[str, str, str]
"""编, 章 and 节, each "" where there is none."""


@dataclass(frozen=True)
class Found:
    """What a search brings: the answer, what else is near to it, and regulations and services whose name has the words."""

    answer: Answer
    near: tuple[Citation, ...]
    statutes: tuple[Statute, ...]
    items: tuple[ServiceItem, ...]


class Finder:
    """Searches regulations and services together."""

    def __init__(self, answerer: Answerer, statutes: Sequence[Statute], catalog: Mapping[str, ServiceItem]) -> None:
        self._answerer, self._statutes, self._catalog = answerer, statutes, catalog

    def find(self, question: str) -> Found:
        """What answers the question, and what else may help; nothing is near to what is no affair of the community."""
        answer, asked = self._answerer.answer(question), fold(question)
        cited = {c.key for c in answer.citations}
        near = (
            ()
            if answer.status == "out_of_scope"
            else tuple(c for c in self._answerer.nearest(question) if c.key not in cited)
        )
        statutes = tuple(s for s in self._statutes if asked in fold(s.title))
        items = tuple(i for i in self._catalog.values() if asked in fold(i.name) and f"catalog/{i.id}" not in cited)
        return Found(answer, near, statutes, items)


def link_of(citation: Citation) -> str:
    """The address of what a citation is from."""
    owner, _, place = citation.key.rpartition("/")
    if citation.source == "catalog":
        return f"/guide/services/{quote(place)}"
    return f"/guide/regulations/{quote(owner)}/articles/{quote(place)}"


def pieces(article: Article) -> Iterator[tuple[str, bool]]:
    """An article's text in pieces, each with whether a passage is lost right after it."""
    rest = article.text
    for words in article.gaps:
        before, found, rest = rest.partition(words)
        if found:
            yield before + found, True
        else:  # the words are not after the last gap: nothing of the text may go missing with them
            rest = before
    yield rest, False


def paragraphs(article: Article) -> list[list[tuple[str, bool]]]:
    """An article in paragraphs of (text, whether a passage is lost right after it); empty lines between them left out."""
    rows: list[list[tuple[str, bool]]] = [[]]
    for text, lost in pieces(article):
        first, *others = text.split("\n")
        rows[-1].append((first, lost and not others))
        rows += [[(row, lost and number == len(others))] for number, row in enumerate(others, 1)]
    return [row for row in rows if any(text.strip() or lost for text, lost in row)]


def chapters(articles: Sequence[Article]) -> Iterator[tuple[list[tuple[int, str]], list[Article]]]:
    """The articles by heading, each group with the headings that open there as (rank from 0, heading)."""
    before: Heading = ("", "", "")
    for headings, inside in groupby(articles, key=lambda a: (a.part, a.chapter, a.section)):
        changed = next((i for i in range(3) if headings[i] != before[i]), 3)
        yield [(rank, headings[rank]) for rank in range(changed, 3) if headings[rank]], list(inside)
        before = headings
