"""What of the tickets anybody may see, and what a place is called in public."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from knowledge.community import COMMUNITY, Community
from knowledge.records import read_record
from knowledge.whereabouts import BUILDING, HOUSE_NUMBER


def load_public_categories(known: Collection[str], root: Path = COMMUNITY) -> frozenset[str]:
    """The ids of the categories whose tickets may be shown; `BadFile` for one that is not among `known`."""
    record = read_record(root / "public.yml")
    listed = record.texts("categories")
    record.done()
    for id_ in listed:
        if id_ not in known:
            raise record.fail("categories", f"没有这个类别：{id_}")
    return frozenset(listed)


class PublicPlaces:
    """The names on the community's own map. What is said of a place in public is made of these and a house's number,
    so that no flat and nobody's name slips through, however an address was written."""

    def __init__(self, community: Community) -> None:
        self._names = community.place_names()
        self._grids = {grid.id: grid.name for grid in community.grids.values()}

    def parts(self, text: str) -> dict[str, str]:
        """An address's parts as far as the map knows them, {} where it knows none: the longest name that stands in the
        text and the number behind it."""
        said = max((name for name in self._names if name in text), key=len, default="")
        if not said:
            return {}
        kind, name = self._names[said]
        behind = text[text.find(said) + len(said) :]
        if kind == "estate" and (building := BUILDING.search(behind)):
            return {"estate": name, "building": building[1] or building[2]}
        if kind == "road" and (number := HOUSE_NUMBER.match(behind)):
            return {"road": name, "road_number": number[1]}
        return {kind: name}

    def address(self, place: Mapping[str, str], text: str, grid: str | None) -> str:
        """What a place is called in public: down to the building, else the grid's name, else ""."""
        known = self.parts(_plain(place)) or self.parts(text)
        if "building" in known:
            return f"{known['estate']}{known['building']}栋"
        if "road_number" in known:
            return f"{known['road']}{known['road_number']}号"
        return "".join(known.values()) or self._grids.get(grid or "", "")


def _plain(place: Mapping[str, str]) -> str:
    """The parts down to the building, written out."""
    if estate := place.get("estate"):
        return f"{estate}{place['building']}栋" if place.get("building") else estate
    if road := place.get("road"):
        number = re.match(r"\d+", place.get("road_number", ""))
        return f"{road}{number[0]}号" if number else road
    return place.get("landmark", "")
