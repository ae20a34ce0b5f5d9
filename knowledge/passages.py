"""What is searched: each article and service item as a document, and its passages (text, sentences, slots, questions)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.catalog import ServiceItem
from knowledge.statutes import Article, Statute

SENTENCE = re.compile(r"[^。；\n]+[。；]?")
SHORTEST_SENTENCE = 6
CLAUSE = re.compile(r"[^，。；：,.;:\s]+")
PIECE, STEP = 26, 12
"""Characters of a piece of an article, and from one piece's start to the next: a question is about one clause, and in a
text that has lost its commas only a window finds it."""


@dataclass(frozen=True)
class Document:
    """One thing that can answer: an article of a statute, or a service item. Exactly one of `article` and `item` is set."""

    key: str
    statute: Statute | None = None
    article: Article | None = None
    item: ServiceItem | None = None


@dataclass(frozen=True)
class Passage:
    """A piece of text that leads to a document; `asked` tells a resident's question from the document's own words;
    a `piece` is a few of those words only."""

    document: int
    text: str
    asked: bool
    piece: bool = False


def document_of(statute: Statute, article: Article) -> Document:
    """An article as a document; its key is the regulation's id and the article's `place`."""
    return Document(f"{statute.id}/{article.place}", statute, article)


def documents_of(statutes: Sequence[Statute], catalog: Mapping[str, ServiceItem]) -> list[Document]:
    """Every article, then every service item."""
    articles = [document_of(statute, article) for statute in statutes for article in statute.articles]
    return articles + [Document(f"catalog/{item.id}", item=item) for item in catalog.values()]


def passages_of(documents: Sequence[Document]) -> list[Passage]:
    """The passages of all documents, in the documents' order."""
    passages = []
    for position, document in enumerate(documents):
        article, item = document.article, document.item
        own = _article_texts(article) if article else _item_texts(item) if item else iter(())
        asked = article.questions if article else item.questions if item else ()
        passages += [Passage(position, text, asked=False) for text in dict.fromkeys(own)]
        passages += [Passage(position, text, asked=True) for text in dict.fromkeys(asked)]
        pieces = _pieces(article.text) if article else iter(())
        passages += [Passage(position, text, asked=False, piece=True) for text in dict.fromkeys(pieces)]
    return passages


def _article_texts(article: Article) -> Iterator[str]:
    """The article as a whole, its sentences, and our plain words for its point."""
    yield article.text
    yield from (s for s in SENTENCE.findall(article.text) if len(s) >= SHORTEST_SENTENCE)
    if article.point:
        yield article.point


def _pieces(text: str) -> Iterator[str]:
    """The clauses of an article; a long one in windows that overlap by half."""
    for clause in CLAUSE.findall(text):
        for start in range(0, max(len(clause) - STEP, 1), STEP):
            yield clause[start : start + PIECE]


def _item_texts(item: ServiceItem) -> Iterator[str]:
    """The affair's name, what it is for, and each slot beside the name."""
    yield item.name
    for slot, lines in (
        ("条件", item.conditions),
        ("材料", item.materials),
        ("流程", item.steps),
        ("注意", item.notes),
    ):
        if lines:
            yield f"{item.name}{slot}：{'；'.join(lines)}"
    yield f"{item.name}在哪里办：{item.window}，{item.hours}"
    yield f"{item.name}要多久、收费：{item.limit}，{item.fee}"
    yield f"{item.name}能不能代办：{item.agent}"
