"""What an answer rests on: a verbatim piece of an article or of a service item, and how to name it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.articles import label_of
from knowledge.folding import fold
from knowledge.passages import Document
from knowledge.slots import lines_of
from knowledge.wording import say
from knowledge.words import terms

LONGEST_QUOTE = 400
"""An article longer than this is quoted by the paragraph that is nearest to the question."""


@dataclass(frozen=True)
class Citation:
    """A source and its words. `source`: regulation or catalog; `document`: the regulation's title or the item's name;
    `article`: the article's number, `item`: the item's id, the other one None; `quote`: verbatim from the source (of a list, its lines);
    `complete`: False where the source has lost a passage of it; `key`: the document's, as guiyang/30 or catalog/elder_card."""

    source: str
    document: str
    article: int | None
    item: str | None
    quote: str
    complete: bool
    key: str = ""


def cite(document: Document, question: str = "", slot: str = "") -> Citation:
    """A document's citation: of an article its text, of a service item the lines of a slot (its name without one)."""
    if document.article and document.statute:
        quote = quote_of(document.article.text, question)
        return Citation(
            "regulation",
            document.statute.title,
            document.article.number,
            None,
            quote,
            document.article.complete,
            document.key,
        )
    assert document.item is not None
    lines = lines_of(document.item, slot) if slot else ()
    quote = "\n".join(lines) or document.item.name
    return Citation("catalog", document.item.name, None, document.item.id, quote, True, document.key)


def quote_of(text: str, question: str) -> str:
    """The text itself, or of a long one the paragraph that shares most with the question."""
    if len(text) <= LONGEST_QUOTE:
        return text
    asked = set(terms(fold(question)))
    paragraphs = [p.strip() for p in text.splitlines() if p.strip()]
    return max(paragraphs, key=lambda p: len(asked & set(terms(fold(p)))))


def named(citation: Citation) -> str:
    """How a citation's source is named in a list: 《…条例》第三十条, 办事指南“老年证”."""
    if citation.article is None:
        return say("answer_title_item", name=citation.document)
    return say("answer_title_article", document=citation.document, label=label_of(citation.article))


def title_of(document: Document) -> str:
    """How a document is named in a sentence: 《…条例》第三十条, 办事指南“老年证”."""
    if document.article and document.statute:
        return say("answer_title_article", document=document.statute.title, label=document.article.label)
    assert document.item is not None
    return say("answer_title_item", name=document.item.name)
