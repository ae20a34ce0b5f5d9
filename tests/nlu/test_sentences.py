"""The file of sentence vectors that training leaves behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlu.classifiers.sentences import SentenceStore

KEPT = {"甲": np.full(4, 1, dtype=np.float32), "甲乙": np.full(4, 2, dtype=np.float32)}


def test_vectors_outlive_the_store(tmp_path: Path) -> None:
    SentenceStore(tmp_path / "vectors.db", "one").keep(KEPT)
    known = SentenceStore(tmp_path / "vectors.db", "one").known(["甲", "甲乙", "丙"])
    assert known.keys() == KEPT.keys()
    assert all(np.array_equal(known[text], KEPT[text]) for text in KEPT)


def test_vectors_of_another_encoder_are_not_seen(tmp_path: Path) -> None:
    SentenceStore(tmp_path / "vectors.db", "one").keep(KEPT)
    assert SentenceStore(tmp_path / "vectors.db", "another").known(["甲"]) == {}
