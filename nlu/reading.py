"""From a message to meaning, without Rasa: the same steps that the Rasa components run, for bulk work.

`Reader` is built from the folders of a trained model; `read` gives what `linli classify` prints.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlu.classifiers.categories import CategoryModel, Verdict
from nlu.classifiers.embedding import E5, Embedder
from nlu.classifiers.features import Sample
from nlu.classifiers.intents import IntentModel, Ranking
from nlu.entities import Entity, EntityFinder
from nlu.lexicon import Lexicon
from nlu.segment import Segmenter
from nlu.text.frames import Frames
from nlu.text.normalise import Normal, normalise
from nlu.text.urgency import Alarm, NeverMiss

TOP = 3
"""Intents and categories named with every answer."""


@dataclass(frozen=True)
class Reading:
    """What a message means."""

    text: str
    intents: Ranking
    verdict: Verdict
    alarms: Sequence[Alarm]
    entities: Sequence[Entity]
    sample: Sample

    @property
    def intent(self) -> str:
        """The intent to act on."""
        return self.intents[0][0]

    @property
    def urgent(self) -> bool:
        """Whether somebody is in danger: true for emergency and self_harm and nothing else."""
        return self.intent in URGENT

    def as_dict(self) -> dict[str, object]:
        """The shape of the contract's `classify --jsonl`, but for id and model."""
        return {
            "intent": self.intent,
            "intent_confidence": round(self.intents[0][1], 4),
            "intents": [[name, round(score, 4)] for name, score in self.intents[:TOP]],
            **self.verdict.as_dict(self.urgent),
            "entities": [entity.as_dict() for entity in self.entities],
        }


URGENT = ("emergency", "self_harm")


@dataclass(frozen=True)
class Prepared:
    """A message made ready for the classifiers: its normal form, what is named in it, and the sample they look at."""

    given: str
    normal: Normal
    entities: list[Entity] = field(default_factory=list)
    sample: Sample = Sample("", "", ())


class Preparation:
    """Everything that happens to a text before it is classified, by rule alone."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._respelling = lexicon.respelling()
        self._segmenter = Segmenter([*lexicon.words, *lexicon.places])
        self._finder = EntityFinder(lexicon.places)
        self._frames = Frames(lexicon.danger_words)

    def prepare(self, text: str) -> Prepared:
        """Normalise, find what is named, mask it, cut into words."""
        normal = normalise(text, self._respelling)
        entities, masked = self._finder.find(normal, text)
        words = tuple(word for word, _ in self._segmenter.segment(masked))
        return Prepared(text, normal, entities, Sample(normal.text, masked, words, tuple(self._frames(normal.text))))


class Reader:
    """Reads messages with a trained model."""

    def __init__(
        self, lexicon: Lexicon, intents: IntentModel, categories: CategoryModel, embedder: Embedder | None = None
    ) -> None:
        self._preparation = Preparation(lexicon)
        self._never_miss = NeverMiss(lexicon.never_miss)
        self._intents, self._categories = intents, categories
        self._embedder = embedder or E5()

    @classmethod
    def open(cls, archive: Path, embedder: Embedder | None = None) -> Reader:
        """Read a trained model's archive."""
        with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
            tar.extractall(folder, [m for m in tar.getmembers() if m.name.endswith((".joblib", "lexicon.json"))])
            return cls.load(Path(folder), embedder)

    @classmethod
    def load(cls, folder: Path, embedder: Embedder | None = None) -> Reader:
        """Read the parts of a trained model from its unpacked folder."""
        return cls(
            Lexicon.load(next(folder.rglob("lexicon.json"))),
            IntentModel.load(next(folder.rglob("intents.joblib"))),
            CategoryModel.load(next(folder.rglob("categories.joblib"))),
            embedder,
        )

    def entities(self, text: str) -> list[Entity]:
        """What is named in a text, without classifying it."""
        return self._preparation.prepare(text).entities

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Texts (n) → readings (n); an empty text is out of scope."""
        prepared = [self._preparation.prepare(text) for text in texts]
        alarms = [self._never_miss.alarms(p.normal.text) for p in prepared]
        samples = [p.sample for p in prepared]
        rankings = self._intents.rank(samples, alarms, self._embedder)
        verdicts = self._categories.judge(samples, self._embedder)
        return [
            Reading(*row) for row in zip(texts, rankings, verdicts, alarms, (p.entities for p in prepared), samples)
        ]
