"""What is learnt on sentence vectors: honest where the encoder had seen the examples, and of no use with another encoder."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from nlu.classifiers import embedding
from nlu.classifiers.cascade import Cascade
from nlu.classifiers.exams import ENOUGH, exams, sit
from nlu.classifiers.share import PART, held_back

TEXTS = [f"第{number}号路灯坏了" for number in range(8000)]
LABELS = np.array(["灯", "路"] * 4000)


def test_about_one_example_in_eight_is_held_back_and_asked_always_the_same() -> None:
    [(known, asked)] = exams(TEXTS, LABELS)
    assert abs(len(asked) / len(TEXTS) - PART) < 0.02
    assert [TEXTS[row] for row in asked] == [text for text in TEXTS if held_back(text)]
    assert sorted([*known, *asked]) == list(range(len(TEXTS)))


def test_a_label_that_nothing_would_be_left_of_is_not_asked() -> None:
    alone = next(row for row, text in enumerate(TEXTS) if held_back(text))
    labels = LABELS.copy()
    labels[alone] = "独一份"
    [(known, asked)] = exams(TEXTS, labels)
    assert alone in known and alone not in asked


def test_where_too_few_are_held_back_all_are_asked_in_folds() -> None:
    papers = exams(TEXTS[:ENOUGH], LABELS[:ENOUGH])
    assert sorted(row for _, asked in papers for row in asked) == list(range(ENOUGH))
    assert not any(set(known) & set(asked) for known, asked in papers)


def test_while_the_exams_are_taken_all_is_learned_and_a_failure_is_told() -> None:
    learned: list[str] = []
    papers = exams(TEXTS[:ENOUGH], LABELS[:ENOUGH])
    asked, told = sit(papers, lambda known, asked: len(asked), lambda: learned.append("all"))
    assert learned == ["all"] and len(asked) == sum(told) == ENOUGH
    with pytest.raises(ZeroDivisionError):
        sit(papers, lambda known, asked: 0, lambda: 1 // 0)


def test_a_model_of_another_encoder_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pickle.dumps(Cascade())
    assert isinstance(pickle.loads(kept), Cascade)
    monkeypatch.setattr(embedding, "version", lambda: "another")
    with pytest.raises(RuntimeError, match="linli train"):
        pickle.loads(kept)
