"""What a message wants: one of the intents, with the never-miss rules and the classifier both able to raise the flag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import joblib
import numpy as np

from nlu.classifiers.cascade import Cascade
from nlu.classifiers.danger import DangerModel, evidence
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


DANGER = ("emergency", "self_harm")


class IntentModel:
    """Ranks the intents of a message."""

    def __init__(self) -> None:
        # All intents count alike, however many examples they have: people write "谢谢" as readily as a complaint.
        self.cascade = Cascade(softness=0.3, balance=1.0)
        self.danger: DangerModel | None = None

    def fit(self, samples: Sequence[Sample], intents: Sequence[str], embedder: Embedder) -> None:
        """Learn from samples and their intents; what danger looks like is learned apart, if any of them is dangerous."""
        lesson = self.cascade.fit(samples, intents, embedder)
        dangerous = np.isin(intents, DANGER)
        if dangerous.any():
            self.danger = DangerModel()
            self.danger.fit(samples, lesson.features, dangerous, embedder)

    def rank(self, samples: Sequence[Sample], alarms: Sequence[Sequence[Alarm]], embedder: Embedder) -> list[Ranking]:
        """Samples (n) and what the rules raised for each (n) → intents with their probabilities, best first (n)."""
        if not samples:
            return []
        x = self.cascade.features.transform(samples)
        rows = self.cascade.predict(samples, embedder, x)
        rankings = [self.cascade.ranked(row, len(self.cascade.labels)) for row in rows]
        if self.danger is None:
            return [_calm(ranking, sample) for ranking, sample in zip(rankings, samples)]
        odds = self.danger.odds(samples, x, [evidence(raised) for raised in alarms], embedder)
        return [
            _alarmed(ranking, raised, odd) if sample.text and odd >= self.danger.alert else _calm(ranking, sample)
            for sample, ranking, raised, odd in zip(samples, rankings, alarms, odds)
        ]

    def save(self, path: Path) -> None:
        """Write to a file of the model."""
        path.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(self, path, compress=3)

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """Read what `save` wrote; the model folder is our own, nothing from outside is unpickled."""
        model = joblib.load(path)
        if not isinstance(model, cls):
            raise TypeError(f"{path}: not a {cls.__name__}")
        return model


def _alarmed(ranking: Ranking, raised: Sequence[Alarm], odds: float) -> Ranking:
    """The ranking with a danger first: the kind that the rules name, or else the likelier one."""
    named = {alarm.intent for alarm in raised}
    kind = next((name for name, _ in ranking if name in (named or DANGER)), "emergency")
    if "self_harm" in named:
        kind = "self_harm"
    return _first(ranking, kind, RULE_CONFIDENCE if raised else float(1 / (1 + np.exp(-odds))))


def _calm(ranking: Ranking, sample: Sample) -> Ranking:
    """The ranking without a danger first: a bare wish, or else the likeliest."""
    if not sample.text:
        return EMPTY
    if BARE_WISH.fullmatch(sample.text):
        return _first(ranking, "report_issue", RULE_CONFIDENCE)
    calm = [pair for pair in ranking if pair[0] not in DANGER]
    return calm[:1] + [pair for pair in ranking if pair != calm[0]]


def _first(ranking: Ranking, name: str, confidence: float) -> Ranking:
    """The ranking with one intent put first; what is left of certainty is shared out among the others as before."""
    others = [pair for pair in ranking if pair[0] != name]
    total = sum(score for _, score in others) or 1.0
    return [(name, confidence), *((other, score * (1.0 - confidence) / total) for other, score in others)]
