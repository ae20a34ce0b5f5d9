"""The grids (网格) of a community: which estates, buildings, street numbers and landmarks lie in each, and its outline."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import BadFile
from knowledge.numerals import number_of
from knowledge.records import Record

SIDES = ("odd", "even", "both")
Point = tuple[float, float]


@dataclass(frozen=True)
class Estate:
    """An estate, or the buildings of it that lie in one grid. `buildings` like "1-12" or "A-C,5"; "" means all."""

    name: str
    aliases: tuple[str, ...]
    buildings: str
    units: str

    @property
    def names(self) -> tuple[str, ...]:
        """The usual name first, then what people also say."""
        return (self.name, *self.aliases)

    def has_building(self, building: str) -> bool:
        """Whether a building (12, 十二, A) is one of these."""
        return not self.buildings or any(_within(building, span) for span in self.buildings.split(","))


@dataclass(frozen=True)
class Street:
    """A stretch of a street: house numbers "1-120", on one `side` (odd, even) or both."""

    name: str
    numbers: str
    side: str

    def has_number(self, number: int) -> bool:
        """Whether the house number is on this stretch and on this side."""
        on_side = self.side == "both" or (number % 2 == 1) == (self.side == "odd")
        return on_side and _within(str(number), self.numbers)


@dataclass(frozen=True)
class Grid:
    """One grid: its worker and deputy by id, its places, and its outline as (longitude, latitude) points, WGS 84."""

    id: str
    name: str
    estates: tuple[Estate, ...]
    streets: tuple[Street, ...]
    landmarks: tuple[str, ...]
    worker: str
    deputy: str
    outline: tuple[Point, ...]

    def covers(self, point: Point) -> bool:
        """Whether a (longitude, latitude) point lies in the grid or on its border."""
        from shapely.geometry import Point as Spot  # here, so that the engine can read grids without shapely
        from shapely.geometry import Polygon

        return bool(Polygon(self.outline).covers(Spot(point)))


def _within(building: str, span: str) -> bool:
    first, _, last = span.strip().partition("-")
    low, high, asked = (_order(text) for text in (first, last or first, building))
    return low[0] == high[0] == asked[0] and low[1] <= asked[1] <= high[1]


def _order(text: str) -> tuple[str, int]:
    """A building's place in its row: numbers among numbers, letters among letters."""
    plain = re.sub(r"(?:号楼|[栋幢座号#])$", "", text.strip().upper().removeprefix("第"))
    number = number_of(plain)
    if number is not None:
        return "number", number
    if len(plain) == 1 and plain.isascii() and plain.isalpha():
        return "letter", ord(plain)
    return plain, 0


def read_grids(path: Path) -> dict[str, Grid]:
    """The grids of a GeoJSON FeatureCollection by id, in the file's order.

    Raises `BadFile` for what is no such file, for unknown or missing properties, and for an id used twice.
    """
    grids: dict[str, Grid] = {}
    for position, feature in enumerate(_features(path), 1):
        record = Record(path.name, feature.get("properties"), f"features[{position}].properties")
        grid = _grid(record, _outline(record, feature.get("geometry")))
        if grid.id in grids:
            raise record.fail("id", f"{grid.id} 用了两次")
        grids[grid.id] = grid
    return grids


def _features(path: Path) -> list[dict[str, object]]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as failure:
        raise BadFile(path.name, "", "读不到，或不是合格的 GeoJSON") from failure
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features or not all(isinstance(f, dict) for f in features):
        raise BadFile(path.name, "features", "应当是网格的列表")
    return features


def _grid(record: Record, outline: tuple[Point, ...]) -> Grid:
    grid = Grid(
        id=record.text("id"),
        name=record.text("name"),
        estates=tuple(_estate(row) for row in record.records("estates", optional=True)),
        streets=tuple(_street(row) for row in record.records("streets", optional=True)),
        landmarks=record.texts("landmarks", optional=True),
        worker=record.text("worker"),
        deputy=record.text("deputy"),
        outline=outline,
    )
    record.done()
    return grid


def _estate(record: Record) -> Estate:
    names = record.text("name"), record.texts("aliases", optional=True)
    estate = Estate(*names, record.text_or("buildings"), record.text_or("units"))
    record.done()
    return estate


def _street(record: Record) -> Street:
    street = Street(record.text("name"), record.text("numbers"), record.choice("side", SIDES))
    record.done()
    if not re.fullmatch(r"\d+-\d+", street.numbers):
        raise record.fail("numbers", "应当像 1-120")
    return street


def _outline(record: Record, geometry: object) -> tuple[Point, ...]:
    """The outer ring of a polygon; closed, at least three corners."""
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Polygon":
        raise record.fail("geometry", "应当是 Polygon")
    try:
        ring = tuple((float(lon), float(lat)) for lon, lat in geometry["coordinates"][0])
    except (KeyError, IndexError, TypeError, ValueError) as failure:
        raise record.fail("geometry", "坐标应当是 [经度, 纬度] 的列表") from failure
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise record.fail("geometry", "多边形要首尾相接，至少三个角")
    return ring
