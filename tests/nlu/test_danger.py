"""Danger by frames of word classes, vectors and rules together: the parts on a few sentences, the whole on measured ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from nlu.classifiers.danger import SURE, WITNESS, DangerModel, _weighed, evidence
from nlu.classifiers.features import Features, Sample
from nlu.examples import load_examples, load_lexicon
from nlu.reading import Reader
from nlu.text.frames import Frames
from nlu.text.urgency import Alarm
from nlu.train import current

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases" / "urgency"
FRAMES = Frames({"child": ["娃", "孙女"], "fall": ["掉", "滑"], "water": ["水", "水库"], "repair": ["修", "换"]})
BAD = ["娃掉水里了", "孙女滑进水库", "娃滑水库里了", "孙女掉水里了", "娃掉进水库", "孙女滑水里"]
FINE = ["修路灯", "换水表", "水管要换", "修一修路", "路灯换了吗", "水费怎么交"]


def sample(text: str) -> Sample:
    return Sample(text, text, tuple(text), tuple(FRAMES(text)))


def vectors(texts: Sequence[str]) -> np.ndarray:
    """A stand-in that says nothing: all texts lie nearly together."""
    return np.array([[len(text) * 1e-3, 1.0] for text in texts], np.float32)


def test_words_of_a_class_make_the_same_frame() -> None:
    assert (
        set(FRAMES("娃掉水里")) == set(FRAMES("孙女滑水库")) >= {"child", "fall", "water", "child+fall", "fall&water"}
    )


def test_a_frame_within_a_clause_is_another_than_across_the_message() -> None:
    assert "child+water" not in FRAMES("娃呢，水呢") and "child&water" in FRAMES("娃呢，水呢")


def test_the_longest_word_is_read() -> None:
    assert Frames({"a": ["水"], "b": ["水库"]})("水库") == ["b"] and FRAMES("") == Frames({})("水库") == []


@cache
def learned() -> tuple[Features, DangerModel]:
    said = [sample(text) for text in BAD + FINE]
    features, model = Features(), DangerModel()
    x = features.fit(said)
    model.fit(said, x, np.array([True] * len(BAD) + [False] * len(FINE)), vectors)
    return features, model


def odds(text: str, witness: float = 0.0) -> float:
    features, model = learned()
    said = [sample(text)]
    return float(model.odds(said, features.transform(said), [witness], vectors)[0])


def test_danger_is_told_from_business() -> None:
    assert odds("孙女掉水库了") > odds("换水管")


def test_a_rule_shifts_the_odds_by_what_it_is_worth() -> None:
    assert evidence([]) == 0 and evidence([Alarm("fire", "emergency", 0, 2)]) == WITNESS
    assert evidence([Alarm("fire", "emergency", 0, 2), Alarm("help", "emergency", 0, 2, sure=True)]) == SURE
    assert odds("换水管", SURE) > odds("换水管", WITNESS) > odds("换水管")


def test_no_class_is_empty_and_no_word_stands_twice_in_one() -> None:
    for name, words in load_lexicon().danger_words.items():
        assert words and len(words) == len(set(words)), name
        assert all(isinstance(word, str) and word == word.strip() for word in words), name


def test_odds_are_weighed_as_scikit_learn_does() -> None:
    learnt, told = learned()[1]._both, np.array([[0.3, -2.0], [-1.0, 4.0]])
    assert np.allclose(_weighed(learnt, told), learnt.decision_function(told)) and learnt.intercept_[0]


def measured(kind: str) -> list[str]:
    paths = sorted(CASES.glob(f"measured_*/{kind}.yml"))
    return [case["say"] for path in paths for case in yaml.safe_load(path.read_text("utf-8"))]


def test_no_measured_sentence_is_an_example() -> None:
    said = {*measured("danger"), *measured("calm")}
    assert len(said) > 700 and not said & {example.text for example in load_examples()}


@cache
def share_urgent(kind: str) -> float:
    archive = current(ROOT / "models")
    if archive is None:
        pytest.skip("no trained model of these files; make train makes one")
    return float(np.mean([reading.urgent for reading in Reader.open(archive).read(measured(kind))]))


def test_danger_said_sideways_is_found() -> None:
    assert share_urgent("danger") >= 0.96


def test_few_harmless_sentences_raise_the_flag() -> None:
    assert share_urgent("calm") <= 0.04
