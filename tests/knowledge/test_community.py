"""An address leads to exactly one grid, or to none; and the sample community hangs together."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from shapely.geometry import Polygon
from shapely.ops import unary_union

from knowledge.community import COMMUNITY, Community, load_community
from knowledge.errors import BadFile
from knowledge.whereabouts import one_off


@pytest.fixture(scope="module")
def community() -> Community:
    return load_community()


def test_twelve_grids_tile_the_area_without_overlap(community: Community) -> None:
    shapes = [Polygon(g.outline) for g in community.grids.values()]
    assert len(shapes) == 12 and all(s.is_valid for s in shapes)
    assert max(a.intersection(b).area for a, b in combinations(shapes, 2)) < 1e-12
    whole = unary_union(shapes)
    assert whole.geom_type == "Polygon" and not whole.interiors


def test_no_place_lies_in_two_grids_unless_split(community: Community) -> None:
    owned = [(g.id, e) for g in community.grids.values() for e in g.estates]
    for (one, a), (other, b) in combinations(owned, 2):
        if set(a.names) & set(b.names):
            numbers = [str(n) for n in range(1, 40)]
            assert one != other and a.name == b.name
            assert not any(a.has_building(n) and b.has_building(n) for n in numbers)
    streets = [s for g in community.grids.values() for s in g.streets]
    for s, t in combinations(streets, 2):
        assert s.name != t.name or not any(s.has_number(n) and t.has_number(n) for n in range(1, 300))


def test_fourteen_workers_and_a_supervisor_serve_all_grids(community: Community) -> None:
    roles = [w.role for w in community.workers.values()]
    assert (roles.count("worker"), roles.count("supervisor")) == (14, 1)
    assert all(g.worker != g.deputy for g in community.grids.values())
    assert all(g.id in community.workers[g.worker].grids for g in community.grids.values())


def test_leave_is_off_duty_on_both_its_days(community: Community) -> None:
    worker = community.workers["w09"]
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 13), date(2026, 3, 14)]
    assert [worker.on_duty(d) for d in days] == [True, False, False, True]


def test_emergency_numbers_are_the_real_ones(community: Community) -> None:
    real = {c.phone for c in community.contacts.values() if c.emergency and not c.sample}
    assert {"110", "119", "120", "12356"} <= real


@pytest.mark.parametrize(
    ("parts", "text", "point", "grid"),
    [
        ({"estate": "幸福里小区", "building": "3", "unit": "2"}, "", None, "g01"),
        ({"estate": "幸福里", "building": "13"}, "", None, "g02"),
        ({"estate": "幸福里小区"}, "幸福里小区楼道灯坏了", None, None),  # split: the building decides
        ({"estate": "幸福里小区", "building": "99"}, "", None, None),
        ({"estate": "幸福里小区"}, "", (106.686, 26.603), "g01"),  # or the point does
        ({}, "幸福里小区十五栋楼道灯坏了", None, "g02"),
        ({}, "幸福里三号楼", None, "g01"),
        ({"estate": "翠湖院", "building": "3"}, "", None, "g03"),  # one character wrong
        ({"estate": "金朱公寓", "building": "A"}, "", None, "g02"),
        ({"estate": "月亮湾"}, "翠湖苑旁边的月亮湾", None, None),  # an estate that nobody knows stays unknown
        ({"road": "金朱路", "road_number": "67"}, "", None, "g01"),
        ({"road": "金朱路", "road_number": "68-2"}, "", None, "g02"),
        ({"road": "金朱路", "road_number": "999"}, "", None, None),
        ({}, "金朱路七十三号门口有个坑", None, "g01"),
        ({"road": "翠湖路"}, "", None, "g03"),  # a street in one grid needs no number
        ({"road": "中华路", "road_number": "3"}, "", None, None),  # no misspelt 新华路, nor 中华北路
        ({"road": "中华北路", "landmark": "天桥下面"}, "中华北路那个天桥下面", None, "g05"),
        ({}, "在幸福里小学大门旁边", None, "g02"),
        ({}, "", (106.686, 26.603), "g01"),
        ({}, "", (100.0, 20.0), None),
        ({}, "楼下的灯坏了", None, None),
    ],
)
def test_an_address_finds_its_grid(
    community: Community, parts: dict[str, str], text: str, point: tuple[float, float] | None, grid: str | None
) -> None:
    placement = community.place(parts, text, point)
    assert (placement.grid.id if placement else None) == grid
    if placement:
        assert placement.grid.name in placement.why
        assert community.locate(parts, text, point) is placement.grid


def test_every_estate_and_street_finds_its_own_grid(community: Community) -> None:
    for grid in community.grids.values():
        for estate in grid.estates:
            building = estate.buildings.split("-")[0]
            assert community.locate({"estate": estate.name, "building": building}) is grid
        for street in grid.streets:
            low, high = map(int, street.numbers.split("-"))
            number = next(n for n in range(low, high + 1) if street.has_number(n))
            assert community.locate({"road": street.name, "road_number": str(number)}) is grid


@pytest.mark.parametrize(
    ("given", "name", "off"),
    [
        ("翠湖院", "翠湖苑", True),
        ("翠湖", "翠湖苑", True),
        ("湖翠苑", "翠湖苑", True),
        ("翠湖苑", "翠湖苑", False),
        ("东山苑", "翠湖苑", False),
        ("中华南路", "中华北路", False),
    ],
)
def test_one_character_off(given: str, name: str, off: bool) -> None:
    assert one_off(given, name) is off


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"worker": "w99"}, "g01"),
        ({"colour": "red"}, "features[1].properties.colour"),
        ({"streets": [{"name": "某路", "numbers": "1-9", "side": "left"}]}, "features[1].properties.streets[1].side"),
        ({"id": "g02"}, "features[2].properties.id"),
    ],
)
def test_a_broken_grid_is_named(tmp_path: Path, change: dict[str, object], field: str) -> None:
    for path in COMMUNITY.glob("*.*"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    grids = json.loads((tmp_path / "grids.geojson").read_text("utf-8"))
    grids["features"][0]["properties"] |= change
    (tmp_path / "grids.geojson").write_text(json.dumps(grids), "utf-8")
    with pytest.raises(BadFile) as failure:
        load_community(tmp_path)
    assert failure.value.fields["field"] == field


def test_place_names_lead_to_their_usual_names(community: Community) -> None:
    names = community.place_names()
    assert names["幸福里"] == ("estate", "幸福里小区")
    assert names["金朱路"] == ("road", "金朱路") and names["翠湖公园"] == ("landmark", "翠湖公园")
