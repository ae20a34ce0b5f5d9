"""Whether somebody is in danger: n-grams and frames of word classes, sentence vectors, and the never-miss rules as a witness.

Rules written by hand miss what nobody thought of, and a classifier of words misses words that it has not met. Frames let it
know a new word by its class; a rule that matches then shifts the odds instead of deciding alone (measured: docs/measurements.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from nlu.classifiers.dense import Dense
from nlu.classifiers.embedding import Embedder
from nlu.classifiers.exams import exams, sit
from nlu.classifiers.features import Sample, Sparse, View, beside
from nlu.classifiers.linear import Linear
from nlu.text.urgency import Alarm

FALSE_ALARMS = 0.012
"""Share of harmless examples that may raise the flag without a rule, asked before they are learned: it sets the threshold.
One in seven of them is written to stand at the very edge of danger: of what people really write, far fewer raise it."""
WITNESS = 1.75
"""How much a rule's finding adds to the log-odds, beside a classifier that has learnt the same words: what a logistic
regression gives it on 2,900 lines that the classifier had not learnt (1.8; 1.3 to 2.4 by what the rule is about)."""
NEAR = 4.0
"""Log-odds around the threshold within which sentence vectors are asked; further off they would not change the decision."""
SURE = 6.0
"""The same for a rule that heeds no guard: "叫不醒", "救命救命" say enough by themselves."""
DANGEROUS, HARMLESS = "danger", "harmless"


def evidence(alarms: Sequence[Alarm]) -> float:
    """What the rules' findings add to the log-odds of a message."""
    return max((SURE if alarm.sure else WITNESS for alarm in alarms), default=0.0)


def frames(sample: Sample) -> list[str]:
    """Frames of word classes, as the sample brings them."""
    return list(sample.frames)


class DangerModel:
    """Log-odds of danger, and from where on it is acted on."""

    def __init__(self) -> None:
        self._frames = View(frames, 2, 40_000)
        self._line, self._dense = _line(), Dense()
        self._cheap, self._both = LogisticRegression(), LogisticRegression()
        self._width = 0
        self.alert = 0.0

    def fit(self, samples: Sequence[Sample], x: csr_matrix, dangerous: np.ndarray, embedder: Embedder) -> None:
        """Samples (n), their n-gram features (n, features) and whether each is dangerous (n), of both some."""
        self._width, vectors = x.shape[1], embedder([s.text for s in samples])
        x = hstack([x, self._frames.fit(samples)]).tocsr()
        y = np.where(dangerous, DANGEROUS, HARMLESS)

        def learn() -> None:
            self._line.fit(x, y)
            self._dense.fit(vectors, y)

        def tell(known: np.ndarray, asked: np.ndarray) -> np.ndarray:
            by_words = _margins(_line().fit(x[known], y[known]), x[asked])
            return np.column_stack([by_words, _told(Dense().fit(vectors[known], y[known]), vectors[asked])])

        asked, exam = sit(exams([s.text for s in samples], y), tell, learn)
        told, truth = np.concatenate(exam), dangerous[asked]
        self._cheap.fit(told[:, :1], truth)
        self._both.fit(told, truth)
        self.alert = float(np.quantile(_weighed(self._both, told)[~truth], 1 - FALSE_ALARMS))

    def odds(self, samples: Sequence[Sample], x: Sparse, witness: Sequence[float], embedder: Embedder) -> np.ndarray:
        """Samples (n), their n-gram features and the rules' evidence for each (n) → log-odds of danger (n)."""
        framed = [beside(row, self._frames.row(sample), self._width) for row, sample in zip(x.rows(), samples)]
        margins, told_by_rules = _margins(self._line, Sparse.of(framed)), np.asarray(witness, float)
        odds = _weighed(self._cheap, margins[:, None]) + told_by_rules
        near = np.flatnonzero(np.abs(odds - self.alert) < NEAR)
        if len(near):
            told = _told(self._dense, embedder([samples[i].text for i in near.tolist()]))
            odds[near] = _weighed(self._both, np.column_stack([margins[near], told])) + told_by_rules[near]
        return np.asarray(odds)


def _line() -> Linear:
    return Linear(0.3, 0.25)


def _margins(line: Linear, x: csr_matrix | Sparse) -> np.ndarray:
    return np.asarray(line.scores(x)[:, line.labels.index(DANGEROUS)])


def _weighed(learnt: LogisticRegression, told: np.ndarray) -> np.ndarray:
    """`decision_function` of one message is a product of two numbers and a hundred times as much looking after them."""
    return np.asarray(told @ learnt.coef_[0] + learnt.intercept_[0])


def _told(dense: Dense, vectors: np.ndarray) -> np.ndarray:
    """Log-odds of danger by sentence vectors; `Dense` sorts the labels, and danger comes first."""
    scores = dense.scores(vectors)
    return np.asarray(scores[:, 0] - scores[:, 1])
