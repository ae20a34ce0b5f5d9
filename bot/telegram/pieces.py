"""A reply as Telegram takes it: plain text in pieces of at most 4,096, its sources named in a last line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from telegram.constants import MessageLimit

from actions.conversations.message import Message
from knowledge.articles import label_of
from knowledge.wording import say

LONGEST = int(MessageLimit.MAX_TEXT_LENGTH)
ENDS = ("\n\n", "\n", "。", "；", "，", " ")
"""Where a long text is best cut, the best first."""


def written(reply: Message, postscript: str = "") -> str:
    """A reply's text with its sources; `postscript` is a line that belongs to this channel alone."""
    names = dict.fromkeys(_name(citation) for citation in reply.payload.get("citations") or ())
    sources = say("telegram_sources", names="、".join(names)) if names else ""
    return "\n\n".join(filter(None, (reply.text.strip(), sources, postscript)))


def _name(citation: Mapping[str, Any]) -> str:
    if citation.get("article") is None:
        return say("answer_title_item", name=citation["document"])
    return say("answer_title_article", document=citation["document"], label=label_of(int(citation["article"])))


def pieces(text: str, longest: int = LONGEST) -> Sequence[str]:
    """A text in pieces that Telegram takes, cut where the reader would pause. None is empty.

    `longest` counts UTF-16 units, which are never fewer than characters: whichever way Telegram counts, it fits.
    """
    found: list[str] = []
    rest = text.strip()
    while _units(rest) > longest:
        cut = _cut(rest, _fitting(rest, longest))
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*found, rest) if piece]


def _cut(text: str, most: int) -> int:
    """How many characters the first piece has; a pause in its first half would make it too short."""
    for end in ENDS:
        at = text.rfind(end, most // 2, most)
        if at >= 0:
            return at + len(end)
    return most


def _fitting(text: str, longest: int) -> int:
    """How many characters are no more than `longest` units."""
    units = 0
    for n, character in enumerate(text):
        units += _units(character)
        if units > longest:
            return n
    return len(text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
