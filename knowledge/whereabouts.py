"""From an address as a resident writes it to the grid it lies in, and why.

Tried in this order: estate and building, street and house number, landmark, the point on the map. Each step decides
only where it leaves exactly one grid; an estate that is split by buildings needs the building, or a name of the part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from knowledge.grids import Estate, Grid, Point
from knowledge.numerals import NUMERAL, number_of

BUILDING = re.compile(rf"(?:第?({NUMERAL}{{1,4}}|[A-Za-z])(?:号楼|栋|幢|座|#)|(?<!\d)(\d{{1,3}})-\d{{1,2}}-\d{{3,4}})")
HOUSE_NUMBER = re.compile(rf"^\D{{0,2}}?({NUMERAL}{{1,5}})号(?!楼|线)")
FILLER = re.compile(r"的|那个|这个|那座|那边|旁边|附近|\s")
SHORTEST_MISSPELT = {"estate": 3, "road": 4}
"""Characters a name must have before one wrong character is forgiven: 中华路 is no slip of the pen for 新华路."""
TELLING = set("东西南北中上下前后新老大小一二三四五六七八九十0123456789")
"""Characters that tell one place from its neighbour: 中华南路 is no misspelt 中华北路."""


@dataclass(frozen=True)
class Placement:
    """The grid an address lies in, and one short sentence that says why."""

    grid: Grid
    why: str


def place(grids: Iterable[Grid], parts: Mapping[str, str], text: str, point: Point | None) -> Placement | None:
    """The grid of an address, or None where nothing decides.

    `parts` are an address's parts in plain form (estate, building, road, road_number, landmark …), as far as they are
    known; `text` is the message, read where parts are missing; `point` is (longitude, latitude).
    """
    known = tuple(grids)
    steps: tuple[Callable[[], Placement | None], ...] = (
        lambda: _by_estate(known, parts, text),
        lambda: _by_street(known, parts, text),
        lambda: _by_landmark(known, f"{parts.get('road', '')}{parts.get('landmark', '')}", text),
        lambda: _by_point(known, point),
    )
    return next((found for step in steps if (found := step())), None)


def _by_estate(grids: tuple[Grid, ...], parts: Mapping[str, str], text: str) -> Placement | None:
    owned = [(grid, estate) for grid in grids for estate in grid.estates]
    name = _spoken_name("estate", parts, text, {n for _, e in owned for n in e.names})
    here = [(grid, estate) for grid, estate in owned if name in estate.names]
    if not here:
        return None
    building = parts.get("building") or _building(text, name)
    return _one_estate(here, building, text)


def _one_estate(here: list[tuple[Grid, Estate]], building: str, text: str) -> Placement | None:
    """An estate in one grid is settled by its name; one that is split, by the building, else by a name of that part alone."""
    if len(here) == 1:
        grid, estate = here[0]
        return Placement(grid, f"{estate.name}在{grid.name}")
    if not building:
        named = [(grid, name) for grid, estate in here for name in _own_names(estate, here) if name in text]
        return Placement(named[0][0], f"{named[0][1]}在{named[0][0].name}") if len(named) == 1 else None
    fits = [(grid, estate) for grid, estate in here if estate.has_building(building)]
    if len(fits) != 1:
        return None
    grid, estate = fits[0]
    return Placement(grid, f"{estate.name}{building}栋在{grid.name}")


def _own_names(estate: Estate, here: list[tuple[Grid, Estate]]) -> set[str]:
    """What only this part of a split estate is called: 桥头新城二期."""
    return set(estate.names).difference(*(other.names for _, other in here if other is not estate))


def _by_street(grids: tuple[Grid, ...], parts: Mapping[str, str], text: str) -> Placement | None:
    owned = [(grid, street) for grid in grids for street in grid.streets]
    name = _spoken_name("road", parts, text, {s.name for _, s in owned})
    here = [(grid, street) for grid, street in owned if street.name == name]
    number = _leading_number(parts.get("road_number", "")) or _house_number(text, name)
    fits = [(grid, street) for grid, street in here if number is not None and street.has_number(number)]
    if len(fits) == 1:
        return Placement(fits[0][0], f"{name}{number}号在{fits[0][0].name}")
    if len(here) == 1 and number is None:
        return Placement(here[0][0], f"{name}在{here[0][0].name}")
    return None


def _by_landmark(grids: tuple[Grid, ...], named: str, text: str) -> Placement | None:
    """A landmark's name stands in the address or the message, once 的那个 and the like are left out."""
    said = f"{FILLER.sub('', named)}\n{FILLER.sub('', text)}"
    here = [(grid, landmark) for grid in grids for landmark in grid.landmarks if landmark in said]
    if len({grid.id for grid, _ in here}) != 1:
        return None
    grid, landmark = max(here, key=lambda found: len(found[1]))
    return Placement(grid, f"{landmark}在{grid.name}")


def _by_point(grids: tuple[Grid, ...], point: Point | None) -> Placement | None:
    grid = next((g for g in grids if point is not None and g.covers(point)), None)
    return Placement(grid, f"定位点在{grid.name}范围内") if grid else None


def _spoken_name(part: str, parts: Mapping[str, str], text: str, names: set[str]) -> str:
    """The known name that is meant: as given, else one character off, else the longest that stands in the text."""
    given, shortest = parts.get(part, ""), SHORTEST_MISSPELT[part]
    if given in names:
        return given
    near = {n for n in names if len(n) >= shortest and one_off(given, n)} if given else set()
    if len(near) == 1:
        return near.pop()
    if given:
        return ""
    return max((n for n in names if n in text), key=len, default="")


def one_off(given: str, name: str) -> bool:
    """Whether two names differ by one character put in, left out, exchanged, or swapped with its
    neighbour; never by one that tells places apart."""
    if abs(len(given) - len(name)) > 1 or given == name or (set(given) ^ set(name)) & TELLING:
        return False
    if len(given) == len(name):
        wrong = [i for i, (a, b) in enumerate(zip(given, name, strict=True)) if a != b]
        swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and given[wrong[0]] == name[wrong[1]]
            and given[wrong[1]] == name[wrong[0]]
        )
        return len(wrong) == 1 or swapped
    shorter, longer = sorted((given, name), key=len)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _building(text: str, name: str) -> str:
    """The building that a message names, looked for behind the estate's name first."""
    behind = text[text.find(name) + len(name) :] if name and name in text else text
    match = BUILDING.search(behind) or BUILDING.search(text)
    if match is None:
        return ""
    number = number_of(match[1] or match[2])
    return str(number) if number is not None else match[1].upper()


def _house_number(text: str, name: str) -> int | None:
    """The house number right behind the street's name."""
    if not name or name not in text:
        return None
    match = HOUSE_NUMBER.match(text[text.find(name) + len(name) :])
    return number_of(match[1]) if match else None


def _leading_number(road_number: str) -> int | None:
    """68 of 68, 68-2, 68附1."""
    match = re.match(rf"{NUMERAL}+", road_number)
    return number_of(match.group()) if match else None
