"""A ticket's clocks: the moments that a step brings with it, and the standing still while the resident is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket

_SPOKEN = frozenset({Event.CONTACT, Event.ASK_RESIDENT, Event.ANSWER, Event.FINISH})
"""Events by which the resident hears something for the first time."""

_ANSWERED = frozenset({Event.ANSWER, Event.FINISH, Event.REJECT})
"""Events by which a complainant hears what came of it."""

_LATER = frozenset({Event.GRANT_EXTENSION, Event.GRANT_PARKING})
"""Events that put the solution off to the day that was asked for: the clock is set, it does not stop."""


def clocked(ticket: Ticket, event: Event, target: State, at: datetime) -> Ticket:
    """The ticket with its moments set. Only while the resident is asked for more the clock stands still."""
    if ticket.paused_at is not None and target is not State.AWAITING_RESIDENT:
        ticket = replace(ticket, due_at=ticket.due_at + (at - ticket.paused_at), paused_at=None)
    if event in _LATER and ticket.wish and ticket.wish.until:
        ticket = replace(ticket, due_at=max(ticket.due_at, ticket.wish.until))
    if event in _SPOKEN and ticket.contacted_at is None:
        ticket = replace(ticket, contacted_at=at)
    if event in _ANSWERED and ticket.answer_due_at and ticket.answered_at is None:
        ticket = replace(ticket, answered_at=at)
    if event is Event.ASK_RESIDENT:
        ticket = replace(ticket, paused_at=at)
    if event is Event.FINISH:
        ticket = replace(ticket, finished_at=at)
    if target is State.CLOSED and ticket.closed_at is None:
        ticket = replace(ticket, closed_at=at)
    return ticket
