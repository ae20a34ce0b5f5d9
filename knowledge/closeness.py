"""How close questions are to each other, in meaning and in wording, and which of them ask for one thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from knowledge.asking import heart_of
from knowledge.embedding import Vectors
from knowledge.words import bigrams

Matrix = NDArray[np.float32]
Place = Callable[[Sequence[str]], Vectors]
"""Folded questions as unit vectors around a common centre: their products tell how near they are in meaning."""
REMEMBERED = 5000
ALIKE = 0.42
"""Closeness, on average over a group, from which questions ask for one thing."""


class Space:
    """Where questions lie. Without vectors (zeros) wording alone tells. Safe to share between threads."""

    def __init__(self, place: Place) -> None:
        self._vector = lru_cache(REMEMBERED)(lambda text: place([text])[0])

    def closeness(self, left: Sequence[str], right: Sequence[str]) -> Matrix:
        """How close each question of `left` is to each of `right`, 1 where they are the same: [left, right]."""
        asked, known = [heart_of(q) for q in left], [heart_of(q) for q in right]
        wording = np.asarray(
            [[_shared(a, k) for k in map(_letters, known)] for a in map(_letters, asked)], dtype=np.float32
        )
        meaning = np.stack([self._vector(q) for q in asked]) @ np.stack([self._vector(q) for q in known]).T
        return np.asarray((2 * meaning + wording) / 3 if meaning.any() else wording, dtype=np.float32)

    def groups(self, questions: Sequence[str]) -> list[list[int]]:
        """The positions of questions that ask for one thing, the largest group first, in the questions' order within each."""
        if len(questions) < 2:
            return [[position] for position in range(len(questions))]
        apart = np.clip(1 - self.closeness(questions, questions), 0, None)
        joining = AgglomerativeClustering(
            n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - ALIKE
        )
        labels = joining.fit_predict((apart + apart.T) / 2).tolist()
        found = {label: [i for i, own in enumerate(labels) if own == label] for label in dict.fromkeys(labels)}
        return sorted(found.values(), key=len, reverse=True)


def _letters(folded: str) -> frozenset[str]:
    return frozenset(bigrams(folded)) | frozenset(folded)


def _shared(left: frozenset[str], right: frozenset[str]) -> float:
    """Dice's coefficient: what two texts share of their characters and pairs of characters."""
    return 2 * len(left & right) / max(len(left) + len(right), 1)
