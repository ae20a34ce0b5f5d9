"""A classifier in two steps: n-grams first, sentence vectors only where those are unsure; probabilities calibrated.

Few examples favour the vectors, many the n-grams, both together are best (measured: docs/measurements.md). The vectors
cost some 20 ms, the n-grams one: hence the cascade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Features, Sample

FOLDS = 4
CERTAIN = 0.985
"""Share that must be right among the messages which the n-grams decide alone (out of fold)."""


@dataclass(frozen=True)
class Blend:
    """How the two steps are joined: the weight of the n-grams, the temperature, and from where they decide alone."""

    weight: float
    temperature: float
    cheap_temperature: float
    certain: float


class Cascade:
    """Tells one of `labels` from a message, with a calibrated probability for each."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._features = Features()
        self._cheap = _cheap_model()
        self._dense = _dense_model()
        self._centre: np.ndarray | None = None
        self.blend = Blend(0.7, 1.0, 1.0, 2.0)

    def fit(self, samples: Sequence[Sample], labels: Sequence[str], embedder: Embedder) -> None:
        """Learn from labelled samples; the blend is tuned on predictions for folds that were left out."""
        y = np.asarray(labels)
        x, vectors = self._features.fit(samples), embedder([s.text for s in samples])
        self._centre = vectors.mean(axis=0)
        vectors = self._centred(vectors)
        self.labels = sorted(set(labels))
        self.blend = _tuned(*_out_of_fold(x, vectors, y, self.labels), np.searchsorted(self.labels, y))
        self._cheap.fit(x, y)
        self._dense.fit(vectors, y)

    def predict(self, samples: Sequence[Sample], embedder: Embedder) -> np.ndarray:
        """Samples (n) → probabilities (n, labels); rows sum to one."""
        cheap = _logs(self._cheap.predict_proba(self._features.transform(samples)))
        result = _softened(cheap, self.blend.cheap_temperature)
        unsure = np.flatnonzero(result.max(axis=1) < self.blend.certain)
        if len(unsure):
            vectors = self._centred(embedder([samples[i].text for i in unsure]))
            dense = _logs(self._dense.predict_proba(vectors))
            result[unsure] = _softened(_joined(cheap[unsure], dense, self.blend.weight), self.blend.temperature)
        return result

    def ranked(self, row: np.ndarray, top: int) -> list[tuple[str, float]]:
        """The likeliest labels of one row of probabilities, best first."""
        return [(self.labels[i], float(row[i])) for i in np.argsort(-row)[:top]]

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        # e5 vectors all lie in one narrow cone: what tells them apart shows once their mean is taken away.
        return (vectors - self._centre) * 5.0


def _cheap_model() -> LogisticRegression:
    return LogisticRegression(C=20.0, solver="liblinear", multi_class="ovr", class_weight=None)


def _dense_model() -> LogisticRegression:
    return LogisticRegression(C=4.0, max_iter=300)


def _out_of_fold(x, vectors: np.ndarray, y: np.ndarray, labels: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities (n, labels) of both steps for each sample, from models that have not seen it."""
    cheap, dense = np.zeros((len(y), len(labels))), np.zeros((len(y), len(labels)))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(vectors, y):
        cheap[test] = _logs(_cheap_model().fit(x[train], y[train]).predict_proba(x[test]))
        dense[test] = _logs(_dense_model().fit(vectors[train], y[train]).predict_proba(vectors[test]))
    return cheap, dense


def _tuned(cheap: np.ndarray, dense: np.ndarray, truth: np.ndarray) -> Blend:
    """The blend under which the truth is likeliest, and the score from which the n-grams alone are right enough."""
    weights, temperatures = np.linspace(0.2, 0.95, 16), np.linspace(0.3, 2.0, 18)
    weight, temperature = min(
        ((w, t) for w in weights for t in temperatures), key=lambda p: _surprise(_joined(cheap, dense, p[0]), p[1], truth)
    )
    cheap_temperature = min(temperatures, key=lambda t: _surprise(cheap, t, truth))
    scores = _softened(cheap, cheap_temperature)
    right, best = scores.argmax(axis=1) == truth, scores.max(axis=1)
    candidates = [c for c in np.linspace(0.5, 0.999, 200) if (best >= c).any() and right[best >= c].mean() >= CERTAIN]
    return Blend(float(weight), float(temperature), float(cheap_temperature), float(min(candidates, default=2.0)))


def _surprise(logs: np.ndarray, temperature: float, truth: np.ndarray) -> float:
    return float(-np.log(_softened(logs, temperature)[np.arange(len(truth)), truth] + 1e-12).mean())


def _joined(cheap: np.ndarray, dense: np.ndarray, weight: float) -> np.ndarray:
    return weight * cheap + (1.0 - weight) * dense


def _softened(logs: np.ndarray, temperature: float) -> np.ndarray:
    scaled = logs / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return scaled / scaled.sum(axis=1, keepdims=True)


def _logs(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.clip(probabilities, 1e-7, 1.0))
