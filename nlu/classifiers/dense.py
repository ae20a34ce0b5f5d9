"""A classifier over sentence vectors: one hidden layer, which bends where a discriminant stays straight."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

SPREAD = 4.0
"""Sentence vectors lie close together; spread out, the layer learns from them in few rounds."""


class Dense:
    """Log-probabilities of labels from sentence vectors."""

    def fit(self, vectors: np.ndarray, y: Sequence[str]) -> Dense:
        """Learn from vectors (n, dimensions) with two labels or more."""
        self._centre = vectors.mean(axis=0)
        self._layers = MLPClassifier(
            (256,), alpha=0.01, batch_size=256, learning_rate_init=0.004, max_iter=10, random_state=1
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so many rounds are enough, converged or not
            self._layers.fit(self._spread(vectors), y)
        return self

    def scores(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors (n, dimensions) → log-probabilities (n, labels), labels in sorted order."""
        return np.log(np.clip(self._layers.predict_proba(self._spread(vectors)), 1e-9, 1.0))

    def _spread(self, vectors: np.ndarray) -> np.ndarray:
        return np.asarray((vectors - self._centre) * SPREAD, dtype=np.float32)
