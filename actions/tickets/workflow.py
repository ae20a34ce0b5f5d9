"""The workflow: one table that says which event leads where, who may cause it, and what it needs.

Everything about the order of things is in `TABLE`; screens ask `allowed` which buttons to show, `apply` moves a ticket,
and a diagram can be drawn from it. To let the workflow do more, add a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from actions.errors import (
    ActionError,
    NotAllowed,
    NoteMissing,
    NotNow,
    NotYours,
    PhotoMissing,
    ReasonMissing,
)
from actions.tickets.actor import Actor, Role
from actions.tickets.names import EVENT_NAMES, ROLE_NAMES, STATE_NAMES
from actions.tickets.states import OPEN, TO_BE_DONE, Event, State
from actions.tickets.ticket import HistoryEntry, Ticket


@dataclass(frozen=True)
class Transition:
    """One row: `event` leads from any of `sources` to `target` (None: the state stays), for `roles`, given `needs`."""

    event: Event
    sources: frozenset[State]
    target: State | None
    roles: frozenset[Role]
    needs: frozenset[str] = frozenset()


def _row(
    event: Event, sources: Iterable[State], target: State | None, roles: Iterable[Role], *needs: str
) -> Transition:
    return Transition(event, frozenset(sources), target, frozenset(roles), frozenset(needs))


_AT_WORK = {State.ACCEPTED, State.IN_PROGRESS}
_UNSTARTED = {State.PENDING_CONFIRM, State.PENDING_DISPATCH}
_PASSED_ON = {State.ASSIGNED, *_AT_WORK, State.AWAITING_RESIDENT}
_HANDLERS = {Role.WORKER, Role.SUPERVISOR}
_DESK = {Role.OPERATOR, Role.SUPERVISOR, Role.MANAGER}
_FRONT = {Role.RESIDENT, Role.OPERATOR, Role.SUPERVISOR}

TABLE: tuple[Transition, ...] = (
    _row(Event.CONFIRM, {State.PENDING_CONFIRM}, State.PENDING_DISPATCH, {*_DESK, Role.SYSTEM}),
    _row(Event.DISPATCH, {State.PENDING_DISPATCH}, State.ASSIGNED, {*_DESK, Role.SYSTEM}),
    _row(Event.REASSIGN, _PASSED_ON, State.ASSIGNED, _DESK, "reason"),
    _row(Event.RECATEGORISE, OPEN, None, {*_DESK, Role.WORKER}, "reason"),
    _row(Event.REJECT, _UNSTARTED, State.REJECTED, _DESK, "reason"),
    _row(Event.MERGE, TO_BE_DONE, State.MERGED, _DESK),
    _row(Event.ACCEPT, {State.ASSIGNED}, State.ACCEPTED, _HANDLERS),
    _row(Event.CONTACT, {State.ASSIGNED, *_AT_WORK}, None, {*_HANDLERS, Role.OPERATOR}),
    _row(Event.START, {State.ACCEPTED}, State.IN_PROGRESS, _HANDLERS),
    _row(Event.NOTE, OPEN, None, {*_HANDLERS, Role.OPERATOR, Role.MANAGER}, "note"),
    _row(Event.ASK_RESIDENT, _AT_WORK, State.AWAITING_RESIDENT, _HANDLERS, "note"),
    _row(Event.RESUME, {State.AWAITING_RESIDENT}, State.IN_PROGRESS, _HANDLERS),
    _row(Event.FINISH, _AT_WORK, State.AWAITING_FEEDBACK, _HANDLERS, "note"),
    _row(Event.RETURN, {State.ASSIGNED, State.ACCEPTED}, State.PENDING_DISPATCH, {Role.WORKER}, "reason"),
    _row(Event.SUPPLEMENT, {State.AWAITING_RESIDENT}, State.IN_PROGRESS, _FRONT, "note"),
    _row(Event.SUPPLEMENT, OPEN - {State.AWAITING_RESIDENT}, None, _FRONT, "note"),
    _row(Event.JOIN, OPEN, None, {*_FRONT, Role.MANAGER}),
    _row(Event.URGE, TO_BE_DONE, None, {*_FRONT, Role.MANAGER, Role.SYSTEM}),
    _row(Event.WITHDRAW, TO_BE_DONE, State.WITHDRAWN, _FRONT),
    _row(Event.RATE, {State.AWAITING_FEEDBACK, State.CLOSED}, State.CLOSED, _FRONT),
    _row(Event.REOPEN, {State.AWAITING_FEEDBACK, State.CLOSED}, State.ASSIGNED, _FRONT, "reason"),
    _row(Event.CLOSE, {State.AWAITING_FEEDBACK}, State.CLOSED, {*_DESK, Role.SYSTEM}),
)

_MISSING: dict[str, type[NoteMissing | ReasonMissing | PhotoMissing]] = {
    "note": NoteMissing,
    "reason": ReasonMissing,
    "photo": PhotoMissing,
}


def transition(ticket: Ticket, event: Event) -> Transition:
    """The row that applies; `NotNow` where the ticket's state has none for that event."""
    for row in TABLE:
        if row.event is event and ticket.state in row.sources:
            return row
    raise NotNow(number=ticket.number, event=EVENT_NAMES[event], state=STATE_NAMES[ticket.state])


def allowed(ticket: Ticket, by: Actor) -> tuple[Event, ...]:
    """What this person can do with this ticket now, in the table's order: the buttons of a screen."""
    return tuple(row.event for row in TABLE if ticket.state in row.sources and not _refusal(ticket, row, by))


def _refusal(ticket: Ticket, row: Transition, by: Actor) -> ActionError | None:
    """Why this person may not, or None. A worker acts on what she owns, a resident on what he reported or joined.

    Operators, who sit with many in a room, are kept out of confidential tickets altogether.
    """
    if by.role not in row.roles or (ticket.confidential and by.role is Role.OPERATOR):
        return NotAllowed(event=EVENT_NAMES[row.event], role=ROLE_NAMES[by.role])
    if by.role is Role.WORKER and by.id != ticket.assignee:
        return NotYours(number=ticket.number)
    if by.role is Role.RESIDENT and row.event is not Event.JOIN and by.id not in ticket.residents:
        return NotYours(number=ticket.number)
    return None


def apply(
    ticket: Ticket,
    event: Event,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    photo: str | None = None,
    deed: str | None = None,
) -> Ticket:
    """Move a ticket along the table and write it down.

    The clock of the history never runs backwards, whatever a phone or a second server thinks the time is.
    Raises `NotNow`, `NotAllowed`, `NotYours`, or the error for what is missing; then nothing has changed.
    """
    row = transition(ticket, event)
    if refusal := _refusal(ticket, row, by):
        raise refusal
    given = {"note": note.strip(), "reason": note.strip(), "photo": photo}
    for need in sorted(row.needs):
        if not given[need]:
            raise _MISSING[need](event=EVENT_NAMES[event])
    target = row.target or ticket.state
    at = max([at, *(entry.at for entry in ticket.history[-1:])])
    entry = HistoryEntry(at, by, event, ticket.state, target, note.strip(), photo, deed)
    return replace(_clocked(ticket, event, target, at), state=target, history=(*ticket.history, entry))


def _clocked(ticket: Ticket, event: Event, target: State, at: datetime) -> Ticket:
    """Set the moments that a step brings with it. While the resident is asked for more, the clock stands still."""
    if ticket.paused_at is not None and target is not State.AWAITING_RESIDENT:
        ticket = replace(ticket, due_at=ticket.due_at + (at - ticket.paused_at), paused_at=None)
    if event in {Event.CONTACT, Event.ASK_RESIDENT} and ticket.contacted_at is None:
        ticket = replace(ticket, contacted_at=at)
    if event is Event.ASK_RESIDENT:
        ticket = replace(ticket, paused_at=at)
    if event is Event.FINISH:
        ticket = replace(ticket, finished_at=at)
    if target is State.CLOSED and ticket.closed_at is None:
        ticket = replace(ticket, closed_at=at)
    return ticket
