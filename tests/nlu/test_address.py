"""Addresses, times and numbers as residents write them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from nlu.examples import load_lexicon
from nlu.reading import Preparation
from nlu.text.identity import has_check_digit
from nlu.text.moment import find_moments
from nlu.text.normalise import Respelling, normalise
from nlu.text.numerals import to_int
from nlu.text.when import When, resolve
from tests.conftest import cases

PREPARATION = Preparation(load_lexicon())
MARKS = {"phone", "id_card", "plate", "ticket_number", "person"}


@pytest.mark.parametrize("case", cases("cases/addresses"))
def test_address(case: dict[str, Any]) -> None:
    found = [e for e in PREPARATION.prepare(case["say"]).entities if e.entity == "address"]
    assert [{"address": e.value, **e.parts} for e in found] == case["finds"]
    assert all(case["say"][e.start : e.end] == e.value for e in found)


@pytest.mark.parametrize("case", cases("cases/moments"))
def test_moment(case: dict[str, Any]) -> None:
    assert [e.value for e in PREPARATION.prepare(case["say"]).entities if e.entity == "time"] == case["finds"]


@pytest.mark.parametrize("case", cases("cases/marks"))
def test_mark(case: dict[str, Any]) -> None:
    found = [e for e in PREPARATION.prepare(case["say"]).entities if e.entity in MARKS]
    assert {e.entity: e.value for e in found} == case["finds"]


@pytest.mark.parametrize("case", cases("cases/homes"))
def test_home(case: dict[str, Any]) -> None:
    found = [e for e in PREPARATION.prepare(case["say"]).entities if e.entity == "home"]
    assert [e.parts["scope"] for e in found] == case["finds"]
    assert all(case["say"][e.start : e.end] == e.value for e in found)


@pytest.mark.parametrize(
    ("card", "fits"), [("11010519491231002X", True), ("110105194912310021", False), ("110105491231002", True)]
)
def test_an_identity_card_checks_itself(card: str, fits: bool) -> None:
    """The first is the example of the standard itself (GB 11643)."""
    assert has_check_digit(card) is fits
    (found,) = PREPARATION.prepare(f"身份证{card}").entities
    assert (found.entity, found.value, "check_digit" in found.parts) == ("id_card", card, not fits)


@pytest.mark.parametrize("case", cases("cases/days"))
def test_a_time_becomes_a_day(case: dict[str, Any]) -> None:
    first, clock = case.get("first"), case.get("clock")
    expected = When(first, case.get("last", first), time.fromisoformat(clock) if clock else None)
    assert resolve(case["say"], date(2026, 11, 24)) == expected
    assert [moment.text for moment in find_moments(case["say"])] == [case["say"]]


@pytest.mark.parametrize(
    ("text", "number"), [("三十一", 31), ("二〇一", 201), ("十", 10), ("一百零五", 105), ("廿三", 23), ("栋", None)]
)
def test_numerals(text: str, number: int | None) -> None:
    assert to_int(text) == number


def test_the_normal_form_leads_back_to_what_was_given() -> None:
    respelling = Respelling({"垃级": "垃圾", "啷个": "怎么"}, lambda char: {"燈": "灯", "壞": "坏"}.get(char, char))
    given = "３棟啷个\u200b燈壞了，垃级！！！！！！"
    normal = normalise(given, respelling)
    assert normal.text == "3棟怎么灯坏了,垃圾!!!"
    start = normal.text.index("垃圾")
    assert given[slice(*normal.original(start, start + 2))] == "垃级"
