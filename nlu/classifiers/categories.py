"""What an affair is about: one of the fifty categories, and the kind of case within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from scipy.sparse import csr_matrix

from nlu.classifiers.cascade import Cascade
from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Sample, Sparse
from nlu.classifiers.linear import Linear

TOP = 3
GUESS = 0.4
"""Where no more than this share of the best guesses is right, the resident is asked instead."""


@dataclass(frozen=True)
class Verdict:
    """The likeliest categories with their probabilities, best first, and the kind within the best one (None: unknown).

    `unsure`: the best one is a mere guess, and whoever wrote the message should be asked.
    """

    categories: list[tuple[str, float]]
    kind: str | None
    urgencies: dict[str, str]
    unsure: bool = False

    def as_dict(self, urgent: bool) -> dict[str, object]:
        """The contract's fields; an emergency is urgent whatever its kind says."""
        name, score = self.categories[0]
        urgency = "urgent" if urgent else self.urgencies.get(self.kind or "", "normal")
        return {
            "category": name,
            "category_confidence": round(score, 4),
            "categories": [[c, round(s, 4)] for c, s in self.categories],
            "kind": self.kind,
            "urgent": urgent,
            "urgency": urgency if urgent or urgency != "urgent" else "soon",
        }


class CategoryModel:
    """Judges categories, and within the likeliest one the kind of case."""

    def __init__(self) -> None:
        self.categories = Cascade()
        self._kinds: dict[str, Linear | str] = {}
        self._urgencies: dict[str, str] = {}
        self.doubt = 0.0

    def fit(
        self,
        samples: Sequence[Sample],
        categories: Sequence[str],
        kinds: Sequence[str | None],
        urgencies: dict[str, str],
        embedder: Embedder,
    ) -> None:
        """Learn from samples with their categories and, where known, kinds; `urgencies`: kind → normal | soon | urgent."""
        lesson = self.categories.fit(samples, categories, embedder)
        features = lesson.features
        truth = np.searchsorted(self.categories.labels, categories)
        self.doubt = _doubt(lesson.told, truth[lesson.asked])
        for category in self.categories.labels:
            rows = [i for i, kind in enumerate(kinds) if kind and categories[i] == category]
            self._kinds[category] = _kind_model(features[rows], [str(kinds[i]) for i in rows])
        self._urgencies = urgencies

    def judge(self, samples: Sequence[Sample], embedder: Embedder) -> list[Verdict]:
        """Samples (n) → verdicts (n)."""
        if not samples:
            return []
        x = self.categories.features.transform(samples)
        rows = self.categories.predict(samples, embedder, x)
        return [self._verdict(Sparse.of([features]), row) for features, row in zip(x.rows(), rows)]

    def _verdict(self, x: Sparse, row: np.ndarray) -> Verdict:
        ranked = self.categories.ranked(row, TOP)
        kinds = self._kinds[ranked[0][0]]
        kind = kinds if isinstance(kinds, str) else kinds.labels[int(kinds.scores(x)[0].argmax())]
        return Verdict(ranked, kind or None, self._urgencies, ranked[0][1] < self.doubt)

    def save(self, path: Path) -> None:
        """Write to a file of the model."""
        path.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(self, path, compress=3)

    @classmethod
    def load(cls, path: Path) -> CategoryModel:
        """Read what `save` wrote; the model folder is our own, nothing from outside is unpickled."""
        model = joblib.load(path)
        if not isinstance(model, cls):
            raise TypeError(f"{path}: not a {cls.__name__}")
        return model


def _doubt(told: np.ndarray, truth: np.ndarray) -> float:
    """The probability below which the best guess is a mere guess, by what was told (n, labels) of samples not yet learned."""
    best, right = told.max(axis=1), told.argmax(axis=1) == truth
    below = [c for c in np.linspace(0.05, 0.95, 91) if (best < c).any() and right[best < c].mean() <= GUESS]
    return float(max(below, default=0.0))


def _kind_model(features: csr_matrix, kinds: list[str]) -> Linear | str:
    """A classifier of the kinds of one category; where there is but one kind (or none), its name."""
    if len(set(kinds)) < 2:
        return next(iter(kinds), "")
    return Linear().fit(features, kinds)
