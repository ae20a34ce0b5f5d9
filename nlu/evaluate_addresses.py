"""Measure addresses: whether building, unit and room come out right, whatever sentence the address stands in.

A row is an address alone with labelled parts (`addresses_dev.jsonl`: {"text", "entities": [[part, words], …]}); residents and
operators say it in the middle of a sentence, so it is measured there. Which sentence is chosen by the row's own text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge.community import Community, load_community
from nlu.entities import Entity
from nlu.text.numerals import normal_number

ROUTING = Path(__file__).resolve().parent.parent / "tests" / "cases" / "routing"
SENTENCES = (
    "{}的下水道堵了",
    "我住{},电梯坏三天了",
    "{}楼道灯不亮，麻烦派人看看",
    "你好，{}漏水漏到我家了",
    "市民反映{}有人违规搭建，请核实",
    "来电人称其居住在{}，近期噪音扰民",
    "地址：{}，请尽快处理",
    "我要投诉{}门口堆满垃圾",
    "家住{}，停水了怎么办",
    "麻烦来一趟{}，水管爆了",
    "请问{}归哪个网格员管",
    "{}",
)
LABELS = {"houseno": "building", "cellno": "unit", "roomno": "room"}
NAMES = {"building": "楼栋", "unit": "单元", "room": "房号"}
SUFFIX = re.compile(r"(?:办公室|号楼|栋楼|幢楼|单元|街|[号栋幢撞座排楼室房户档单#])+$")

Find = Callable[[str], Sequence[Entity]]
"""A sentence → what is named in it."""


def said(address: str) -> str:
    """The sentence in which an address is measured; always the same one."""
    return SENTENCES[zlib.crc32(address.encode()) % len(SENTENCES)].format(address)


def labelled(row: Mapping[str, Any]) -> dict[str, str]:
    """The building, unit and room of a row, in plain form.

    The labels call the house behind a lane (弄) now houseno, now subroadno; it is the building both times.
    """
    parts, before = {}, ""
    for label, words in row["entities"]:
        if label in LABELS or (label == "subroadno" and before.endswith("弄")):
            parts[LABELS.get(label, "building")] = plain(words)
        before = words
    return parts


def found(entities: Sequence[Entity]) -> dict[str, str]:
    """The building, unit and room of the address that says most."""
    address = fullest(entities)
    parts = address.parts if address else {}
    return {name: plain(parts[name]) for name in NAMES if name in parts}


def fullest(entities: Sequence[Entity]) -> Entity | None:
    """The address that says most: the one that a report takes."""
    return max((e for e in entities if e.entity == "address"), key=lambda e: len(e.parts), default=None)


def grid_of(entities: Sequence[Entity], community: Community) -> str | None:
    """The grid that a sentence is about; None is left to the duty desk."""
    address = fullest(entities)
    grid = community.locate(address.parts, address.value) if address else None
    return grid.id if grid else None


def grid_hits(find: Find) -> list[bool]:
    """Whether each of our own sentences about the sample community (`tests/cases/routing`) finds its grid."""
    community = load_community()
    rows = [row for path in sorted(ROUTING.glob("*.yml")) for row in yaml.safe_load(path.read_text("utf-8"))]
    return [grid_of(find(row["say"]), community) == row["grid"] for row in rows]


def plain(words: str) -> str:
    """三栋 and 3号楼 → 3, c16栋 → C16."""
    return normal_number(SUFFIX.sub("", words.removeprefix("第")).replace("号", ""))


def address_hits(rows: Sequence[Mapping[str, Any]], find: Find) -> dict[str, list[bool]]:
    """For 地址 (all three right in a row) and for each part (right in the rows that name it): one hit or miss a row."""
    scored: dict[str, list[bool]] = {"地址": [], **{name: [] for name in NAMES.values()}}
    for row in rows:
        truth, seen = labelled(row), found(find(said(row["text"])))
        scored["地址"].append(truth == seen)
        for part, value in truth.items():
            scored[NAMES[part]].append(seen.get(part) == value)
    return scored
