"""The files of sentence vectors: what comes with the code, and what training leaves behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.encoder.precomputed import Precomputed
from knowledge.encoder.tuned import version
from nlu.classifiers.embedding import E5
from nlu.classifiers.sentences import LONGEST, SentenceStore
from nlu.examples import load_examples, load_lexicon
from nlu.reading import Preparation

KEPT = {"甲": np.full(4, 1, dtype=np.float32), "甲乙": np.full(4, 2, dtype=np.float32)}


def test_vectors_outlive_the_store(tmp_path: Path) -> None:
    SentenceStore(tmp_path / "vectors.db", "one").keep(KEPT)
    known = SentenceStore(tmp_path / "vectors.db", "one").known(["甲", "甲乙", "丙"])
    assert known.keys() == KEPT.keys()
    assert all(np.array_equal(known[text], KEPT[text]) for text in KEPT)


def test_vectors_of_another_encoder_are_not_seen(tmp_path: Path) -> None:
    SentenceStore(tmp_path / "vectors.db", "one").keep(KEPT)
    assert SentenceStore(tmp_path / "vectors.db", "another").known(["甲"]) == {}


def test_the_examples_need_not_be_embedded_at_the_first_training(tmp_path: Path) -> None:
    """A few may be newer than the file that comes with the code; those that are there are what the encoder says."""
    preparation = Preparation(load_lexicon())
    texts = [preparation.prepare(example.text).sample.text[:LONGEST] for example in load_examples()[::100]]
    found = Precomputed(f"e5-{version()}").known(texts)
    assert len(found) >= 0.97 * len(set(texts))
    some = sorted(found)[::20]
    told, fresh = E5(tmp_path / "vectors.db")(some), E5()(some)
    assert np.einsum("ij,ij->i", told, fresh).min() > 0.998
    assert SentenceStore(tmp_path / "vectors.db", version()).known(some) == {}
