"""Six ways of telling the unit, each weak alone, that err in different places; `nlu.dispatch.model` joins them.

Measured on a month of a city's hotline (docs/measurements.md): n-grams and sentence vectors tell the common units, near
neighbours the rare ones, the shipped model's category brings what it learned elsewhere, and a unit's own name says
something even of a unit with one ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlu.classifiers.features import LONGEST, Sample, words
from nlu.dispatch.clues import Clues

FAINT = 1e-3
"""Stands for a probability that is not known to be more."""


class Expert(Protocol):
    """Learns from messages and the numbers of their units."""

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Expert:
        """`units` (n): number of each message's unit, below `count`; not every number need occur."""

    def scores(self, clues: Clues) -> np.ndarray:
        """Scores (n, count), the higher the likelier."""


def characters(sample: Sample) -> list[str]:
    """1- to 3-grams of the text with its places and numbers: many a unit is known by its streets."""
    text = f"^{sample.text[:LONGEST]}$"
    return [text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)]


class Wording:
    """Characters and words, by a linear support vector machine."""

    def __init__(self) -> None:
        self._views = (
            TfidfVectorizer(analyzer=characters, sublinear_tf=True, min_df=2, max_features=60_000, dtype=np.float32),
            TfidfVectorizer(analyzer=words, sublinear_tf=True, min_df=2, max_features=30_000, dtype=np.float32),
        )
        self._machine, self._count = LinearSVC(), 0

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Wording:
        """Learn the vocabulary and the weights."""
        for view in self._views:
            view.fit(clues.samples)
            view.stop_words_ = None  # what was left out of the vocabulary is nobody's need, and large
        self._machine.fit(self._seen(clues), units)
        self._machine.coef_ = self._machine.coef_.astype(np.float32)
        self._count = count
        return self

    def scores(self, clues: Clues) -> np.ndarray:
        """Distances from the planes."""
        scores = self._machine.decision_function(self._seen(clues))
        if scores.ndim == 1:  # two units: one plane between them
            scores = np.stack([-scores, scores], axis=1)
        return spread(scores, self._machine.classes_, self._count)

    def _seen(self, clues: Clues) -> csr_matrix:
        return hstack([view.transform(clues.samples) for view in self._views]).tocsr()


class Sense:
    """Sentence vectors, by linear discriminants."""

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Sense:
        """Learn the units' means and the shape around them."""
        self._centre, self._count = clues.vectors.mean(axis=0), count
        self._model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(
            clues.vectors - self._centre, units
        )
        return self

    def scores(self, clues: Clues) -> np.ndarray:
        """Log-probabilities, none below one in a million."""
        shares = self._model.predict_proba(clues.vectors - self._centre)
        return spread(np.log(np.clip(shares, 1e-6, 1.0)), self._model.classes_, self._count)


class Neighbours:
    """The most alike past tickets, each with a vote for its unit."""

    NEAREST, SOFTNESS, BLOCK = 20, 0.05, 1024

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Neighbours:
        """Remember."""
        self._centre = clues.vectors.mean(axis=0)
        self._known, self._units, self._count = unit_length(clues.vectors - self._centre), units, count
        return self

    def scores(self, clues: Clues) -> np.ndarray:
        """Logarithms of the shares of the vote."""
        asked = unit_length(clues.vectors - self._centre)
        blocks = [self._votes(asked[start : start + self.BLOCK]) for start in range(0, len(asked), self.BLOCK)]
        return np.log(np.concatenate(blocks) + FAINT)

    def _votes(self, asked: np.ndarray) -> np.ndarray:
        alike = asked @ self._known.T
        nearest = min(self.NEAREST, alike.shape[1])
        best = np.argpartition(-alike, nearest - 1, axis=1)[:, :nearest]
        weights = np.exp((np.take_along_axis(alike, best, axis=1) - 1.0) / self.SOFTNESS)
        votes = np.zeros((len(asked), self._count))
        np.add.at(votes, (np.arange(len(asked))[:, None], self._units[best]), weights)
        return votes / votes.sum(axis=1, keepdims=True)


class Meaning:
    """What the shipped model takes the message for, by logistic regression."""

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Meaning:
        """Learn which intents and categories go to whom."""
        self._names = sorted({name for hints in clues.hints for name in hints})
        self._count = count
        self._model = LogisticRegression(C=0.03, max_iter=400).fit(self._seen(clues), units)
        return self

    def scores(self, clues: Clues) -> np.ndarray:
        """Log-probabilities."""
        return spread(self._model.predict_log_proba(self._seen(clues)), self._model.classes_, self._count)

    def _seen(self, clues: Clues) -> np.ndarray:
        shares = np.array([[hints.get(name, 0.0) for name in self._names] for hints in clues.hints])
        return np.log(shares.reshape(len(clues), len(self._names)) + FAINT)


class Naming:
    """How near the message is in meaning to each unit's name."""

    def __init__(self, names: np.ndarray) -> None:
        """`names`: sentence vectors of the units' names (count, 384)."""
        self._names = unit_length(names - names.mean(axis=0))

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Naming:
        """Learn what all messages have in common."""
        self._centre = clues.vectors.mean(axis=0)
        return self

    def scores(self, clues: Clues) -> np.ndarray:
        """Cosines."""
        return np.asarray(unit_length(clues.vectors - self._centre) @ self._names.T)


class Habit:
    """How often each unit is sent anything."""

    def __init__(self, counts: Sequence[int]) -> None:
        """`counts`: tickets of each unit, in the order of their numbers."""
        self._logs = np.log(np.asarray(counts) / sum(counts))

    def fit(self, clues: Clues, units: np.ndarray, count: int) -> Habit:
        """Nothing to learn: the counts are of all tickets, not only of those learned from."""
        return self

    def scores(self, clues: Clues) -> np.ndarray:
        """Logarithms of the shares, the same for every message."""
        return np.tile(self._logs, (len(clues), 1))


def spread(scores: np.ndarray, classes: np.ndarray, count: int) -> np.ndarray:
    """Scores of some of the units → of all; one that the expert never saw gets the least of the row."""
    wide = np.repeat(scores.min(axis=1, keepdims=True), count, axis=1)
    wide[:, classes] = scores
    return wide


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length one; a row of zeros stays."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
