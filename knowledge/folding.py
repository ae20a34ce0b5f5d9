"""One spelling for what is searched and what is asked: half-width, lower case, simplified characters, single spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache


def fold(text: str) -> str:
    """A text in the form in which it is compared; never shown to anyone.

    >>> fold("Ａ座　３樓")
    'a座 3楼'
    """
    plain = "".join(" " if unicodedata.category(c)[0] in "ZC" else c for c in unicodedata.normalize("NFKC", text).lower())
    return "".join(map(simplified, " ".join(plain.split())))


@lru_cache(maxsize=20_000)
def simplified(char: str) -> str:
    """A traditional character's simplified form; any other character unchanged."""
    return char if char.isascii() else _converter()(char)


@cache
def _converter() -> Callable[[str], str]:
    try:
        from opencc import OpenCC  # loads its tables only when somebody asks
    except ImportError:  # without the package, traditional characters stay as they are and match less well
        return str
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
