"""How well the units are told, on tickets that came after those learned from, beside a plain classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from nlu.dispatch.history import Past

OFTEN = 25
"""From this many tickets learned from, a unit is no rare one."""


@dataclass(frozen=True)
class Score:
    """Shares of the tickets whose unit came first, and among the first three; `count` tickets."""

    first: float
    among_three: float
    count: int


def plain_ranking(learned: Sequence[Past], asked: Sequence[Past]) -> list[list[str]]:
    """What a character n-gram support vector machine says: the three likeliest units of each ticket asked."""
    view = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    machine = make_pipeline(view, LinearSVC()).fit([t.text for t in learned], [t.unit for t in learned])
    scores = machine.decision_function([t.text for t in asked])
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1)
    return [[str(machine.classes_[i]) for i in np.argsort(-row)[:3]] for row in scores]


def measure(asked: Sequence[Past], rankings: Sequence[Sequence[str]], learned: Mapping[str, int]) -> dict[str, Score]:
    """Scores over all tickets asked, those whose unit occurred in the `learned` counts, and those where it did often."""
    groups = {"全部": 0, "单位见过": 1, f"单位见过 {OFTEN} 次": OFTEN}
    return {
        name: _score([(t.unit, ranking) for t, ranking in zip(asked, rankings) if learned.get(t.unit, 0) >= least])
        for name, least in groups.items()
    }


def _score(pairs: Sequence[tuple[str, Sequence[str]]]) -> Score:
    first, three = (sum(unit in ranking[:n] for unit, ranking in pairs) for n in (1, 3))
    return Score(first / max(1, len(pairs)), three / max(1, len(pairs)), len(pairs))


def calibration_error(asked: Sequence[Past], rankings: Sequence[Sequence[tuple[str, float]]], bins: int = 10) -> float:
    """How far the first unit's probability and being right lie apart on average, in bins of probability."""
    says = np.array([ranking[0][1] for ranking in rankings])
    right = np.array([ranking[0][0] == ticket.unit for ranking, ticket in zip(rankings, asked)], dtype=float)
    where = np.minimum((says * bins).astype(int), bins - 1)
    gaps = [abs((says - right)[where == number].sum()) for number in range(bins)]
    return float(sum(gaps) / max(1, len(asked)))
