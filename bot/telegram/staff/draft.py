"""What a worker is in the middle of: a deed that waits for its words, photos for a ticket, or a patrol report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from bot.pocket.sighting import Sighting

LASTS = timedelta(minutes=30)
"""After that what the worker writes is no answer any more, and she may be speaking as a resident."""
PHOTO, PATROL = "photo", "patrol"


@dataclass(frozen=True)
class Draft:
    """`wants`: an event's value, PHOTO or PATROL; `id`: by it the buttons of the question know whether it still stands;
    `photo`: an attachment's id; `code`, `until`: as in `doing.Given`; `seen`, `photos`: of a patrol report, the latter
    Telegram's file ids."""

    id: str
    wants: str
    at: datetime
    number: str = ""
    photo: str | None = None
    code: str = ""
    until: datetime | None = None
    seen: Sighting | None = None
    photos: tuple[str, ...] = field(default=())

    def stands(self, at: datetime) -> bool:
        """Whether it is still waited for."""
        return at - self.at < LASTS

    def as_data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "id": self.id,
            "wants": self.wants,
            "at": self.at.isoformat(),
            "number": self.number,
            "photo": self.photo,
            "code": self.code,
            "until": self.until.isoformat() if self.until else None,
            "seen": self.seen.as_data() if self.seen else None,
            "photos": list(self.photos),
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any] | None) -> Self | None:
        """Read back what `as_data` gave; None for nothing."""
        if not data:
            return None
        until, seen = data["until"], data["seen"]
        read = {
            "at": datetime.fromisoformat(data["at"]),
            "until": datetime.fromisoformat(until) if until else None,
            "seen": Sighting.of_data(seen) if seen else None,
            "photos": tuple(data["photos"]),
        }
        return cls(**{**data, **read})


def draft_id(letter: str) -> str:
    """A short id, the same for the same letter however often it is read."""
    return sha256(letter.encode()).hexdigest()[:8]
