"""What a message wants: one of the intents, with the never-miss rules and the classifier both able to raise the flag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import joblib

from nlu.classifiers.cascade import Cascade
from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Sample
from nlu.text.urgency import Alarm

Ranking = list[tuple[str, float]]
RULE_CONFIDENCE = 0.99
"""Given to an intent that a never-miss rule found: a rule is believed over the classifier."""
EMPTY: Ranking = [("out_of_scope", 1.0)]


class IntentModel:
    """Ranks the intents of a message."""

    def __init__(self, cascade: Cascade | None = None) -> None:
        self.cascade = cascade or Cascade()

    def fit(self, samples: Sequence[Sample], intents: Sequence[str], embedder: Embedder) -> None:
        """Learn from samples and their intents."""
        self.cascade.fit(samples, intents, embedder)

    def rank(self, samples: Sequence[Sample], alarms: Sequence[Sequence[Alarm]], embedder: Embedder) -> list[Ranking]:
        """Samples (n) and what the rules raised for each (n) → intents with their probabilities, best first (n)."""
        rows = self.cascade.predict(samples, embedder) if samples else []
        return [
            _alarmed(self.cascade.ranked(row, len(self.cascade.labels)), raised) if sample.text else EMPTY
            for sample, row, raised in zip(samples, rows, alarms)
        ]

    def save(self, path: Path) -> None:
        """Write to a file of the model."""
        path.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(self.cascade, path, compress=3)

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """Read what `save` wrote; the model folder is our own, nothing from outside is unpickled."""
        return cls(joblib.load(path))


def _alarmed(ranking: Ranking, raised: Sequence[Alarm]) -> Ranking:
    """Put the intent that a rule found first; self-harm before any other emergency, as in the intents' priority."""
    if not raised:
        return ranking
    found = "self_harm" if any(alarm.intent == "self_harm" for alarm in raised) else "emergency"
    rest = [(name, score * (1.0 - RULE_CONFIDENCE)) for name, score in ranking if name != found]
    return [(found, RULE_CONFIDENCE), *rest]
