"""What an affair is about: one of the fifty categories, and the kind of case within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np

from nlu.classifiers.cascade import Cascade
from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Sample

TOP = 3


@dataclass(frozen=True)
class Verdict:
    """The likeliest categories with their probabilities, best first, and the kind within the best one (None: unknown)."""

    categories: list[tuple[str, float]]
    kind: str | None
    urgencies: dict[str, str]

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
    """Judges categories and kinds."""

    def __init__(self) -> None:
        self.categories, self.kinds = Cascade(), Cascade()
        self._category_of: dict[str, str] = {}
        self._urgencies: dict[str, str] = {}

    def fit(
        self,
        samples: Sequence[Sample],
        categories: Sequence[str],
        kinds: Sequence[str | None],
        urgencies: dict[str, str],
        embedder: Embedder,
    ) -> None:
        """Learn from samples with their categories and, where known, kinds; `urgencies`: kind → normal | soon | urgent."""
        self.categories.fit(samples, categories, embedder)
        known = [i for i, kind in enumerate(kinds) if kind]
        self.kinds.fit([samples[i] for i in known], [str(kinds[i]) for i in known], embedder)
        self._category_of = {str(kinds[i]): categories[i] for i in known}
        self._urgencies = urgencies

    def judge(self, samples: Sequence[Sample], embedder: Embedder) -> list[Verdict]:
        """Samples (n) → verdicts (n)."""
        if not samples:
            return []
        categories, kinds = self.categories.predict(samples, embedder), self.kinds.predict(samples, embedder)
        return [self._verdict(c, k) for c, k in zip(categories, kinds)]

    def _verdict(self, categories: np.ndarray, kinds: np.ndarray) -> Verdict:
        ranked = self.categories.ranked(categories, TOP)
        within = [i for i, kind in enumerate(self.kinds.labels) if self._category_of[kind] == ranked[0][0]]
        kind = self.kinds.labels[max(within, key=lambda i: kinds[i])] if within else None
        return Verdict(ranked, kind, self._urgencies)

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
