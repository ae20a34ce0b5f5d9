"""Which document a question is about, learnt from the questions that residents are known to ask.

Kernel ridge regression over two kernels, meaning (embeddings) and wording (terms). Chosen because with twenty
questions an article it beats the nearest question by far, solves in one step, and tells in closed form what it would
have said of each question had it not known it: the reranker is trained on honest scores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors

Matrix = NDArray[np.float64]
WORDING = 0.5
"""Weight of the wording kernel beside the meaning kernel's 1."""
SMOOTHING = 0.3
"""Ridge penalty; larger trusts single questions less."""


class Affinity:
    """A learnt mapping from a question's likeness to all known passages, to a score for each class."""

    def __init__(self, mean: Vectors, dual: NDArray[np.float32]) -> None:
        """`mean` [d]: the vectors' centre. `dual` [passages, classes]: each passage's pull towards each class."""
        self.mean, self.dual = mean, dual

    def scores(self, vector: Vectors, centred: Vectors, wording: NDArray[np.float32]) -> NDArray[np.float32]:
        """A score for each class, about 0 to 1: `vector` is the question's, `centred` the passages', `wording` the
        question's cosine with each passage's terms."""
        likeness = 1 + centred @ centre(vector[None], self.mean)[0] + WORDING * wording
        scores: NDArray[np.float32] = likeness @ self.dual
        return scores


def centre(vectors: Vectors, mean: Vectors) -> Vectors:
    """Vectors around their common centre, as unit vectors: e5's crowd together so that raw cosines hardly differ."""
    moved = vectors - mean
    unit: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
    return unit


def learn(vectors: Vectors, weights: Any, owners: NDArray[np.int64], classes: int) -> tuple[Affinity, NDArray[np.float32]]:
    """Fit on passages (vectors [n, d], term weights [n, t] sparse, owners [n]).

    Returns the mapping, and for each passage the scores [n, classes] it would get had it been left out.
    """
    if not len(owners):  # nothing is known to be asked: no class is pulled towards
        nothing = np.zeros((0, classes), dtype=np.float32)
        return Affinity(np.zeros(vectors.shape[1], dtype=np.float32), nothing), nothing
    mean = vectors.mean(axis=0)
    centred = centre(vectors, mean).astype(np.float64)
    kernel: Matrix = 1 + centred @ centred.T + WORDING * np.asarray((weights @ weights.T).todense(), dtype=np.float64)
    target: Matrix = np.eye(classes)[owners]
    inverse: Matrix = np.linalg.inv(kernel + SMOOTHING * np.eye(len(kernel)))
    dual: Matrix = inverse @ target
    without: Matrix = target - dual / np.diag(inverse)[:, None]
    return Affinity(mean, dual.astype(np.float32)), without.astype(np.float32)
