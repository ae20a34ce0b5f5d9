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
        self._networks = [
            MLPClassifier((256,), alpha=0.01, batch_size=256, learning_rate_init=0.004, max_iter=10, random_state=seed)
            for seed in range(NETWORKS)
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so many rounds are enough, converged or not
            for network in self._networks:
                network.fit(self._spread(vectors), y)
        return self

    def scores(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors (n, dimensions) → log-probabilities (n, labels), labels in sorted order."""
        spread = self._spread(vectors)
        told = np.mean([network.predict_proba(spread) for network in self._networks], axis=0)
        return np.log(np.clip(told, 1e-9, 1.0))

    def _spread(self, vectors: np.ndarray) -> np.ndarray:
        return np.asarray((vectors - self._centre) * SPREAD, dtype=np.float32)
