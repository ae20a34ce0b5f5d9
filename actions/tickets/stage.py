"""Stages: what the clock does to a ticket, at which moment, once. Pure: a ticket and the desk's tables come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.clock import utc
from actions.tickets.deadline import DeadlineClass
from actions.tickets.desk import Desk
from actions.tickets.states import TO_BE_DONE, Event, State
from actions.tickets.ticket import Ticket

WAIT_FOR_WORD = timedelta(days=3)
"""How long the resident may take to say whether the problem is gone."""

PATIENCE = 3
"""Dissatisfied so often, a ticket is supervised; each further time it goes one step up the line."""


@dataclass(frozen=True)
class Stage:
    """One thing to be done at `at`, and only before `until`: nobody is reminded of a moment that is past.

    name   the key of its words, `stage.<name>`
    id     of the deed: name and the moment that it belongs to, so that a new deadline has stages of its own
    """

    name: str
    event: Event
    at: datetime
    id: str
    until: datetime | None = None

    def is_due(self, ticket: Ticket, at: datetime) -> bool:
        """Whether it has to be done now."""
        return self.at <= at and (self.until is None or at < self.until) and not self.is_done(ticket)

    def is_done(self, ticket: Ticket) -> bool:
        """Whether it was done already: the history knows."""
        return ticket.did(self.event, self.id)


def _stage(
    name: str, event: Event, at: datetime, of: datetime, until: datetime | None = None, *, nth: str = ""
) -> Stage:
    return Stage(name, event, at, f"{name}{nth}@{utc(of):%Y%m%dT%H%M%S}", until)


def stages(ticket: Ticket, desk: Desk) -> list[Stage]:
    """All the stages of a ticket as it stands, past and to come, by time."""
    if ticket.state is State.AWAITING_FEEDBACK and ticket.finished_at:
        found = [_stage("unanswered", Event.CLOSE, ticket.finished_at + WAIT_FOR_WORD, ticket.finished_at)]
        return sorted([*found, *_answer(ticket, desk)], key=lambda stage: stage.at)
    if ticket.state not in TO_BE_DONE:
        return []
    found = [*_contact(ticket, desk), *_solution(ticket, desk), *_answer(ticket, desk), *_discontent(ticket)]
    return sorted(found, key=lambda stage: stage.at)


def _contact(ticket: Ticket, desk: Desk) -> Iterator[Stage]:
    if ticket.contacted_at is None and ticket.state is not State.PARKED:
        due, remind = ticket.contact_due_at, _class(ticket, desk).remind_contact
        yield _stage("contact_soon", Event.URGE, remind.before(due, desk.deadlines.calendar), due, due)
        yield _stage("contact_late", Event.SUPERVISE, due, due)


def _solution(ticket: Ticket, desk: Desk) -> Iterator[Stage]:
    """None while the clock stands still."""
    if ticket.paused_at is None:
        due, how, calendar = ticket.due_at, _class(ticket, desk), desk.deadlines.calendar
        yield _stage("due_soon", Event.URGE, how.remind.before(due, calendar), due, due)
        yield _stage("due_late", Event.SUPERVISE, due, due)
        yield _stage("still_late", Event.ESCALATE, how.escalate.after(due, calendar), due)


def _answer(ticket: Ticket, desk: Desk) -> Iterator[Stage]:
    """The duty to answer a complainant runs on, whatever becomes of the other clocks."""
    if ticket.answer_due_at and ticket.answered_at is None:
        due, calendar = ticket.answer_due_at, desk.deadlines.calendar
        yield _stage("answer_soon", Event.URGE, calendar.workdays_before(due, 2), due, due)
        yield _stage("answer_late", Event.SUPERVISE, due, due)


def _discontent(ticket: Ticket) -> Iterator[Stage]:
    """Three times dissatisfied is supervised, each further time goes up the line."""
    times = [entry.at for entry in ticket.history if entry.event is Event.REOPEN]
    for n, at in enumerate(times[PATIENCE - 1 :], start=PATIENCE):
        name, event = ("dissatisfied", Event.SUPERVISE) if n == PATIENCE else ("still_dissatisfied", Event.ESCALATE)
        yield _stage(name, event, at, at, nth=str(n))


def _class(ticket: Ticket, desk: Desk) -> DeadlineClass:
    return desk.deadlines.of(ticket.deadline)
