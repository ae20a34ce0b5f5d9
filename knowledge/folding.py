"""One spelling for what is searched and what is asked: half-width, lower case, simplified, slips and dialect respelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from knowledge.errors import BadFile

LEXICON = Path(__file__).parent / "lexicon"
RESPELT = ("typos", "dialect")
"""Lists in the lexicon, `as written` and `as meant` on each line; an equal pair protects a word from being taken apart."""


def fold(text: str) -> str:
    """A text in the form in which it is compared; never shown to anyone.

    >>> fold("Ａ座　３樓")
    'a座 3楼'
    """
    plain = "".join(
        " " if unicodedata.category(c)[0] in "ZC" else c for c in unicodedata.normalize("NFKC", text).lower()
    )
    return _respell("".join(map(simplified, " ".join(plain.split()))))


def _respell(text: str) -> str:
    pattern, words = _respelling()
    return pattern.sub(lambda found: words[found.group()], text)


@cache
def _respelling() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """All that is respelt as one alternation, the longest first."""
    words = {written: meant for name in RESPELT for written, meant in _pairs(LEXICON / f"{name}.txt")}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"), words


def _pairs(path: Path) -> list[tuple[str, str]]:
    """The pairs of a list; none where the house has no such list."""
    rows = path.read_text("utf-8").splitlines() if path.exists() else []
    pairs = [tuple(row.split()) for row in rows if row.strip() and not row.startswith("#")]
    if any(len(pair) != 2 for pair in pairs):
        raise BadFile(f"lexicon/{path.name}", "", "每行应当是两个词：写的、该写的")
    return [(pair[0], pair[1]) for pair in pairs]


@lru_cache(maxsize=20_000)
def simplified(char: str) -> str:
    """A traditional character's simplified form; any other character unchanged."""
    return char if char.isascii() else _converter()(char)


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # loads its tables only when somebody asks

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
