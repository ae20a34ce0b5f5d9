"""What a ticket's owner asks the dispatcher for: to give it back, to have more time, to put it aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.tickets.actor import Actor


class WishKind(StrEnum):
    """What can be asked for. Nothing changes by the asking; somebody else grants or refuses it."""

    RETURN = "return"
    EXTENSION = "extension"
    PARKING = "parking"


class ReturnCode(StrEnum):
    """Why a ticket is given back (退单理由): it lies elsewhere, belongs to somebody else, is another office's task."""

    TERRITORY = "territory"
    OWNERSHIP = "ownership"
    FUNCTION = "function"


@dataclass(frozen=True)
class Wish:
    """One request, pending. `until` is the new due date or the date of review; `code` belongs to a return."""

    kind: WishKind
    reason: str
    by: Actor
    at: datetime
    until: datetime | None = None
    code: ReturnCode | None = None
