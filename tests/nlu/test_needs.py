"""What a pattern needs: never more than it does, or a danger would be missed."""

from __future__ import annotations

import re

import pytest

from nlu.examples import load_examples, load_lexicon
from nlu.text.needs import needs
from nlu.text.urgency import NeverMiss


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("火", "火"),
        ("着火", "火"),  # 着 is everywhere
        ("人在火里", "火"),
        ("(?:孩子|娃)掉", "掉"),
        ("孩子?", "孩"),
        ("孩?子", "子"),
        ("火+", "火"),
        ("(?=[火烟]).", "火烟"),
        ("[火烟]里", "火烟"),
        ("[0-2]楼", "楼"),
        ("火|烟大", "火烟"),
        ("火|烟?", ""),
        ("(?!火)", ""),
        ("(?<=火)", ""),
        ("[^火]", ""),
        ("[\\u4e00-\\u9fff]", ""),
        (r"\d", ""),
        (".{3}", ""),
        ("火*", ""),
        ("", ""),
    ],
)
def test_needs(pattern: str, needed: str) -> None:
    assert needs(pattern) == set(needed)


def test_no_match_without_what_is_needed() -> None:
    patterns = ["(?:(?:救|帮)命)+", "[火烟](?:大|浓)?", "(?:a|bc){2}", "掉.{0,3}(?:井|水)里"]
    for pattern in patterns:
        for text in ["救命", "帮命救命", "烟", "火大", "abc", "bca", "掉到井里", "掉水里"]:
            if re.search(pattern, text):
                assert needs(pattern) & set(text)


def test_the_quick_look_passes_over_no_danger() -> None:
    rules = load_lexicon().never_miss
    quick, thorough = NeverMiss(rules), NeverMiss(rules)
    thorough._telling = lambda masked: thorough._rules  # type: ignore[method-assign]
    texts = [example.text for example in load_examples() if example.intent in ("emergency", "self_harm")][::7]
    found = [quick.alarms(text) for text in texts]
    assert found == [thorough.alarms(text) for text in texts]
    assert sum(map(bool, found)) > len(texts) / 4


def test_a_rule_that_needs_no_character_is_always_asked() -> None:
    rules = NeverMiss([{"about": "fire", "intent": "emergency", "says": [r"\w*", "着火"]}])
    assert [alarm.about for alarm in rules.alarms("abc")] == ["fire"]
