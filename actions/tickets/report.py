"""A resident's report: what the dialogue has gathered before a ticket is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Point = tuple[float, float]
"""Longitude and latitude in degrees (WGS 84), in that order."""

IMPORT = "import"
"""The channel of what an older system has left us."""

Box = tuple[float, float, float, float]
"""Least longitude, least latitude, greatest longitude, greatest latitude."""


@dataclass(frozen=True)
class Report:
    """What a resident reports, in the resident's words.

    id            made by whoever gathered it; the same id twice is the same report
    conversation  "web:abc", "telegram:42": where the answer goes
    what          the problem as the resident says it
    address       the place as the resident says it, "" where none was given
    place         its parts as understood: {"estate": "幸福里小区", "building": "3", "unit": "2", "room": "501",
                  "road": "金朱路", "road_number": "12", "landmark": …}, any of them
    phone         who may be called back, None for a report without a contact
    category      level 1 id, e.g. "city_appearance"
    kind          level 2 id, e.g. "garbage_uncollected", "" where only the category is known
    urgent        somebody or something is in danger now
    confidential  nobody but the supervisor line may see it (complaints about staff always are)
    channel       web | telegram | wechat | phone | open311 | patrol | import
    at            when it was made, Asia/Shanghai
    predicted     what the model said: {"categories": [["city_appearance", 0.91], …], "kind": …, "model": "20261201-…"};
                  kept beside the final choice, so that overrides can be counted
    point         where the resident stood or pointed, if known
    """

    id: str
    conversation: str
    what: str
    address: str
    category: str
    kind: str
    channel: str
    at: datetime
    place: Mapping[str, str] = field(default_factory=dict)
    phone: str | None = None
    urgent: bool = False
    confidential: bool = False
    predicted: Mapping[str, Any] = field(default_factory=dict)
    point: Point | None = None
