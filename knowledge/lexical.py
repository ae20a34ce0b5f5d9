"""Lexical likeness of a question to many texts: BM25, and cosine over term weights, on words and character bigrams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.folding import fold
from knowledge.words import terms

Scores = NDArray[np.float32]


class LexicalIndex:
    """Texts as rows, ready to be compared with a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [terms(fold(t)) for t in texts]
        self._vocabulary = {term: i for i, term in enumerate(dict.fromkeys(t for row in tokens for t in row))}
        self._rarity = _rarity(tokens, self._vocabulary)
        self._bm25: Any = bm25s.BM25()
        self._bm25.index(tokens, show_progress=False)
        self.weights: Any = self._weighted(tokens)
        """Term weights, one unit row a text: a sparse matrix [texts, terms]."""

    def bm25(self, question_terms: Sequence[str]) -> Scores:
        """BM25 of each text, divided by the rarity of what was asked: 0 to about 2, alike for long and short questions."""
        known = [t for t in question_terms if t in self._vocabulary]
        if not known:
            return np.zeros(self.weights.shape[0], dtype=np.float32)
        asked = sum(float(self._rarity[self._vocabulary[t]]) for t in known) + len(question_terms) - len(known)
        return np.asarray(self._bm25.get_scores(known) / asked, dtype=np.float32)

    def cosine(self, question_terms: Sequence[str]) -> Scores:
        """Cosine of each text's term weights with the question's: 0 to 1."""
        # A dense question: the product of two sparse matrices takes six times as long.
        asked = np.zeros(len(self._vocabulary), dtype=np.float32)
        columns, values = self._unit(question_terms)
        asked[columns] = values
        return np.asarray(self.weights @ asked, dtype=np.float32)

    def _weighted(self, texts: Sequence[Sequence[str]]) -> Any:
        """The texts' terms as unit rows, [texts, terms]."""
        rows = [self._unit(text) for text in texts]
        values = np.asarray([value for _, own in rows for value in own], dtype=np.float32)
        columns = [column for own, _ in rows for column in own]
        ends = np.cumsum([0, *(len(own) for own, _ in rows)])
        return sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(self._vocabulary)))

    def _unit(self, text: Sequence[str]) -> tuple[list[int], Scores]:
        """The columns of a text's known terms, and their weights as a vector of length one."""
        counted = {self._vocabulary[t]: n for t, n in Counter(text).items() if t in self._vocabulary}
        columns = list(counted)
        weights = (1 + np.log(np.asarray(list(counted.values()), dtype=np.float64))) * self._rarity[columns]
        return columns, np.asarray(weights / max(float(np.linalg.norm(weights)), 1e-9), dtype=np.float32)


def _rarity(tokens: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> NDArray[np.float64]:
    """How much a term says: the log of how few texts have it."""
    holding = Counter(t for row in tokens for t in set(row))
    counts = np.asarray([holding[t] for t in vocabulary], dtype=np.float64)
    rarity: NDArray[np.float64] = np.log((len(tokens) + 1) / (counts + 0.5))
    return rarity
