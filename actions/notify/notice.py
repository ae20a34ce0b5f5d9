"""A notice: one piece of news for one audience, kept in the outbox until it is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PRESSING = frozenset(
    {"ticket.urgent", "conversation.ringing", "conversation.waiting", "message.operator", "message.system"}
)
"""Topics that nobody sleeps through: danger, and a talk that is going on."""
CALM = frozenset({"ticket.rated", "ticket.closed", "ticket.unanswered"})
"""Topics that can wait even where the matter was urgent: it is over."""


@dataclass(frozen=True)
class Notice:
    """One row of the outbox.

    id            the same for the same news, so that telling it twice can be noticed ("GY20261201-0007.3.1")
    topic         what happened: "ticket.assigned", "ticket.finished", "message.operator", …; the wording is
                  `notice.<topic>` in knowledge/dialogue/replies/notices.yml with the fields of `body`
    audience      "worker:w03" | "conversation:web:abc" | "operators"
    ticket        number of the ticket that it is about, None where it is about none
    body          fields for the wording, plain JSON values
    created_at    when it was written down, Asia/Shanghai
    delivered_at  when it went out; None until then
    attempts, last_error   tries so far, and why the last one failed
    dead_at       when delivery gave up; such a dead letter stays visible until somebody sends it again
    round         how often somebody did so; the attempts and the last error are those of the latest round
    not_before    the moment until which it is held back, for quiet hours; None for none
    """

    id: str
    topic: str
    audience: str
    body: Mapping[str, Any]
    created_at: datetime
    ticket: str | None = None
    delivered_at: datetime | None = None
    attempts: int = 0
    last_error: str | None = None
    dead_at: datetime | None = None
    round: int = field(default=0)
    not_before: datetime | None = None

    @property
    def pressing(self) -> bool:
        """Whether it goes out by night too. `urgent` in the body is the ticket's."""
        return self.topic in PRESSING or bool(self.body.get("urgent")) and self.topic not in CALM

    @property
    def reaches(self) -> tuple[str, ...]:
        """The audience from narrow to wide: "conversation:web:abc" → itself, "conversation:web", "conversation"."""
        parts = self.audience.split(":")
        return tuple(":".join(parts[:n]) for n in range(len(parts), 0, -1))


@dataclass(frozen=True)
class Round:
    """That a dead letter was given another try: the how manieth, by whom (a login, or "system"), and when."""

    notice: str
    round: int
    by: str
    at: datetime
