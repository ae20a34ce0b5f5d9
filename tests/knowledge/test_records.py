"""Knowledge files are read strictly: what is misspelt, missing or of the wrong kind is named with file and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.catalog import load_catalog
from knowledge.categories import load_categories
from knowledge.errors import BadFile
from knowledge.records import read_record

CATEGORY = """id: water
name: 水务
article: 13
duty: assist
covers: 停水
kinds:
  - {id: no_water, name: 停水, urgency: soon, deadline: quick, unit: 供水公司, grid_worker: 通知住户}
"""
ITEM = """id: elder_card
name: 老年证
category: elderly
article: 11
conditions: [满六十岁]
materials: [身份证]
steps: [到窗口登记]
window: 社区服务大厅
hours: 工作日
limit: 当场
fee: 不收费
agent: 家里人可以代办
notes: []
questions: [老年证咋个办]
source: 示例
verified: false
sample: true
"""


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("covers: 停水", "covres: 停水", "covers"),
        ("covers: 停水", "covers: 停水\nextra: 1", "extra"),
        ("id: water", "id: weather", "id"),
        ("article: 13", "article: 十三", "article"),
        ("duty: assist", "duty: help", "duty"),
        ("deadline: quick", "deadline: someday", "kinds[1].deadline"),
        ("unit: 供水公司, ", "", "kinds[1].unit"),
        ("unit: 供水公司", "unit: ''", "kinds[1].unit"),
    ],
)
def test_a_broken_category_names_its_field(tmp_path: Path, before: str, after: str, field: str) -> None:
    (tmp_path / "water.yml").write_text(CATEGORY.replace(before, after), "utf-8")
    with pytest.raises(BadFile) as failure:
        load_categories(tmp_path)
    assert (failure.value.fields["file"], failure.value.fields["field"]) == ("water.yml", field)


def test_a_kind_belongs_to_one_category_only(tmp_path: Path) -> None:
    (tmp_path / "water.yml").write_text(CATEGORY, "utf-8")
    (tmp_path / "weather.yml").write_text(CATEGORY.replace("id: water", "id: weather"), "utf-8")
    with pytest.raises(BadFile, match="no_water"):
        load_categories(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("fee: 不收费\n", "", "fee"),
        ("id: elder_card", "id: other", "id"),
        ("materials: [身份证]", "materials: 身份证", "materials"),
        ("verified: false", "verified: 没有", "verified"),
        ("notes: []", "notes: []\nnote: 甲", "note"),
        ("questions: [老年证咋个办]", "questions: ['']", "questions"),
    ],
)
def test_a_broken_service_item_names_its_field(tmp_path: Path, before: str, after: str, field: str) -> None:
    (tmp_path / "elder_card.yml").write_text(ITEM.replace(before, after), "utf-8")
    with pytest.raises(BadFile) as failure:
        load_catalog(tmp_path)
    assert failure.value.fields["field"] == field


def test_a_whole_service_item_is_read(tmp_path: Path) -> None:
    (tmp_path / "elder_card.yml").write_text(ITEM, "utf-8")
    item = load_catalog(tmp_path)["elder_card"]
    assert item.materials == ("身份证",) and item.notes == () and item.sample and not item.verified


@pytest.mark.parametrize("content", ["[1, 2]", "a: [", "\t- x"])
def test_what_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(BadFile, match=r"x\.yml"):
        read_record(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"gone\.yml"):
        read_record(tmp_path / "gone.yml")
