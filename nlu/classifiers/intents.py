"""What a message wants: one of the intents, with the never-miss rules and the classifier both able to raise the flag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import joblib
import numpy as np

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


DANGER = ("emergency", "self_harm")
FALSE_ALARMS = 0.006
"""Share of harmless examples for which the classifier alone may raise the flag (out of fold): it sets the threshold."""
ABSURD = 0.05
"""A rule that found words of danger is not believed where the classifier gives danger less than this probability."""


class IntentModel:
    """Ranks the intents of a message."""

    def __init__(self) -> None:
        # All intents count alike, however many examples they have: people write "谢谢" as readily as a complaint.
        self.cascade = Cascade(softness=0.3, balance=1.0)
        self.alert = 0.5

    def fit(self, samples: Sequence[Sample], intents: Sequence[str], embedder: Embedder) -> None:
        """Learn from samples and their intents, and from where on the classifier alone raises the flag."""
        lesson = self.cascade.fit(samples, intents, embedder)
        harmless = ~np.isin(intents, DANGER)
        if harmless.any():
            self.alert = float(np.quantile(self._danger(lesson.unseen)[harmless], 1 - FALSE_ALARMS))

    def rank(self, samples: Sequence[Sample], alarms: Sequence[Sequence[Alarm]], embedder: Embedder) -> list[Ranking]:
        """Samples (n) and what the rules raised for each (n) → intents with their probabilities, best first (n)."""
        if not samples:
            return []
        rows = self.cascade.predict(samples, embedder)
        return [
            self._settled(self.cascade.ranked(row, len(self.cascade.labels)), sample, raised, danger)
            for sample, row, raised, danger in zip(samples, rows, alarms, self._danger(rows))
        ]

    def _danger(self, rows: np.ndarray) -> np.ndarray:
        """Probabilities (n, labels) → how likely it is that somebody is in danger (n)."""
        return np.asarray(rows[:, [i for i, label in enumerate(self.cascade.labels) if label in DANGER]].sum(axis=1))

    def _settled(self, ranking: Ranking, sample: Sample, raised: Sequence[Alarm], danger: float) -> Ranking:
        """Put first what is to be acted on: a danger that rules or classifier see, a bare wish, or else the likeliest."""
        if not sample.text:
            return EMPTY
        if raised and danger >= ABSURD:
            return _first(
                ranking, "self_harm" if any(a.intent == "self_harm" for a in raised) else "emergency", RULE_CONFIDENCE
            )
        if danger >= self.alert:
            return _first(ranking, next(name for name, _ in ranking if name in DANGER), danger)
        if BARE_WISH.fullmatch(sample.text):
            return _first(ranking, "report_issue", RULE_CONFIDENCE)
        calm = [pair for pair in ranking if pair[0] not in DANGER]
        return calm[:1] + [pair for pair in ranking if pair != calm[0]]

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


def _first(ranking: Ranking, name: str, confidence: float) -> Ranking:
    """The ranking with one intent put first; what is left of certainty is shared out among the others as before."""
    others = [pair for pair in ranking if pair[0] != name]
    total = sum(score for _, score in others) or 1.0
    return [(name, confidence), *((other, score * (1.0 - confidence) / total) for other, score in others)]
