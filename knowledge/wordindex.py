"""Wording at scale: BM25 over very many texts, built once, kept in files and mapped into memory instead of read.

`lexical.LexicalIndex` is for the thousands of passages that questions are written for; this one is for a shelf of statutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.vectors import Progress
from knowledge.words import terms

Scores = NDArray[np.float32]
TOLD_EVERY = 500
"""Texts from one report of progress to the next."""


class WordIndex:
    """Texts as rows, ready to be compared with a question; the postings stay on disk until a question needs them."""

    def __init__(self, folder: Path) -> None:
        """`folder`: what `build_word_index` has written."""
        self._bm25: Any = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        holding = np.diff(self._bm25.scores["indptr"]).astype(np.float64)
        self._rarity: NDArray[np.float64] = np.log((len(self) + 1) / (holding + 0.5))

    def __len__(self) -> int:
        return int(self._bm25.scores["num_docs"])

    def scores(self, question_terms: Sequence[str]) -> Scores:
        """BM25 of each text, divided by the rarity of what was asked: 0 to about 2, alike for long and short questions."""
        known = self._bm25.get_tokens_ids(question_terms)
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        asked = float(self._rarity[known].sum()) + len(question_terms) - len(known)
        return np.asarray(self._bm25.get_scores_from_ids(known) / asked, dtype=np.float32)


def build_word_index(texts: Sequence[str], folder: Path, progress: Progress | None = None) -> None:
    """Index folded texts into `folder`. Terms become numbers as they are met: as words they would fill the memory."""
    vocabulary: dict[str, int] = {}
    rows = []
    for done, text in enumerate(texts, 1):
        rows.append([vocabulary.setdefault(term, len(vocabulary)) for term in terms(text)])
        if progress and (done % TOLD_EVERY == 0 or done == len(texts)):
            progress(done, len(texts))
    bm25 = bm25s.BM25()
    bm25.index((rows, vocabulary), create_empty_token=False, show_progress=False)
    bm25.save(folder, show_progress=False)
