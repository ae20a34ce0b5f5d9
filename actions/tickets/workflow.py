"""The workflow: one table that says which event leads where, who may cause it, and what it needs.

Everything about the order of things is in `TABLE`; screens ask `allowed` which buttons to show, `apply` moves a ticket,
and `diagram` draws docs/workflow.md from it. To let the workflow do more, add a row.
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
    NoWish,
    OwnWish,
    PartsOpen,
    PartUnknown,
    PhotoMissing,
    ReasonMissing,
    WishPending,
)
from actions.tickets.actor import LEVELS, Actor, Role
from actions.tickets.clock import clocked
from actions.tickets.names import EVENT_NAMES, ROLE_NAMES, STATE_NAMES, WISH_NAMES
from actions.tickets.states import OPEN, TO_BE_DONE, Event, State
from actions.tickets.ticket import HistoryEntry, Ticket
from actions.tickets.wish import Wish, WishKind


@dataclass(frozen=True)
class Transition:
    """One row: `event` leads from any of `sources` to `target` (None: the state stays), for `roles`, given `needs`.

    `asks`: the wish that it raises; only one can be pending. `answers`: the wishes one of which must be pending for it.
    """

    event: Event
    sources: frozenset[State]
    target: State | None
    roles: frozenset[Role]
    needs: frozenset[str] = frozenset()
    asks: WishKind | None = None
    answers: frozenset[WishKind] = frozenset()


def _row(
    event: Event,
    sources: Iterable[State],
    target: State | None,
    roles: Iterable[Role],
    *needs: str,
    asks: WishKind | None = None,
    answers: Iterable[WishKind] = (),
) -> Transition:
    return Transition(event, frozenset(sources), target, frozenset(roles), frozenset(needs), asks, frozenset(answers))


_AT_WORK = {State.ACCEPTED, State.IN_PROGRESS}
_UNSTARTED = {State.PENDING_CONFIRM, State.PENDING_DISPATCH, State.ASSIGNED, State.ACCEPTED}
_OWNED = {State.ASSIGNED, *_AT_WORK, State.AWAITING_RESIDENT, State.PARKED}
_LINE = set(LEVELS)
_HANDLERS = {Role.WORKER, *_LINE}
_DESK = {Role.OPERATOR, *_LINE}
_FRONT = {Role.RESIDENT, *_DESK}

TABLE: tuple[Transition, ...] = (
    _row(Event.CONFIRM, {State.PENDING_CONFIRM}, State.PENDING_DISPATCH, {*_DESK, Role.SYSTEM}),
    _row(Event.DISPATCH, {State.PENDING_DISPATCH}, State.ASSIGNED, {*_DESK, Role.SYSTEM}),
    _row(Event.REASSIGN, _OWNED, State.ASSIGNED, {*_DESK, Role.SYSTEM}, "reason"),
    _row(Event.RECATEGORISE, OPEN, None, {*_DESK, Role.WORKER}, "reason"),
    _row(Event.REJECT, _UNSTARTED, State.REJECTED, _DESK, "reason"),
    _row(Event.MERGE, TO_BE_DONE, State.MERGED, _DESK),
    _row(Event.UNMERGE, {State.MERGED}, State.ASSIGNED, _DESK, "reason"),
    _row(Event.INVITE, _OWNED, None, {*_HANDLERS, Role.OPERATOR}, "note"),
    _row(Event.CONTRIBUTE, _OWNED, None, {*_HANDLERS, Role.OPERATOR}, "note"),
    _row(Event.ACCEPT, {State.ASSIGNED}, State.ACCEPTED, _HANDLERS),
    _row(Event.CONTACT, {State.ASSIGNED, *_AT_WORK}, None, {*_HANDLERS, Role.OPERATOR}),
    _row(Event.START, {State.ACCEPTED}, State.IN_PROGRESS, _HANDLERS),
    _row(Event.NOTE, OPEN, None, {*_HANDLERS, Role.OPERATOR}, "note"),
    _row(Event.ASK_RESIDENT, _AT_WORK, State.AWAITING_RESIDENT, _HANDLERS, "note"),
    _row(Event.RESUME, {State.AWAITING_RESIDENT, State.PARKED}, State.IN_PROGRESS, _HANDLERS),
    _row(Event.ANSWER, OPEN, None, _LINE, "note"),
    _row(Event.FINISH, _AT_WORK, State.AWAITING_FEEDBACK, _HANDLERS, "note"),
    _row(Event.RETURN, {State.ASSIGNED, State.ACCEPTED}, None, {Role.WORKER}, "reason", asks=WishKind.RETURN),
    _row(Event.EXTEND, {State.ASSIGNED, *_AT_WORK}, None, _HANDLERS, "reason", asks=WishKind.EXTENSION),
    _row(Event.PARK, _AT_WORK, None, _HANDLERS, "reason", asks=WishKind.PARKING),
    _row(Event.GRANT_RETURN, _OWNED, State.PENDING_DISPATCH, _DESK, answers={WishKind.RETURN}),
    _row(Event.GRANT_EXTENSION, _OWNED, None, _DESK, answers={WishKind.EXTENSION}),
    _row(Event.GRANT_PARKING, _AT_WORK, State.PARKED, _LINE, answers={WishKind.PARKING}),
    _row(Event.REFUSE, _OWNED, None, _DESK, "reason", answers=WishKind),
    _row(Event.SUPPLEMENT, {State.AWAITING_RESIDENT}, State.IN_PROGRESS, _FRONT, "note"),
    _row(Event.SUPPLEMENT, OPEN - {State.AWAITING_RESIDENT}, None, _FRONT, "note"),
    _row(Event.JOIN, OPEN, None, _FRONT),
    _row(Event.LEAVE, OPEN, None, _FRONT),
    _row(Event.URGE, TO_BE_DONE, None, {*_FRONT, Role.SYSTEM}),
    _row(Event.SUPERVISE, OPEN, None, {*_LINE, Role.SYSTEM}, "reason"),
    _row(Event.ESCALATE, OPEN, None, {*_LINE, Role.SYSTEM}, "reason"),
    _row(Event.WITHDRAW, TO_BE_DONE, State.WITHDRAWN, _FRONT),
    _row(Event.RATE, {State.AWAITING_FEEDBACK, State.CLOSED}, State.CLOSED, _FRONT),
    _row(Event.REOPEN, {State.AWAITING_FEEDBACK, State.CLOSED}, State.ASSIGNED, _FRONT, "reason"),
    _row(Event.CLOSE, {State.AWAITING_FEEDBACK}, State.CLOSED, {*_DESK, Role.SYSTEM}),
)

ASKING = frozenset(row.event for row in TABLE if row.asks)
"""Events that raise a wish."""

_OVER = frozenset(State) - TO_BE_DONE
OWNING = frozenset(
    {Event.ACCEPT, Event.CONTACT, Event.START, Event.ASK_RESIDENT, Event.RESUME, Event.FINISH, Event.EXTEND, Event.PARK}
)
"""What is the owner's to do."""

HELPING = frozenset({Event.NOTE, Event.CONTRIBUTE})
"""What a helper may do with a ticket that is another's."""

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
    rows = (row for row in TABLE if ticket.state in row.sources)
    return tuple(row.event for row in rows if not (_refusal(ticket, row, by) or _unready(ticket, row, by)))


def _refusal(ticket: Ticket, row: Transition, by: Actor) -> ActionError | None:
    """Why this person may not, or None. A worker acts on what she owns, a helper on her part of it, a resident on what
    he reported or joined. The supervisor stands in for any worker; who stands higher watches, and works at her own.
    """
    if by.role not in row.roles:
        return NotAllowed(event=EVENT_NAMES[row.event], role=ROLE_NAMES[by.role])
    if by.role is Role.WORKER and by.id != ticket.assignee and not (row.event in HELPING and helps(ticket, by)):
        return NotYours(number=ticket.number)
    if by.level > 1 and row.event in OWNING and by.id != ticket.assignee:
        return NotYours(number=ticket.number)
    if by.role is Role.RESIDENT and row.event is not Event.JOIN and by.id not in ticket.residents:
        return NotYours(number=ticket.number)
    return None if may_see(ticket, by) else NotAllowed(event=EVENT_NAMES[row.event], role=ROLE_NAMES[by.role])


def may_see(ticket: Ticket, by: Actor) -> bool:
    """Whether a ticket is for this person's eyes. A confidential one is for its reporters, its owner, and the supervisor
    line from the level up at which it is handled: never for those complained of, nor for anybody below them.
    """
    if not ticket.confidential or by.role in {Role.RESIDENT, Role.SYSTEM}:
        return True
    return by.id not in ticket.about and (by.id == ticket.assignee or by.level >= max(ticket.level, 1))


def helps(ticket: Ticket, by: Actor) -> bool:
    """Whether a worker still has a part of this ticket to do."""
    return any(helper.is_worker and helper.name == by.id for helper in ticket.open_parts)


def _unready(ticket: Ticket, row: Transition, by: Actor) -> ActionError | None:
    """Why the ticket is not ready for it, or None: one wish at a time, answered by somebody else than who has it."""
    if row.asks and ticket.wish:
        return WishPending(number=ticket.number, wish=WISH_NAMES[ticket.wish.kind])
    if row.answers and (ticket.wish is None or ticket.wish.kind not in row.answers):
        return NoWish(number=ticket.number)
    if row.answers and ticket.wish and ticket.wish.by == by:
        return OwnWish(number=ticket.number)
    if row.event is Event.CONTRIBUTE and not ticket.open_parts:
        return PartUnknown(number=ticket.number, who="")
    if row.event is Event.FINISH and ticket.open_parts:
        return PartsOpen(number=ticket.number, who="、".join(helper.name for helper in ticket.open_parts))
    if row.event is Event.ANSWER and ticket.answer_due_at is None:
        return NotNow(number=ticket.number, event=EVENT_NAMES[row.event], state=STATE_NAMES[ticket.state])
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
    if hindrance := _refusal(ticket, row, by) or _unready(ticket, row, by):
        raise hindrance
    given = {"note": note.strip(), "reason": note.strip(), "photo": photo}
    for need in sorted(row.needs):
        if not given[need]:
            raise _MISSING[need](event=EVENT_NAMES[event])
    target = row.target or ticket.state
    at = max([at, *(entry.at for entry in ticket.history[-1:])])
    entry = HistoryEntry(at, by, event, ticket.state, target, note.strip(), photo, deed)
    ticket = clocked(ticket, event, target, at)
    return replace(ticket, state=target, history=(*ticket.history, entry), wish=_lasting(ticket, row), look_at=at)


def _lasting(ticket: Ticket, row: Transition) -> Wish | None:
    """The wish that is still pending afterwards: it ends with its answer, and with the ownership that it came from."""
    ends = row.answers or row.event is Event.REASSIGN or row.target in _OVER
    return None if ends else ticket.wish
