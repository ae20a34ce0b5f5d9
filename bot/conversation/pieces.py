"""A reply as a chat app takes it: plain text in pieces of a limited length, its sources named in a last line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actions.conversations.message import Message
from knowledge.articles import label_of
from knowledge.wording import say

ENDS = ("\n\n", "\n", "。", "；", "，", " ")
"""Where a long text is best cut, the best first."""


def written(reply: Message, postscript: str = "") -> str:
    """A reply's text with its sources; `postscript` is a line that belongs to one channel alone."""
    names = dict.fromkeys(_name(citation) for citation in reply.payload.get("citations") or ())
    sources = say("reply_sources", names="、".join(names)) if names else ""
    return "\n\n".join(filter(None, (reply.text.strip(), sources, postscript)))


def _name(citation: Mapping[str, Any]) -> str:
    if citation.get("article") is None:
        return say("answer_title_item", name=citation["document"])
    return say("answer_title_article", document=citation["document"], label=label_of(int(citation["article"])))


def pieces(text: str, longest: int, size: Callable[[str], int]) -> Sequence[str]:
    """A text in pieces of at most `longest`, cut where the reader would pause. None is empty.

    `size`: how long the channel takes a text to be; of two texts together it is the sum.
    """
    found: list[str] = []
    rest = text.strip()
    while size(rest) > longest:
        cut = _cut(rest, _fitting(rest, longest, size))
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


def _fitting(text: str, longest: int, size: Callable[[str], int]) -> int:
    """How many characters are no longer than `longest`."""
    length = 0
    for n, character in enumerate(text):
        length += size(character)
        if length > longest:
            return n
    return len(text)
