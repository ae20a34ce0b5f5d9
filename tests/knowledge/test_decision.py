"""The decision learns what sets the statuses apart, also where one of them is missing, and survives its file."""

from __future__ import annotations

import json

import numpy as np
import pytest

from knowledge.decision import STATUSES, Decision, learn_decision, undecided

WIDTH = 4


def lesson(*statuses: int) -> tuple[np.ndarray, np.ndarray]:
    """Cues around one corner for each status, sixty each."""
    draws = np.random.default_rng(2)
    labels = np.repeat(statuses, 60)
    return np.eye(WIDTH)[labels] * 3 + draws.normal(0, 0.3, (len(labels), WIDTH)), labels


def said(decision: Decision, status: int) -> str:
    probabilities = decision.probabilities(np.eye(WIDTH)[status] * 3)
    assert sum(probabilities.values()) == pytest.approx(1)
    return max(probabilities, key=probabilities.__getitem__)


@pytest.mark.parametrize("statuses", [(0, 1, 2), (0, 1), (0, 2)])
def test_each_status_is_told_from_the_others(statuses: tuple[int, ...]) -> None:
    decision = learn_decision(*lesson(*statuses))
    assert [said(decision, status) for status in statuses] == [STATUSES[status] for status in statuses]


def test_a_status_that_nothing_showed_is_never_given() -> None:
    assert learn_decision(*lesson(0, 1)).probabilities(np.eye(WIDTH)[2] * 3)["out_of_scope"] < 1e-6


def test_where_everything_is_answered_nothing_is_declined() -> None:
    decision = learn_decision(*lesson(0))
    assert said(decision, 1) == "answered" and said(undecided(WIDTH), 2) == "answered"


def test_numbers_in_a_file_decide_the_same() -> None:
    decision = learn_decision(*lesson(0, 1, 2))
    again = Decision.of_numbers(json.loads(json.dumps(decision.as_numbers())), WIDTH)
    cues = np.full(WIDTH, 0.7)
    assert again.probabilities(cues) == pytest.approx(decision.probabilities(cues), abs=1e-3)


@pytest.mark.parametrize(
    "numbers", [{}, {"mean": [0], "scale": [1], "networks": []}, {"mean": "x", "scale": 1, "networks": 3}]
)
def test_numbers_of_another_shape_are_refused(numbers: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Decision.of_numbers(numbers, WIDTH)
