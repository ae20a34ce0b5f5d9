"""What is learnt on sentence vectors: honest where the encoder had seen the examples, and of no use with another encoder."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from nlu.classifiers import embedding
from nlu.classifiers.cascade import Cascade
from nlu.classifiers.share import ENOUGH, PART, held_back, unseen


def test_about_one_example_in_eight_is_held_back_always_the_same() -> None:
    texts = [f"第{number}号路灯坏了" for number in range(8000)]
    rows = unseen(texts)
    assert abs(len(rows) / len(texts) - PART) < 0.02
    assert [texts[row] for row in rows] == [text for text in texts if held_back(text)]


def test_where_too_few_are_held_back_all_are_taken() -> None:
    assert np.array_equal(unseen(["甲"] * (ENOUGH - 1)), np.arange(ENOUGH - 1))


def test_a_model_of_another_encoder_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pickle.dumps(Cascade())
    assert isinstance(pickle.loads(kept), Cascade)
    monkeypatch.setattr(embedding, "version", lambda: "another")
    with pytest.raises(RuntimeError, match="linli train"):
        pickle.loads(kept)
