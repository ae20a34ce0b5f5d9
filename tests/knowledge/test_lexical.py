"""Lexical likeness: what is the same is wholly alike, what has no word in common is not at all."""

from __future__ import annotations

import numpy as np

from knowledge.folding import fold
from knowledge.lexical import LexicalIndex
from knowledge.words import terms

TEXTS = ["网格员的报酬由谁支付", "居民委员会怎样产生", "燃气灶打不着", "网格员由谁管理"]
INDEX = LexicalIndex(TEXTS)


def cosines(question: str) -> np.ndarray:
    return INDEX.cosine(terms(fold(question)))


def test_a_text_is_wholly_like_itself_and_nothing_is_more() -> None:
    for row, text in enumerate(TEXTS):
        alike = cosines(text)
        assert alike.argmax() == row
        assert np.isclose(alike[row], 1, atol=1e-5)
        assert alike.max() < 1 + 1e-5


def test_words_in_common_are_some_likeness_and_none_are_none() -> None:
    alike = cosines("网格员归谁管")
    assert 0 < alike[0] < 1 and 0 < alike[3] < 1
    assert alike[1] == alike[2] == 0


def test_a_question_of_unknown_words_is_like_nothing() -> None:
    assert not cosines("qwertz").any()
    assert not cosines("").any()
