"""An answer in words: the point, the verbatim quote and where it stands, what is missing, and what else may help."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.catalog import ServiceItem
from knowledge.citation import cite, title_of
from knowledge.passages import Document
from knowledge.slots import OVERVIEW, lines_of, slots_in
from knowledge.statutes import Statute
from knowledge.wording import say


def tell(documents: Sequence[Document], also: Sequence[Document], question: str) -> str:
    """What the documents say, one after the other; `also` are named only."""
    parts = [_tell_item(d.item, question) if d.item else _tell_article(d, question) for d in documents]
    if also:
        parts.append(say("answer_also", titles="、".join(map(title_of, also))))
    parts.append(say("answer_help_item" if documents[0].item else "answer_help_regulation"))
    return "\n\n".join(parts)


def _tell_article(document: Document, question: str) -> str:
    article, statute = document.article, document.statute
    assert article is not None and statute is not None
    chapter = say("answer_chapter", chapter=article.chapter) if article.chapter else ""
    fields = {
        "document": statute.title,
        "label": article.label,
        "chapter": chapter,
        "quote": cite(document, question).quote,
    }
    told = (
        say("answer_article", point=article.point, **fields) if article.point else say("answer_article_bare", **fields)
    )
    return told if article.complete else told + "\n" + say("answer_gap", label=article.label)


def _tell_item(item: ServiceItem, question: str) -> str:
    """The parts that are asked for, else an overview; and a warning while nobody has checked it."""
    slots = slots_in(question) or tuple(s for s in OVERVIEW if lines_of(item, s))
    told = say("answer_item", name=item.name, lines="\n".join(_tell_slot(item, slot) for slot in slots))
    return told if item.verified and not item.sample else told + "\n" + say("answer_item_unverified")


def _tell_slot(item: ServiceItem, slot: str) -> str:
    lines = lines_of(item, slot)
    text = lines[0] if len(lines) == 1 else "".join(f"\n{n}. {line}" for n, line in enumerate(lines, 1))
    return say(f"answer_slot_{slot}", text=text or say("answer_slot_missing"))


def tell_not_covered(statute: Statute, related: Sequence[Document]) -> str:
    """That the sources do not say, what is nearest, and that a person can be asked."""
    told = say("answer_not_covered", document=statute.title)
    if not related:
        return told
    return told + "\n" + say("answer_related", titles="、".join(map(title_of, related)))


def tell_no_such_article(statute: Statute, label: str) -> str:
    """That the regulation has no such article, and how many it has."""
    return say("answer_no_such_article", document=statute.title, count=statute.count, label=label)


def tell_other_law(law: str, statutes: Sequence[Statute]) -> str:
    """That another law is meant, which is not on file."""
    return say("answer_other_law", law=f"《{law}》", documents="、".join(f"《{s.title}》" for s in statutes))
