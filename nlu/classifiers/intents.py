"""What a message wants: one of the intents, with the never-miss rules and the classifier both able to raise the flag."""

from __future__ import annotations

import re
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
BARE_WISH = re.compile(
    r"(?:你好|您好)?[,，。 ]*(?:我|我们)?(?:想|要|想要|来)?(?:反映|反应|投诉|举报|报修|登记)(?:一?[个下件点些])?(?:问题|事情?|情况)?[吗呢吧啊了。!,]*"
    r"|(?:我)?(?:有|有一?[个件点])(?:问题|事情?|情况)(?:想|要|想要)?(?:跟你们|向你们|和你们)?(?:反映|反应|投诉|说)(?:一?下)?[吗呢吧啊了。!,]*"
)
"""Words that open a report and say nothing else: too short for statistics, too common to get wrong."""


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
            _settled(self.cascade.ranked(row, len(self.cascade.labels)), sample, raised)
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


def _settled(ranking: Ranking, sample: Sample, raised: Sequence[Alarm]) -> Ranking:
    """Put the intent that a rule found first; self-harm before any other emergency, as in the intents' priority."""
    if not sample.text:
        return EMPTY
    if raised:
        found = "self_harm" if any(alarm.intent == "self_harm" for alarm in raised) else "emergency"
    elif BARE_WISH.fullmatch(sample.text):
        found = "report_issue"
    else:
        return ranking
    rest = [(name, score * (1.0 - RULE_CONFIDENCE)) for name, score in ranking if name != found]
    return [(found, RULE_CONFIDENCE), *rest]
