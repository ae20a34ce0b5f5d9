"""Whatever a message looks like: reading it never fails, and what is found points at the characters as they were given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.examples import load_lexicon
from nlu.text.address import find_addresses
from nlu.text.home import find_homes
from nlu.text.identity import find_marks
from nlu.text.moment import find_moments
from nlu.text.normalise import Normal, normalise
from nlu.text.places import Gazetteer

LEXICON = load_lexicon()
RESPELLING = LEXICON.respelling()
PLACES = Gazetteer({name.lower(): place for name, place in LEXICON.places.items()})
FINDERS: list[Callable[[str], list]] = [lambda text: find_addresses(text, PLACES), find_homes, find_marks, find_moments]  # type: ignore[type-arg]

TRADITIONAL = str.maketrans("栋单号楼龙华园电", "棟單號樓龍華園電")
WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}
WORDS = "三栋二单元五零一幸福里金朱路号楼室弄小区昨晚点半周月日年到至和的是我家楼下上午每天电话身份证贵A12345-—/.:、，。 ()垃级物叶啷个🔥\u200b\t\n"
SENTENCES = (
    "{}漏水了",
    "垃级堆在{}门口没人管",
    "😡😡😡{}的燈壞了！！！！！！",
    "物叶说{}停水，啷个办嘛",
    "  我住{}，\u200b三天了",
    "{}",
)
ADDRESSES = (
    "幸福里小区3栋2单元501",
    "3-2-501",
    "新华小区18栋5单元",
    "金朱路18号",
    "龙井苑9栋4单元",
    "电厂宿舍1号楼",
    "翠湖苑三号楼",
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet=WORDS, max_size=60))
def test_any_text_can_be_read(said: str) -> None:
    normal = normalise(said, RESPELLING)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert list(normal.starts) == sorted(normal.starts) and list(normal.ends) == sorted(normal.ends)
    for find in FINDERS:
        _all_lie_in(find(normal.text), normal, said)


def _all_lie_in(found: list, normal: Normal, said: str) -> None:  # type: ignore[type-arg]
    """In reading order, without overlaps, inside the text as given."""
    ends = [0]
    for one in found:
        assert ends[-1] <= one.start < one.end <= len(normal.text)
        ends.append(one.end)
        start, end = normal.original(one.start, one.end)
        assert 0 <= start < end <= len(said)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, str]:
    """An address, the same as somebody's keyboard writes it, and a sentence around that."""
    plain = draw(st.sampled_from(ADDRESSES))
    disguised = plain
    for disguise in (TRADITIONAL, WIDE):
        if draw(st.booleans()):
            disguised = disguised.translate(disguise)
    hidden = draw(st.integers(1, len(disguised) - 1))
    if draw(st.booleans()):
        disguised = disguised[:hidden] + "\u200b" + disguised[hidden:]
    return plain, disguised, draw(st.sampled_from(SENTENCES)).format(disguised)


@settings(max_examples=300, deadline=None)
@given(written())
def test_an_address_in_any_dress_is_found_where_it_stands(case: tuple[str, str, str]) -> None:
    plain, disguised, said = case
    normal = normalise(said, RESPELLING)
    parts = find_addresses(plain, PLACES)[0].parts
    found = find_addresses(normal.text, PLACES)
    spans = [said[slice(*normal.original(one.start, one.end))] for one in found]
    assert len(found) == 1 and spans[0].removesuffix("门口") == disguised
    assert found[0].parts.items() >= parts.items()


@pytest.mark.parametrize(
    "said", ["3-" * 900, "三" * 2000, "幸福里" * 600, "1" * 2000, "路" * 2000, "金朱路" + "啊" * 1900, "的那个" * 600]
)
def test_what_nobody_writes_is_read_too(said: str) -> None:
    normal = normalise(said, RESPELLING)
    for find in FINDERS:
        _all_lie_in(find(normal.text), normal, said)
