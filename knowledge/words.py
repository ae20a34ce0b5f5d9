"""What a text is made of for lexical search: jieba words and character bigrams."""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import Any

RUN = re.compile(r"[一-鿿〇]+|[a-z0-9]+")


def terms(folded: str) -> list[str]:
    """The words and character bigrams of a folded text, repeats kept, marks dropped."""
    return words(folded) + bigrams(folded)


def words(folded: str) -> list[str]:
    """The words of a folded text, marks dropped."""
    return [w for w in _segmenter().cut(folded) if RUN.fullmatch(w)]


def bigrams(folded: str) -> list[str]:
    """Neighbouring characters of each run of Chinese, marked so that a bigram is never taken for a word."""
    runs = (r for r in RUN.findall(folded) if not r.isascii())
    return [f"_{run[i : i + 2]}" for run in runs for i in range(len(run) - 1)]


@cache
def _segmenter() -> Any:
    """A segmenter of our own: Rasa's tokenizer changes jieba's process-wide dictionary."""
    import jieba  # loads half a second of dictionary, so only when somebody searches

    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()
