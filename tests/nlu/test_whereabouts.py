"""From a resident's sentence to the grid it is about, in the sample community: right nearly always, never a wrong guess."""

from __future__ import annotations

import pytest
import yaml

from knowledge.community import load_community
from nlu.evaluate_addresses import grid_of
from nlu.examples import load_lexicon
from nlu.reading import Preparation
from tests.conftest import TESTS, cases

PREPARATION, COMMUNITY = Preparation(load_lexicon()), load_community()
FLOOR = 0.97


def found(sentence: str) -> str | None:
    return grid_of(PREPARATION.prepare(sentence).entities, COMMUNITY)


def test_three_hundred_addresses_find_their_grid() -> None:
    """Every estate, alias and street of the community in the spellings that residents use."""
    rows = yaml.safe_load((TESTS / "cases/routing/spellings.yml").read_text("utf-8"))
    missed = [row for row in rows if found(row["say"]) != row["grid"]]
    assert len(rows) >= 300 and {row["grid"] for row in rows} == set(COMMUNITY.grids)
    assert 1 - len(missed) / len(rows) >= FLOOR, missed


@pytest.mark.parametrize("case", [case for case in cases("cases/routing") if not case.id.startswith("spellings")])
def test_a_place_finds_its_grid(case: dict[str, str | None]) -> None:
    """Landmarks and short names; what lies outside, or could be in two grids, is left to the duty desk."""
    assert found(str(case["say"])) == case["grid"]
