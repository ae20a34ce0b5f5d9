"""Duplicates: the same problem at the same place, reported by somebody else and still open."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from actions.tickets.states import TO_BE_DONE
from actions.tickets.ticket import Ticket

LONGEST = 120
"""Characters of an address that are compared: nobody's house needs more, and an index takes no novel."""


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


def duplicates(kind: str, key: str, among: Iterable[Ticket]) -> list[Ticket]:
    """The open tickets of one kind at one place, oldest first. Confidential ones are never offered to neighbours."""
    found = [t for t in among if key and kind and _alike(t, kind, key)]
    return sorted(found, key=lambda ticket: ticket.opened_at)


def _alike(ticket: Ticket, kind: str, key: str) -> bool:
    return ticket.kind == kind and ticket.place_key == key and ticket.state in TO_BE_DONE and not ticket.confidential
