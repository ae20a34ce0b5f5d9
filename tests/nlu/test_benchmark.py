"""The benchmark's own words: the same sentences for both, and figures side by side."""

from __future__ import annotations

from nlu.benchmark.__main__ import table
from nlu.benchmark.load import Figures
from nlu.benchmark.sentences import DONE, OF_EACH, SPOKEN, in_turn, sentences
from nlu.benchmark.vanilla import CONFIG


def test_every_intent_is_said_equally_often_and_no_sentence_twice() -> None:
    said = sentences()
    assert set(said) == {*SPOKEN, *DONE}
    assert {len(texts) for texts in said.values()} == {OF_EACH}
    assert len(set(in_turn(said))) == len(said) * OF_EACH


def test_the_other_is_vanilla_rasa() -> None:
    assert [part["name"] for part in CONFIG["policies"]] == ["MemoizationPolicy", "RulePolicy", "TEDPolicy"]


def test_figures_stand_side_by_side() -> None:
    theirs = Figures(16.0, 20.0, 60.0, 30.0, 30.0, 60.0, 15.0, 83.0, 1200.0, 1100.0)
    ours = Figures(200.0, 210.0, 5.0, 3.0, 4.0, 25.0, 5.0, 5.5, 550.0, 500.0)
    lines = table({"原版": theirs, "邻里": ours}).splitlines()
    assert "| 一个用户，轮/秒 | 16.0 | 200.0 | 12.50 | 10 倍 |" in lines
    assert lines[-1] == "第 200 轮是第 5 轮的：原版 5.53 倍，邻里 1.10 倍"
