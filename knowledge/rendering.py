"""A regulation as one text again, as the importer reads it."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.statutes import Statute


def render(statute: Statute) -> str:
    """The whole regulation in Markdown: what stands before it, its headings and articles, its appendix."""
    return "\n\n".join(_blocks(statute)) + "\n"


def _blocks(statute: Statute) -> Iterator[str]:
    yield statute.preamble or f"# {statute.title}"
    open_headings = ("", "", "")
    for article in statute.articles:
        headings = (article.part, article.chapter, article.section)
        changed = next((i for i in range(3) if headings[i] != open_headings[i]), 3)
        yield from (f"{'#' * (i + 2)} {headings[i]}" for i in range(changed, 3) if headings[i])
        open_headings = headings
        yield f"{article.label} {article.text}"
    if statute.appendix:
        yield statute.appendix
