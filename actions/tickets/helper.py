"""Those who help with a ticket (协办): other workers and other units, each with a part of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

WORKER, UNIT = "worker", "unit"


@dataclass(frozen=True)
class Helper:
    """One part of the work. The ticket's owner stays responsible for the whole.

    who       "worker:w03", or "unit:供水公司" for an office that has no account here
    part      what they are to do
    asked_at, done_at, outcome   when they were asked, when their part was done and how; None and "" before that
    """

    who: str
    part: str
    asked_at: datetime
    done_at: datetime | None = None
    outcome: str = ""

    @property
    def name(self) -> str:
        """The worker's id or the unit's name."""
        return self.who.partition(":")[2]

    @property
    def is_worker(self) -> bool:
        """Whether it is somebody with an account, who can be told and can act."""
        return self.who.startswith(f"{WORKER}:")
