"""Wishing: what a ticket's owner asks for (退单, 延期, 挂账), and how somebody else answers. Asking changes nothing yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.errors import DateTooEarly, TooLateToExtend, TooLateToReturn
from actions.tickets.actor import Actor
from actions.tickets.deed import carry_out
from actions.tickets.desk import Desk
from actions.tickets.names import EVENT_NAMES
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.wish import ReturnCode, Wish, WishKind

RETURN_WITHIN = 2
"""Working days from when a worker got the ticket."""


def return_ticket(
    number: str,
    code: ReturnCode | str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """申请退单: it is not this worker's to do. `TooLateToReturn` after two working days: by then somebody waits."""

    def returned(ticket: Ticket) -> Ticket:
        last = desk.deadlines.calendar.add_workdays(ticket.assigned_at, RETURN_WITHIN)
        if ticket.history[-1].at > last:
            raise TooLateToReturn(number=number, days=RETURN_WITHIN)
        return _wishing(ticket, WishKind.RETURN, code=ReturnCode(code))

    return carry_out(number, Event.RETURN, by=by, at=at, uow=uow, note=reason, deed=deed, change=returned)


def extend(
    number: str,
    until: datetime,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """申请延期: more time, asked for while there is some left. `TooLateToExtend`, `DateTooEarly`."""

    def extended(ticket: Ticket) -> Ticket:
        if ticket.history[-1].at > ticket.due_at:
            raise TooLateToExtend(number=number)
        return _wishing(ticket, WishKind.EXTENSION, until=_later(ticket, until, Event.EXTEND))

    return carry_out(number, Event.EXTEND, by=by, at=at, uow=uow, note=reason, deed=deed, change=extended)


def park(
    number: str,
    review: datetime,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """申请挂账: nothing can be done for now (no money yet, a law to come); somebody looks at it again on a day to come.
    `DateTooEarly`.
    """

    def parked(ticket: Ticket) -> Ticket:
        return _wishing(ticket, WishKind.PARKING, until=_later(ticket, review, Event.PARK))

    return carry_out(number, Event.PARK, by=by, at=at, uow=uow, note=reason, deed=deed, change=parked)


def _later(ticket: Ticket, until: datetime, event: Event) -> datetime:
    """The date itself, where it lies ahead of all that counts now; the promise to the resident is never shortened."""
    if until <= max(ticket.due_at, ticket.history[-1].at):
        raise DateTooEarly(event=EVENT_NAMES[event])
    return until


def _wishing(
    ticket: Ticket, kind: WishKind, *, until: datetime | None = None, code: ReturnCode | None = None
) -> Ticket:
    entry = ticket.history[-1]
    return replace(ticket, wish=Wish(kind, entry.note, entry.by, entry.at, until, code))


def grant_return(
    number: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, note: str = "", deed: str | None = None
) -> Ticket:
    """同意退单: until it is dispatched anew the duty desk owns it, or for a confidential one whoever handles those."""

    def to_the_desk(ticket: Ticket) -> Ticket:
        return replace(ticket, assignee=desk.routing.handler(ticket.about))

    return carry_out(number, Event.GRANT_RETURN, by=by, at=at, uow=uow, note=note, deed=deed, change=to_the_desk)


def grant_extension(
    number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None
) -> Ticket:
    """同意延期: the solution is due on the day that was asked for, and the resident is told."""
    return carry_out(number, Event.GRANT_EXTENSION, by=by, at=at, uow=uow, note=note, deed=deed)


def grant_parking(
    number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None
) -> Ticket:
    """同意挂账: the ticket rests until its day of review, which is when it is due now."""
    return carry_out(number, Event.GRANT_PARKING, by=by, at=at, uow=uow, note=note, deed=deed)


def refuse(number: str, reason: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """不同意: the owner goes on as before, and hears why."""
    return carry_out(number, Event.REFUSE, by=by, at=at, uow=uow, note=reason, deed=deed)
