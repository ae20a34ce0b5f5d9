"""A classifier over sentence vectors: one hidden layer, which bends where a discriminant stays straight; three of them, averaged."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

NETWORKS = 3
"""One alone differs by a point from the next that begins elsewhere; the mean of three is better than each."""
SPREAD = 4.0
"""Sentence vectors lie close together; spread out, the layer learns from them in few rounds."""


class Dense:
    """Log-probabilities of labels from sentence vectors."""

    def fit(self, vectors: np.ndarray, y: Sequence[str]) -> Dense:
        """Learn from vectors (n, dimensions) with two labels or more."""
        self._centre = vectors.mean(axis=0)
        spread = self._spread(vectors)
        taught = [_taught(spread, y, seed) for seed in range(NETWORKS)]
        self._layers = tuple(np.stack(part) for part in zip(*taught))
        return self

    def scores(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors (n, dimensions) → log-probabilities (n, labels), labels in sorted order."""
        inner, inner_offset, outer, outer_offset = self._layers
        shares = softmax(np.maximum(self._spread(vectors) @ inner + inner_offset, 0.0) @ outer + outer_offset)
        return np.log(np.clip(shares.mean(axis=0), 1e-9, 1.0))

    def _spread(self, vectors: np.ndarray) -> np.ndarray:
        return np.asarray((vectors - self._centre) * SPREAD, dtype=np.float32)


def _taught(spread: np.ndarray, y: Sequence[str], seed: int) -> tuple[np.ndarray, ...]:
    """One network: weights and offsets of its two layers. Kept bare: scikit-learn's object brings three times as much along."""
    learner = MLPClassifier(
        (256,), alpha=0.01, batch_size=256, learning_rate_init=0.004, max_iter=10, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many rounds are enough, converged or not
        learner.fit(spread, y)
    (inner, outer), (inner_offset, outer_offset) = learner.coefs_, learner.intercepts_
    if outer.shape[1] == 1:  # scikit-learn keeps for two labels the odds of the second
        outer, outer_offset = np.hstack([0 * outer, outer]), np.append(0.0, outer_offset)
    parts = (inner, inner_offset[None], outer, outer_offset[None])
    return tuple(np.asarray(part, dtype=np.float32) for part in parts)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Scores (…, labels) → probabilities; the last axis sums to one."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
