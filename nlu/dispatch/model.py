"""The units that would handle a message, likeliest first, with probabilities that hold what they say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
from scipy.optimize import minimize
from sklearn.model_selection import KFold

from nlu.classifiers.dense import softmax
from nlu.classifiers.embedding import Embedder, Encoded
from nlu.dispatch.choice import Lesson
from nlu.dispatch.clues import Clues
from nlu.dispatch.experts import Expert, Habit, Meaning, Naming, Neighbours, Sense, Wording

FOLDS = 5
Progress = Callable[[str], None]
"""Told what has just been done."""


class UnitModel(Encoded):
    """Six experts and what each one's word weighs.

    The weights are those under which the true units of tickets that the experts had not seen are likeliest: so they
    also make the probabilities honest. A ticket stands for all of its unit's that were left out of the lesson.
    """

    def __init__(self) -> None:
        self.units: list[str] = []
        self._experts: list[Expert] = []
        self._weights = np.zeros(0)

    def fit(
        self, lesson: Lesson, clues: Clues, embedder: Embedder, progress: Progress = lambda done: None
    ) -> UnitModel:
        """Learn from the lesson's tickets with their clues, in the same order."""
        self.units = sorted({ticket.unit for ticket in lesson.tickets})
        names = embedder(self.units)
        counts = [lesson.counts[unit] for unit in self.units]
        truth = np.searchsorted(self.units, [ticket.unit for ticket in lesson.tickets])
        stands_for = (np.asarray(counts) / np.bincount(truth))[truth]

        def trained(rows: np.ndarray) -> list[Expert]:
            experts: list[Expert] = [Wording(), Sense(), Neighbours(), Meaning(), Naming(names), Habit(counts)]
            return [expert.fit(clues.only(rows), truth[rows], len(self.units)) for expert in experts]

        scores = np.zeros((6, len(truth), len(self.units)), dtype=np.float32)
        for number, (seen, unseen) in enumerate(KFold(FOLDS, shuffle=True, random_state=3).split(truth), 1):
            scores[:, unseen] = [expert.scores(clues.only(unseen)) for expert in trained(seen)]
            progress(f"第 {number}/{FOLDS} 折")
        self._weights = weigh(scores, truth, stands_for)
        self._experts = trained(np.arange(len(truth)))
        progress("全部")
        return self

    def probabilities(self, clues: Clues) -> np.ndarray:
        """Clues (n) → probabilities (n, units); rows sum to one."""
        return softmax(sum(w * expert.scores(clues) for w, expert in zip(self._weights, self._experts)))

    def ranked(self, clues: Clues, top: int = 3) -> list[list[tuple[str, float]]]:
        """Clues (n) → the likeliest units of each with their probabilities, best first."""
        return [[(self.units[i], float(row[i])) for i in np.argsort(-row)[:top]] for row in self.probabilities(clues)]

    def save(self, path: Path) -> None:
        """Write to a file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        joblib.dump(self, part, compress=3)
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> UnitModel:
        """Read what `save` wrote; the data folder is our own, nothing from outside is unpickled."""
        model = joblib.load(path)
        if not isinstance(model, cls):
            raise TypeError(f"{path}: not a {cls.__name__}")
        return model


def weigh(scores: np.ndarray, truth: np.ndarray, stands_for: np.ndarray) -> np.ndarray:
    """Scores (experts, n, units) → what each expert weighs, so that the truth is likeliest; held near to nothing."""
    scales = np.maximum(scores.std(axis=(1, 2)), 1e-6)
    rows, share = np.arange(len(truth)), (stands_for / stands_for.sum())[:, None]

    def surprise(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = softmax(np.tensordot(weights / scales, scores, 1))
        loss = -float((np.log(odds[rows, truth] + 1e-12) * share[:, 0]).sum())
        odds[rows, truth] -= 1.0
        slope = np.tensordot(scores, odds * share, 2) / scales
        return loss + 1e-3 * float(weights @ weights), slope + 2e-3 * weights

    found = minimize(surprise, np.full(len(scores), 0.3), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / scales)
