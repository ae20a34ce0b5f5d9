"""Addresses, times and numbers as residents write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nlu.examples import load_lexicon
from nlu.text.address import find_addresses
from nlu.text.identity import find_marks
from nlu.text.moment import find_moments, resolve
from nlu.text.normalise import Respelling, normalise
from nlu.text.numerals import to_int
from nlu.text.places import Gazetteer
from tests.conftest import cases

GAZETTEER = Gazetteer({name.lower(): place for name, place in load_lexicon().places.items()})


@pytest.mark.parametrize("case", cases("cases/addresses"))
def test_address(case: dict[str, Any]) -> None:
    found = [{"address": case["say"][a.start : a.end], **a.parts} for a in find_addresses(case["say"], GAZETTEER)]
    assert found == case["finds"]


@pytest.mark.parametrize("case", cases("cases/moments"))
def test_moment(case: dict[str, Any]) -> None:
    assert [moment.text for moment in find_moments(case["say"])] == case["finds"]


@pytest.mark.parametrize("case", cases("cases/marks"))
def test_mark(case: dict[str, Any]) -> None:
    assert {mark.kind: mark.value for mark in find_marks(case["say"])} == case["finds"]


@pytest.mark.parametrize(
    ("words", "day"),
    [("昨晚十一点", date(2026, 11, 23)), ("上周三", date(2026, 11, 18)), ("3月2日", date(2026, 3, 2)), ("后天", date(2026, 11, 26)), ("每天早上", None)],
)
def test_a_time_becomes_a_date(words: str, day: date | None) -> None:
    assert resolve(words, date(2026, 11, 24)) == day


@pytest.mark.parametrize(("text", "number"), [("三十一", 31), ("二〇一", 201), ("十", 10), ("一百零五", 105), ("廿三", 23), ("栋", None)])
def test_numerals(text: str, number: int | None) -> None:
    assert to_int(text) == number


def test_the_normal_form_leads_back_to_what_was_given() -> None:
    respelling = Respelling({"垃级": "垃圾", "啷个": "怎么"}, lambda char: {"燈": "灯", "壞": "坏"}.get(char, char))
    given = "３棟啷个\u200b燈壞了，垃级！！！！！！"
    normal = normalise(given, respelling)
    assert normal.text == "3棟怎么灯坏了,垃圾!!!"
    start = normal.text.index("垃圾")
    assert given[slice(*normal.original(start, start + 2))] == "垃级"
