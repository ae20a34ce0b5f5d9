"""三率: how many residents were answered in time, how many problems were solved, how many people were content.

A pure reckoning over tickets. Who did not answer is in no rate of those who did: silence is neither solved nor content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.tickets.actor import Role
from actions.tickets.report import IMPORT
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved
from actions.tickets.ticket import Ticket


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing, which is no rate."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Rates:
    """The three rates, and how many said nothing.

    response    contacted before the deadline, of those whose time for it is up or who were contacted
    solved      "solved", of those who answered; half solved is not solved
    satisfied   content, of those who said whether they are
    half        half solved, of those who answered
    unanswered  closed by the clock, of all that were asked and are over
    """

    response: Share
    solved: Share
    satisfied: Share
    half: Share
    unanswered: Share


class By(StrEnum):
    """What rates are told apart by: the day or month that a ticket was opened in, its grid, its category."""

    ALL = "all"
    DAY = "day"
    MONTH = "month"
    GRID = "grid"
    CATEGORY = "category"


NOT_COUNTED = frozenset({State.WITHDRAWN, State.REJECTED, State.MERGED, State.PENDING_CONFIRM, State.PENDING_DISPATCH})
"""Nobody was sent to these, or not any more."""


def rates(tickets: Iterable[Ticket], at: datetime) -> Rates:
    """The rates of some tickets as they stand at that moment."""
    counted = [ticket for ticket in tickets if ticket.state not in NOT_COUNTED and not _over_before_us(ticket)]
    contacted = [timely for ticket in counted if (timely := _contacted_in_time(ticket, at)) is not None]
    surveys = [ticket.survey for ticket in counted if ticket.survey]
    contents = [survey.satisfied for survey in surveys if survey.satisfied is not None]
    over = [ticket for ticket in counted if ticket.state is State.CLOSED]
    return Rates(
        response=_share(contacted),
        solved=_share(survey.solved is Solved.SOLVED for survey in surveys),
        satisfied=_share(contents),
        half=_share(survey.solved is Solved.HALF for survey in surveys),
        unanswered=_share(is_unanswered(ticket) for ticket in over),
    )


def _over_before_us(ticket: Ticket) -> bool:
    """Closed in an older system: whom it called and what they thought of it is not known here."""
    return ticket.channel == IMPORT and ticket.state is State.CLOSED and len(ticket.history) == 2


def _share(marks: Iterable[bool]) -> Share:
    known = list(marks)
    return Share(sum(known), len(known))


def _contacted_in_time(ticket: Ticket, at: datetime) -> bool | None:
    """Whether the resident heard in time; None while there is time left and nobody called yet."""
    if ticket.contacted_at is not None:
        return ticket.contacted_at <= ticket.contact_due_at
    return False if at > ticket.contact_due_at else None


def is_unanswered(ticket: Ticket) -> bool:
    """Whether the clock closed it because nobody answered."""
    last = ticket.history[-1]
    closing = next((e for e in reversed(ticket.history) if e.event in {Event.CLOSE, Event.RATE}), last)
    return ticket.state is State.CLOSED and closing.event is Event.CLOSE and closing.by.role is Role.SYSTEM
