"""What the resident just said, read from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from actions.tickets.report import Point


@dataclass(frozen=True)
class Heard:
    """One message and what was understood of it.

    `message` is its id in the message log; `entities` have the contract's shape; `point` (longitude, latitude) is the
    position that came with it; `unsure`: the category is a mere guess; `pressed`: it came from a button of ours, which carries its intent;
    `units`: who handled the like of it here, where the site has brought its history; `ticket`: number of the ticket that
    an earlier message was about, to which this one replies.
    """

    conversation: str
    message: str
    channel: str
    text: str
    intent: str
    confidence: float
    intents: Sequence[tuple[str, float]] = ()
    category: str = "other"
    categories: Sequence[tuple[str, float]] = ()
    kind: str = ""
    unsure: bool = False
    dangers: Sequence[str] = ()
    entities: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    point: Point | None = None
    pressed: bool = False
    units: Sequence[tuple[str, float]] = ()
    ticket: str | None = None

    def first(self, entity: str) -> Mapping[str, Any] | None:
        """The first entity of a kind; of addresses the one that says most."""
        found = [e for e in self.entities if e["entity"] == entity]
        if entity == "address":
            found.sort(key=lambda e: -len(e.get("parts") or {}))
        return found[0] if found else None

    def value(self, entity: str) -> str | None:
        """Its value, or None."""
        found = self.first(entity)
        return str(found["value"]) if found else None


def heard(tracker: Tracker) -> Heard:
    """The latest message of a conversation. A button that carries a wish speaks with the words of that wish."""
    latest: Mapping[str, Any] = tracker.latest_message
    metadata: Mapping[str, Any] = latest.get("metadata") or {}
    intent: Mapping[str, Any] = latest.get("intent") or {}
    entities = [e for e in latest.get("entities") or () if e.get("value")]
    wish = next((str(e["value"]) for e in entities if e["entity"] == "wish"), None)
    location: Mapping[str, float] | None = metadata.get("location")
    return Heard(
        conversation=tracker.sender_id,
        message=str(metadata.get("message_id") or latest.get("message_id") or ""),
        channel=str(metadata.get("channel") or tracker.sender_id.partition(":")[0]),
        text=wish or str(latest.get("text") or ""),
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        intents=[(i["name"], float(i["confidence"])) for i in latest.get("intent_ranking") or ()],
        category=str(latest.get("category") or "other"),
        categories=[(c, float(s)) for c, s in latest.get("categories") or ()],
        kind=str(latest.get("kind") or ""),
        unsure=bool(latest.get("unsure")),
        dangers=latest.get("dangers") or (),
        entities=[e for e in entities if e["entity"] != "wish"],
        point=(location["lon"], location["lat"]) if location else None,
        pressed=wish is not None,
        units=[(unit, float(s)) for unit, s in latest.get("units") or ()],
        ticket=metadata.get("ticket") or None,
    )
