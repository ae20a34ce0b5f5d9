"""Whether what was found answers: a calibrated decision between answered, not covered and out of scope.

Some small networks of one hidden layer, each taught on another draw of the known questions, and averaged: beside one
logistic regression they decline 3 % more of what the texts do not settle at the same price in wrongly declined questions
(docs/measurements.md). Kept as plain numbers: nothing that runs is read from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STATUSES = ("answered", "not_covered", "out_of_scope")
NETWORKS = 24
HIDDEN = 32
SMOOTHNESS = 0.3
ROUNDS = 40
WEIGHTS = (1.0, 1.4, 1.5)
"""What a question of each status counts: those that the texts do not settle are the likest to answerable ones."""


@dataclass(frozen=True)
class Network:
    """Cues → hidden [cues, HIDDEN] and its offset → odds [HIDDEN, statuses] and theirs."""

    inner: Array
    inner_offset: Array
    outer: Array
    outer_offset: Array

    def probabilities(self, cues: Array) -> Array:
        """Of each status, [STATUSES]."""
        odds = np.maximum(cues @ self.inner + self.inner_offset, 0.0) @ self.outer + self.outer_offset
        raised = np.exp(odds - odds.max())
        return np.asarray(raised / raised.sum())


@dataclass(frozen=True)
class Decision:
    """Cues are first put around `mean` in units of `scale`; the networks' probabilities are averaged. Without a network:
    always the first status."""

    mean: Array
    scale: Array
    networks: tuple[Network, ...] = ()

    def probabilities(self, cues: Array) -> dict[str, float]:
        """Each status with its probability."""
        if not self.networks:
            return {status: float(status == STATUSES[0]) for status in STATUSES}
        placed = (cues - self.mean) / self.scale
        shares = np.mean([network.probabilities(placed) for network in self.networks], axis=0)
        return dict(zip(STATUSES, map(float, shares), strict=True))

    def as_numbers(self) -> dict[str, Any]:
        """For a JSON file."""
        networks = [[array.round(5).tolist() for array in vars(network).values()] for network in self.networks]
        return {"mean": self.mean.round(6).tolist(), "scale": self.scale.round(6).tolist(), "networks": networks}

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, Any], width: int) -> Decision:
        """What `as_numbers` gave, for `width` cues. Raises KeyError, TypeError or ValueError for anything else."""
        networks = tuple(
            Network(*(np.asarray(part, dtype=np.float64) for part in parts)) for parts in numbers["networks"]
        )
        mean, scale = (np.asarray(numbers[key], dtype=np.float64) for key in ("mean", "scale"))
        shapes = {(n.inner.shape[0], n.outer.shape[1]) for n in networks}
        if mean.shape != (width,) or scale.shape != (width,) or shapes - {(width, len(STATUSES))}:
            raise ValueError("numbers of another shape")
        return cls(mean, scale, networks)


def undecided(width: int) -> Decision:
    """Never declines: for texts of which nobody has asked anything yet."""
    return Decision(np.zeros(width), np.ones(width))


def learn_decision(seen: Array, labels: NDArray[np.int64]) -> Decision:
    """From cues [n, cues] of known questions and the number of each one's right status.

    A status counts by the root of its size: how often residents ask what cannot be answered is not known beforehand.
    Where all have one status there is nothing to decide.
    """
    present = np.unique(labels)
    if len(present) == 1:
        return undecided(seen.shape[1])
    decision = Decision(seen.mean(axis=0), seen.std(axis=0) + 1e-6)
    placed, draws = (seen - decision.mean) / decision.scale, np.random.default_rng(0)
    weights = (np.asarray(WEIGHTS) / np.sqrt(np.bincount(labels, minlength=len(STATUSES)) + 1e-9))[labels]
    rows = [draws.choice(len(labels), len(labels), p=weights / weights.sum()) for _ in range(NETWORKS)]
    return Decision(
        decision.mean, decision.scale, tuple(_taught(placed[r], labels[r], seed) for seed, r in enumerate(rows))
    )


def _taught(seen: Array, labels: NDArray[np.int64], seed: int) -> Network:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    learner = MLPClassifier((HIDDEN,), alpha=SMOOTHNESS, max_iter=ROUNDS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many rounds are enough, converged or not
        learner.fit(seen, labels)
    (inner, outer), (inner_offset, outer_offset) = learner.coefs_, learner.intercepts_
    if len(learner.classes_) == 2:  # scikit-learn then gives one output, the odds of the second class
        outer, outer_offset = np.hstack((0 * outer, outer)), np.append(0.0, outer_offset)
    odds, offsets = np.zeros((HIDDEN, len(STATUSES))), np.full(len(STATUSES), -20.0)
    odds[:, learner.classes_], offsets[learner.classes_] = outer, outer_offset
    return Network(inner, inner_offset, odds, offsets)
