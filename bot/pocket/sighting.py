"""What a grid worker has seen on patrol (巡查), before it is a ticket."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from actions.tickets.report import Point, Report
from bot.conversation.engine import EngineDown
from bot.house import House
from knowledge.publicity import PublicPlaces

logger = logging.getLogger(__name__)
CHANNEL = "patrol"
"""The channel of what workers report themselves."""
OTHER = "other"
CHOICES = 4
"""Categories offered, the likeliest first."""


@dataclass(frozen=True)
class Sighting:
    """What was seen and where.

    id         made by whoever writes it down; the same id twice is the same sighting
    kind       "" where only the category is known; `likely`: categories to choose from instead
    parts      of the address, as in `Report.place`
    urgent     somebody or something is in danger now
    predicted  what the model said, kept beside the final choice
    """

    id: str
    what: str = ""
    address: str = ""
    point: Point | None = None
    category: str = OTHER
    kind: str = ""
    likely: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    predicted: Mapping[str, Any] = field(default_factory=dict)

    @property
    def placed(self) -> bool:
        """Whether anybody could find it."""
        return bool(self.address or self.point)

    def as_data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `as_data` gave."""
        point = data.get("point")
        shaped = {"point": (point[0], point[1]) if point else None, "likely": tuple(data.get("likely") or ())}
        return cls(**{**data, **shaped})


def conversation_of(worker: str) -> str:
    """Where a worker's patrol reports are kept: "patrol:w01"."""
    return f"{CHANNEL}:{worker}"


def report_of(seen: Sighting, worker: str, house: House) -> Report:
    """The report that a sighting makes."""
    return Report(
        id=f"{CHANNEL}:{worker}:{seen.id}",
        conversation=conversation_of(worker),
        what=seen.what,
        address=seen.address,
        place=seen.parts,
        category=seen.category,
        kind=seen.kind,
        channel=CHANNEL,
        at=house.clock(),
        urgent=seen.urgent,
        predicted=seen.predicted,
        point=seen.point,
    )


@dataclass(frozen=True)
class Reading:
    """What a text was understood as; `address` "" where it names no place."""

    category: str = OTHER
    kind: str = ""
    likely: tuple[str, ...] = ()
    address: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    predicted: Mapping[str, Any] = field(default_factory=dict)


async def read(text: str, house: House) -> Reading:
    """What the engine makes of it. Without the engine it is "other", and the worker says what it is."""
    try:
        found = await house.engine.understand(text) or {}
    except EngineDown as failure:
        logger.warning("a patrol report is filed without the engine: %s", failure)
        found = {}
    address, parts = _place(found.get("entities") or (), text, house)
    likely = tuple(c for c, _ in found.get("categories") or () if c in house.categories)[:CHOICES]
    predicted = {key: found[key] for key in ("intents", "category", "categories", "kind", "units") if key in found}
    category = str(found.get("category") or OTHER)
    known = category if category in house.categories else OTHER
    return Reading(
        category=known,
        kind=str(found.get("kind") or "") if known == category else "",
        likely=likely,
        address=address,
        parts=parts,
        urgent=bool(found.get("urgent")),
        predicted=predicted,
    )


def _place(entities: Sequence[Mapping[str, Any]], text: str, house: House) -> tuple[str, dict[str, str]]:
    """The address that says most, and its parts; without one the parts that the community's own map knows."""
    named = [e for e in entities if e.get("entity") == "address" and e.get("value")]
    if named:
        best = max(named, key=lambda e: len(e.get("parts") or {}))
        return str(best["value"]), dict(best.get("parts") or {})
    places = PublicPlaces(house.community)
    return places.address({}, text, None), places.parts(text)
