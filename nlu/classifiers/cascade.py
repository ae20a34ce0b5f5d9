"""A classifier in two steps: n-grams first, sentence vectors only where those are unsure; probabilities calibrated.

Few examples favour the vectors, many the n-grams, both together are best (measured: docs/measurements.md). The vectors
cost some 20 ms, the n-grams one: hence the cascade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Features, Sample

FOLDS = 4
CERTAIN = 0.985
"""Share that must be right among the messages which the n-grams decide alone (out of fold)."""


@dataclass(frozen=True)
class Blend:
    """How the two steps are joined: what each one's scores weigh, alone or together, and from where n-grams suffice."""

    cheap: float
    dense: float
    alone: float
    certain: float


class Cascade:
    """Tells one of `labels` from a message, with a calibrated probability for each."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.features = Features()
        self._cheap, self._dense = LinearSVC(), LinearDiscriminantAnalysis()
        self._centre: np.ndarray | None = None
        self.blend = Blend(4.0, 0.5, 4.0, 2.0)

    def fit(self, samples: Sequence[Sample], labels: Sequence[str], embedder: Embedder) -> csr_matrix:
        """Learn from labelled samples; the blend is tuned on predictions for folds that were left out.

        Returns the samples' features, for who else learns from them.
        """
        y = np.asarray(labels)
        x, vectors = self.features.fit(samples), embedder([s.text for s in samples])
        self._centre = vectors.mean(axis=0)
        vectors = vectors - self._centre
        self.labels = sorted(set(labels))
        self.blend = _tuned(*_out_of_fold(x, vectors, y, len(self.labels)), np.searchsorted(self.labels, y))
        self._cheap, self._dense = _cheap_model(y).fit(x, y), _dense_model(y).fit(vectors, y)
        return x

    def predict(self, samples: Sequence[Sample], embedder: Embedder) -> np.ndarray:
        """Samples (n) → probabilities (n, labels); rows sum to one."""
        cheap = self._cheap.decision_function(self.features.transform(samples))
        result = _softmax(cheap * self.blend.alone)
        unsure = np.flatnonzero(result.max(axis=1) < self.blend.certain)
        if len(unsure):
            vectors = embedder([samples[i].text for i in unsure]) - self._centre
            dense = _logs(self._dense.decision_function(vectors))
            result[unsure] = _softmax(cheap[unsure] * self.blend.cheap + dense * self.blend.dense)
        return result

    def ranked(self, row: np.ndarray, top: int) -> list[tuple[str, float]]:
        """The likeliest labels of one row of probabilities, best first."""
        return [(self.labels[i], float(row[i])) for i in np.argsort(-row)[:top]]


def _cheap_model(y: np.ndarray) -> LinearSVC:
    names, counts = np.unique(y, return_counts=True)
    return LinearSVC(C=0.7, class_weight=dict(zip(names, 1.0 / np.sqrt(counts / counts.mean()))))


def _dense_model(y: np.ndarray) -> LinearDiscriminantAnalysis:
    """Priors by the root of the counts: how often we wrote an intent down says little of how often it is said."""
    roots = np.sqrt(np.unique(y, return_counts=True)[1])
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto", priors=roots / roots.sum())


def _out_of_fold(x: csr_matrix, vectors: np.ndarray, y: np.ndarray, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n, labels) of both steps for each sample, from models that have not seen it."""
    cheap, dense = np.zeros((len(y), labels)), np.zeros((len(y), labels))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(vectors, y):
        cheap[test] = _cheap_model(y[train]).fit(x[train], y[train]).decision_function(x[test])
        dense[test] = _logs(_dense_model(y[train]).fit(vectors[train], y[train]).decision_function(vectors[test]))
    return cheap, dense


def _tuned(cheap: np.ndarray, dense: np.ndarray, truth: np.ndarray) -> Blend:
    """The weights under which the truth is likeliest, and the score from which the n-grams alone are right enough."""
    weights, shares = np.arange(1.0, 12.0, 0.5), np.arange(0.1, 1.3, 0.1)
    both = min(((w, d) for w in weights for d in shares), key=lambda p: _surprise(cheap * p[0] + dense * p[1], truth))
    alone = min(weights, key=lambda w: _surprise(cheap * w, truth))
    scores = _softmax(cheap * alone)
    right, best = scores.argmax(axis=1) == truth, scores.max(axis=1)
    enough = [c for c in np.linspace(0.5, 0.999, 200) if (best >= c).any() and right[best >= c].mean() >= CERTAIN]
    return Blend(float(both[0]), float(both[1]), float(alone), float(min(enough, default=2.0)))


def _surprise(scores: np.ndarray, truth: np.ndarray) -> float:
    return float(-np.log(_softmax(scores)[np.arange(len(truth)), truth] + 1e-12).mean())


def _softmax(scores: np.ndarray) -> np.ndarray:
    scaled = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def _logs(scores: np.ndarray) -> np.ndarray:
    """Discriminant scores as log-probabilities, so that their scale is the same for every message."""
    return np.log(np.clip(_softmax(scores), 1e-9, 1.0))
