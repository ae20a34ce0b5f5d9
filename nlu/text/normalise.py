"""One spelling for what people write in many: full-width, traditional, typos, dialect, emoji, control characters.

Everything after this step reads the normal form; `Normal.original` leads back to the characters as given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

MAX_LENGTH = 2000
"""Characters read of one message: a longer one has said what it wants by then."""


@dataclass(frozen=True)
class Normal:
    """A text in normal form, with where each of its characters came from.

    `starts[i]` and `ends[i]` bound the original characters behind `text[i]`.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Turn a span of the normal text into the span of the text as given."""
        if start >= end:
            raise ValueError(f"empty span {start}:{end}")
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class Respelling:
    """What is respelt, longest first: typos and dialect words to standard ones, and one character to its simplified form."""

    words: Mapping[str, str]
    simplify: Callable[[str], str]

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """All words as one alternation, made once; None where there are none."""
        if not self.words:
            return None
        return re.compile("|".join(re.escape(w) for w in sorted(self.words, key=len, reverse=True)))


def normalise(text: str, respelling: Respelling) -> Normal:
    """Bring a message into normal form (NFKC, lower case, simplified, respelt), dropping what nobody can see."""
    chars: list[tuple[str, int, int]] = []
    for position, given in enumerate(text[:MAX_LENGTH]):
        for char in unicodedata.normalize("NFKC", given).lower():
            if visible := _visible(char):
                chars.append((respelling.simplify(visible), position, position + 1))
    chars = _respell(_squeeze(chars), respelling)
    return Normal("".join(c for c, _, _ in chars), tuple(s for _, s, _ in chars), tuple(e for _, _, e in chars))


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\n\r\t" or category.startswith("Z"):
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Sk") else char


def _squeeze(chars: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Drop spaces at the ends and repeats of a space or of one mark beyond three (！！！！！！ says no more than ！！！)."""
    kept: list[tuple[str, int, int]] = []
    for item in chars:
        char = item[0]
        if char == " " and (not kept or kept[-1][0] == " "):
            continue
        if len(kept) >= 3 and not char.isalnum() and all(k[0] == char for k in kept[-3:]):
            continue
        kept.append(item)
    while kept and kept[-1][0] == " ":
        kept.pop()
    return kept


def _respell(chars: list[tuple[str, int, int]], respelling: Respelling) -> list[tuple[str, int, int]]:
    pattern = respelling.pattern
    if pattern is None:
        return chars
    text, done, at = "".join(c for c, _, _ in chars), [], 0
    for match in pattern.finditer(text):
        done += chars[at : match.start()]
        source = chars[match.start() : match.end()]
        done += [(c, source[0][1], source[-1][2]) for c in respelling.words[match.group()]]
        at = match.end()
    return done + chars[at:]
