"""A classifier in two steps: n-grams first, sentence vectors only where those are unsure; probabilities calibrated.

Few examples favour the vectors, many the n-grams, both together are best (measured: docs/measurements.md). The vectors
cost some 20 ms, the n-grams one: hence the cascade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from nlu.classifiers.dense import Dense, softmax
from nlu.classifiers.embedding import Embedder, Encoded
from nlu.classifiers.exams import exams, sit
from nlu.classifiers.features import Features, Sample, Sparse
from nlu.classifiers.linear import Linear

SETTLED = 0.99
"""Share of the messages decided by n-grams alone in which the vectors would not have changed the decision."""


@dataclass(frozen=True)
class Blend:
    """How the two steps are joined: what each one's scores weigh, alone or together, and from where n-grams suffice."""

    cheap: float
    dense: float
    alone: float
    certain: float

    def of(self, cheap: np.ndarray, dense: np.ndarray) -> np.ndarray:
        """Scores of both steps (n, labels) → probabilities."""
        return softmax(cheap * self.cheap + dense * self.dense)


@dataclass(frozen=True)
class Lesson:
    """What is left of a training: the samples' features, and what was said of some (`asked`, positions) before they were learned."""

    features: csr_matrix
    asked: np.ndarray
    told: np.ndarray


class Cascade(Encoded):
    """Tells one of `labels` from a message, with a calibrated probability for each."""

    def __init__(self, softness: float = 0.7, balance: float = 0.5) -> None:
        """See `Linear`: how the n-grams learn."""
        self.labels: list[str] = []
        self.features = Features()
        self._cheap, self._dense = Linear(softness, balance), Dense()
        self._recipe = (softness, balance)
        self.blend = Blend(4.0, 0.3, 4.0, 2.0)

    def fit(self, samples: Sequence[Sample], labels: Sequence[str], embedder: Embedder) -> Lesson:
        """Learn from labelled samples; the blend is tuned on what is said of some before they are learned."""
        y = np.asarray(labels)
        x, vectors = self.features.fit(samples), embedder([s.text for s in samples])
        self.labels = sorted(set(labels))

        def learn() -> None:
            self._cheap.fit(x, y)
            self._dense.fit(vectors, y)

        def tell(known: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            by_words = Linear(*self._recipe).fit(x[known], y[known]).scores(x[asked])
            return by_words, Dense().fit(vectors[known], y[known]).scores(vectors[asked])

        asked, told = sit(exams([s.text for s in samples], y), tell, learn)
        cheap, dense = (np.concatenate(scores) for scores in zip(*told))
        self.blend = _tuned(cheap, dense, np.searchsorted(self.labels, y[asked]), self._recipe[1])
        return Lesson(x, asked, self.blend.of(cheap, dense))

    def predict(self, samples: Sequence[Sample], embedder: Embedder, x: Sparse | None = None) -> np.ndarray:
        """Samples (n) and, where known already, their features → probabilities (n, labels); rows sum to one."""
        cheap = self._cheap.scores(self.features.transform(samples) if x is None else x)
        result = softmax(cheap * self.blend.alone)
        unsure = np.flatnonzero(result.max(axis=1) < self.blend.certain)
        if len(unsure):
            result[unsure] = self.blend.of(
                cheap[unsure], self._dense.scores(embedder([samples[i].text for i in unsure]))
            )
        return result

    def ranked(self, row: np.ndarray, top: int) -> list[tuple[str, float]]:
        """The likeliest labels of one row of probabilities, best first."""
        return [(self.labels[i], float(row[i])) for i in np.argsort(-row)[:top]]


def _tuned(cheap: np.ndarray, dense: np.ndarray, truth: np.ndarray, balance: float) -> Blend:
    """The weights under which the truth is likeliest, and the score from which the vectors would change nothing.

    `balance`: 0 lets every sample count alike, 1 every label.
    """
    weights, shares = np.arange(1.0, 12.0, 0.5), np.arange(0.1, 1.3, 0.1)
    importance = np.bincount(truth)[truth].astype(float) ** -balance

    def surprise(scores: np.ndarray) -> float:
        of_truth = softmax(scores)[np.arange(len(truth)), truth]
        return float(-np.average(np.log(of_truth + 1e-12), weights=importance))

    both = min(((w, d) for w in weights for d in shares), key=lambda p: surprise(cheap * p[0] + dense * p[1]))
    alone = min(weights, key=lambda w: surprise(cheap * w))
    scores = softmax(cheap * alone)
    same = scores.argmax(axis=1) == (cheap * both[0] + dense * both[1]).argmax(axis=1)
    best = scores.max(axis=1)
    enough = [c for c in np.linspace(0.5, 0.999, 200) if (best >= c).any() and same[best >= c].mean() >= SETTLED]
    return Blend(float(both[0]), float(both[1]), float(alone), float(min(enough, default=2.0)))
