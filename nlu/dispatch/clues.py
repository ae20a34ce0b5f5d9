"""What the learners of units look at: a message's words, its sentence vector, and what the shipped model takes it for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Sample

HINTED = 10
"""Intents looked at of each message; of categories, as many as the reading names."""

Hints = Mapping[str, float]
"""Probabilities by name: "intent/ask_service" → 0.97, "category/property" → 0.91."""


@dataclass(frozen=True)
class Clues:
    """Clues of n messages; `vectors` (n, 384)."""

    samples: Sequence[Sample]
    vectors: np.ndarray
    hints: Sequence[Hints]

    def __len__(self) -> int:
        return len(self.samples)

    def only(self, rows: Iterable[int]) -> Clues:
        """The clues of some of the messages."""
        rows = list(rows)
        return Clues([self.samples[i] for i in rows], self.vectors[rows], [self.hints[i] for i in rows])

    @classmethod
    def of(cls, samples: Sequence[Sample], hints: Sequence[Hints], embedder: Embedder) -> Clues:
        """Samples with the hints of each; the vectors come from the embedder."""
        return cls(samples, embedder([sample.text for sample in samples]), hints)

    @classmethod
    def joined(cls, parts: Sequence[Clues]) -> Clues:
        """Several lots as one."""
        samples = [sample for part in parts for sample in part.samples]
        return cls(samples, np.concatenate([part.vectors for part in parts]), [h for part in parts for h in part.hints])


def hints_of(intents: Iterable[Sequence], categories: Iterable[Sequence]) -> Hints:
    """(name, probability) of intents and of categories, best first → hints."""
    named = [(f"intent/{name}", score) for name, score in list(intents)[:HINTED]]
    return dict(named + [(f"category/{name}", score) for name, score in categories])
