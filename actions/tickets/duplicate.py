"""Duplicates: the same problem at the same place, reported by somebody else and still open."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from math import asin, cos, radians, sin, sqrt

from actions.tickets.report import Box, Point, Report
from actions.tickets.states import TO_BE_DONE
from actions.tickets.ticket import Ticket

LONGEST = 120
"""Characters of an address that are compared: nobody's house needs more, and an index takes no novel."""

NEAR = 60.0
"""Metres within which two positions are one place: a phone's position is off by some ten, a courtyard is some fifty."""

ALIKE = 0.2
"""How alike two texts must be where nothing but the kind and a position speaks for it, or no kind is known."""

EARTH = 6_371_000.0
"""Mean radius in metres."""


def place_key(place: Mapping[str, str], address: str) -> str:
    """What two reports of one place have in common: the building where it is known, else the address without its dress.

    {"estate": "幸福里小区", "building": "3", "unit": "2"} gives "幸福里小区/3": the lamp of a staircase is one lamp,
    whichever flat reports it. No place at all gives "", which is like nothing.
    """
    for area, within in (("estate", "building"), ("road", "road_number")):
        if place.get(area) and place.get(within):
            return f"{_bare(place[area])}/{_bare(place[within])}"[:LONGEST]
    return _bare(address)[:LONGEST]


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: the share of character pairs that they have in common (Dice)."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(bool(_bare(one)) and _bare(one) == _bare(other))


def _pairs(text: str) -> set[str]:
    bare = _bare(text)
    return {bare[n : n + 2] for n in range(len(bare) - 1)}


def distance(one: Point, other: Point) -> float:
    """Metres between two positions, along the surface (haversine)."""
    (lon1, lat1), (lon2, lat2) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def box_around(point: Point, metres: float = NEAR) -> Box:
    """The box that holds every position so near: what an index can look for."""
    longitude, latitude = point
    north = metres / (radians(1) * EARTH)
    east = north / max(cos(radians(latitude)), 0.01)
    return longitude - east, latitude - north, longitude + east, latitude + north


def duplicates(report: Report, among: Iterable[Ticket]) -> list[Ticket]:
    """The open tickets that a report would repeat: likest text first, then the oldest.

    One kind at one building is one problem, however it is told. A position alone, or a report of no known kind, needs
    words in common too. Confidential ones are never offered to neighbours.
    """
    found = [ticket for ticket in among if _open_to_neighbours(ticket) and _repeats(report, ticket)]
    return sorted(found, key=lambda ticket: (-likeness(report.what, ticket.what), ticket.opened_at))


def _open_to_neighbours(ticket: Ticket) -> bool:
    return ticket.state in TO_BE_DONE and not ticket.confidential


def _repeats(report: Report, ticket: Ticket) -> bool:
    if (ticket.category, ticket.kind) != (report.category, report.kind):
        return False
    key = place_key(report.place, report.address)
    here = bool(key) and key == ticket.place_key
    near = report.point is not None and ticket.point is not None and distance(report.point, ticket.point) <= NEAR
    if here and report.kind:
        return True
    return (here or near) and likeness(report.what, ticket.what) >= ALIKE
