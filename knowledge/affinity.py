"""Which document a question is about, learnt from the questions that residents are known to ask.

Kernel ridge regression over two kernels, meaning (embeddings) and wording (terms). Chosen because with twenty
questions an article it beats the nearest question by far, solves in one step, and tells in closed form what it would
have said of each question had it not known it: the reranker is trained on honest scores.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.arrays import read_arrays, write_arrays
from knowledge.embedding import Vectors
from knowledge.threads import all_threads

Matrix = NDArray[np.float32]
BASE, WORDING = 0.1, 0.5
"""Weights of the constant and of the wording kernel, beside the meaning kernel's 1."""
SHARPNESS = 2.0
"""How quickly a passage's say fades with its distance in meaning."""
SMOOTHING = 0.3
"""Ridge penalty; larger trusts single questions less."""


class Affinity:
    """A learnt mapping from a question's likeness to all known passages, to a score for each class."""

    def __init__(self, mean: Vectors, dual: NDArray[np.float32]) -> None:
        """`mean` [d]: the vectors' centre. `dual` [passages, classes]: each passage's pull towards each class."""
        self.mean, self.dual = mean, dual

    def scores(self, meaning: NDArray[np.float32], wording: NDArray[np.float32]) -> NDArray[np.float32]:
        """A score for each class, about 0 to 1, of the question's cosines with each passage it was learnt from: `meaning`
        of their centred vectors, `wording` of their terms."""
        scores: NDArray[np.float32] = _kernel(meaning, wording) @ self.dual
        return scores


def _kernel(meaning: Any, wording: Any) -> Any:
    """How alike two texts are, of the cosines of their vectors and of their terms."""
    return BASE + np.exp(SHARPNESS * (meaning - 1)) + WORDING * wording


def centre(vectors: Vectors, mean: Vectors) -> Vectors:
    """Vectors around their common centre, as unit vectors: e5's crowd together so that raw cosines hardly differ."""
    moved = vectors - mean
    unit: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
    return unit


def learn_once(
    cache: Path, vectors: Vectors, weights: Any, owners: NDArray[np.int64], classes: int
) -> tuple[Affinity, NDArray[np.float32]]:
    """Like `learn`, which takes a minute for ten thousand passages: kept in the folder `cache`, for these passages alone."""
    shape = f"{BASE},{WORDING},{SHARPNESS},{SMOOTHING},{classes}".encode()
    content = (
        shape,
        vectors.tobytes(),
        owners.tobytes(),
        *(a.tobytes() for a in (weights.data, weights.indices, weights.indptr)),
    )
    path = cache / f"affinity-{hashlib.blake2b(b''.join(content), digest_size=8).hexdigest()}.npz"
    kept = read_arrays(path, "mean", "dual", "without")
    if kept:
        return Affinity(kept[0], kept[1]), kept[2]
    with all_threads():
        affinity, without = learn(vectors, weights, owners, classes)
    for old in cache.glob("affinity-*.npz"):
        old.unlink(missing_ok=True)
    write_arrays(path, mean=affinity.mean, dual=affinity.dual, without=without)
    return affinity, without


def learn(
    vectors: Vectors, weights: Any, owners: NDArray[np.int64], classes: int
) -> tuple[Affinity, NDArray[np.float32]]:
    """Fit on passages (vectors [n, d], term weights [n, t] sparse, owners [n]).

    Returns the mapping, and for each passage the scores [n, classes] it would get had it been left out.
    """
    if not len(owners):  # nothing is known to be asked: no class is pulled towards
        nothing = np.zeros((0, classes), dtype=np.float32)
        return Affinity(np.zeros(vectors.shape[1], dtype=np.float32), nothing), nothing
    mean = vectors.mean(axis=0)
    centred = centre(vectors, mean)
    kernel: Matrix = _kernel(centred @ centred.T, np.asarray((weights @ weights.T).todense(), dtype=np.float32))
    kernel[np.diag_indices_from(kernel)] += SMOOTHING
    target: Matrix = np.eye(classes, dtype=np.float32)[owners]
    inverse = _inverse(kernel)
    dual: Matrix = inverse @ target
    without: Matrix = target - dual / np.diag(inverse)[:, None]
    return Affinity(mean, dual), without


def _inverse(kernel: Matrix) -> Matrix:
    """The inverse of a symmetric positive matrix, by its Cholesky factor in single precision: a quarter of the time that
    a general inverse takes in double, and exact enough under the ridge."""
    from scipy.linalg.lapack import spotrf, spotri

    factor, failed = spotrf(kernel, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError(f"the kernel is not positive: {failed}")
    inverse, _ = spotri(factor, overwrite_c=True)
    whole: Matrix = np.triu(inverse) + np.triu(inverse, 1).T
    return whole
