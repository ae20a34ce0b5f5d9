"""The ticket (工单): one problem, who owns it, until when, and all that ever happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from actions.tickets.actor import Actor
from actions.tickets.helper import Helper
from actions.tickets.report import Point
from actions.tickets.states import OPEN, Event, State
from actions.tickets.survey import Survey
from actions.tickets.wish import Wish

HANDED_OVER = frozenset({Event.OPEN, Event.DISPATCH, Event.REASSIGN, Event.UNMERGE, Event.REOPEN})
"""Events after which an owner has the ticket anew."""


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened. Entries are added at the end and never changed.

    `from_state` is None for the opening alone. `deed` is the caller's own id of the deed (a message, a tap on a
    button): the same event of the same one happens once. `photo` is an attachment's id.
    """

    at: datetime
    by: Actor
    event: Event
    from_state: State | None
    to_state: State
    note: str = ""
    photo: str | None = None
    deed: str | None = None


@dataclass(frozen=True)
class Ticket:
    """One problem on its way to being solved. Immutable: a deed makes the next version of it.

    number         "GY20261201-0007": prefix, the community's date, running number of that day
    report         id of the report it was opened for
    conversation   who reported it; `followers` are the conversations that joined later
    category, kind, kind_name, unit, duty   the final choice; `duty` is lead | coordinate | assist | serve
    predicted      what the model said, never changed
    place, point   parts of the address and position, as in `Report`
    state          see `states`
    grid           id of the grid, None where the place lies in none
    assignee       the worker who owns it now; always somebody, the supervisor where nobody else fits
    routed_why     why it went there, one Chinese sentence for the dispatcher
    deadline       id of the deadline class
    opened_at, dispatched_at                when it was filed, and when the clock started (None: not dispatched yet)
    contact_due_at, due_at                  first contact with the resident, and solution
    due_certain    False where the holidays of the year in question were not announced yet
    contacted_at, finished_at, closed_at, paused_at   moments, None before they come; all times Asia/Shanghai
    reopened       how often the work had to be done again
    merged_into    number of the ticket that this one went into
    level          how high up the supervisor line it has gone, see `names.LEVEL_NAMES`; who stands lower never sees a
                   confidential one
    about          ids of the staff complained of
    answer_due_at, answered_at   the duty to answer a complainant (第四十四条); None where there is none, or not yet
    wish           what the owner asks for and nobody has answered yet
    helpers        who helps, each with a part
    look_at        when the clock has to look at it next; None: no more
    """

    number: str
    report: str
    conversation: str
    channel: str
    category: str
    kind: str
    kind_name: str
    what: str
    address: str
    phone: str | None
    urgent: bool
    confidential: bool
    state: State
    grid: str | None
    assignee: str
    unit: str
    duty: str
    routed_why: str
    deadline: str
    opened_at: datetime
    dispatched_at: datetime | None
    contact_due_at: datetime
    due_at: datetime
    due_certain: bool = True
    place: Mapping[str, str] = field(default_factory=dict)
    place_key: str = ""
    point: Point | None = None
    predicted: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[HistoryEntry, ...] = ()
    followers: tuple[str, ...] = ()
    contacted_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    paused_at: datetime | None = None
    reopened: int = 0
    survey: Survey | None = None
    merged_into: str | None = None
    level: int = 0
    about: tuple[str, ...] = ()
    answer_due_at: datetime | None = None
    answered_at: datetime | None = None
    wish: Wish | None = None
    helpers: tuple[Helper, ...] = ()
    look_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.state in OPEN

    @property
    def residents(self) -> tuple[str, ...]:
        """Every conversation that is told how it goes on, the first reporter before those who joined."""
        return (self.conversation, *self.followers)

    @property
    def assigned_at(self) -> datetime:
        """Since when the owner has had it."""
        return next(entry.at for entry in reversed(self.history) if entry.event in HANDED_OVER)

    @property
    def open_parts(self) -> tuple[Helper, ...]:
        """The helpers who are not done yet."""
        return tuple(helper for helper in self.helpers if helper.done_at is None)

    def did(self, event: Event, deed: str | None) -> bool:
        """Whether this event of that deed's id has happened already; a deed without an id never has."""
        return deed is not None and any((entry.event, entry.deed) == (event, deed) for entry in self.history)

    def overdue(self, at: datetime) -> bool:
        """Whether the solution is late. The clock stands still while the resident is asked for more."""
        return self.is_open and self.finished_at is None and self.paused_at is None and at > self.due_at


def ticket_number(prefix: str, day: date, running: int) -> str:
    """The number that people read out: prefix, date, four digits or more."""
    return f"{prefix}{day:%Y%m%d}-{running:04d}"
