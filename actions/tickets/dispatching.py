"""Dispatching: what the desk does with tickets that wait, went wrong, or take too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.tickets.actor import Actor
from actions.tickets.deed import carry_out
from actions.tickets.desk import Desk
from actions.tickets.ports import UnitOfWork
from actions.tickets.routing import STAFF_CONDUCT
from actions.tickets.secrecy import made_secret
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket


def confirm(number: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """确认: a held report is a real one."""
    return carry_out(number, Event.CONFIRM, by=by, at=at, uow=uow, deed=deed)


def dispatch(
    number: str,
    worker: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    note: str = "",
    deed: str | None = None,
) -> Ticket:
    """派单: give a waiting ticket to a worker. The first dispatch starts both clocks; a returned ticket keeps its own,
    for the resident has waited since then. `WorkerUnknown` for no such worker, `NotForThem` for one who must not see it.
    """
    desk.worker(worker)

    def dispatched(ticket: Ticket) -> Ticket:
        desk.admit(worker, ticket)
        ticket = replace(ticket, assignee=worker)
        if ticket.dispatched_at is not None:
            return ticket
        due = desk.due(ticket.deadline, at)
        return replace(
            ticket, dispatched_at=at, contact_due_at=due.contact_due_at, due_at=due.due_at, due_certain=due.certain
        )

    return carry_out(number, Event.DISPATCH, by=by, at=at, uow=uow, note=note, deed=deed, change=dispatched)


def reassign(
    number: str,
    worker: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """转派: another worker takes over; deadlines stay."""
    desk.worker(worker)

    def passed_on(ticket: Ticket) -> Ticket:
        desk.admit(worker, ticket)
        return desk.landed(replace(ticket, assignee=worker))

    return carry_out(number, Event.REASSIGN, by=by, at=at, uow=uow, note=reason, deed=deed, change=passed_on)


def recategorise(
    number: str,
    category: str,
    kind: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """改类: the category was wrong, and the resident need not report again. What the model said stays on record, and so
    does the date that was promised. One that turns out to be about staff leaves everybody below at once.
    """
    affair = desk.routing.affair(category, kind)

    def changed(ticket: Ticket) -> Ticket:
        ticket = replace(
            ticket,
            category=affair.category,
            kind=affair.kind,
            kind_name=affair.kind_name,
            unit=affair.unit,
            duty=affair.duty,
        )
        return made_secret(ticket, at, desk) if affair.category == STAFF_CONDUCT else ticket

    return carry_out(number, Event.RECATEGORISE, by=by, at=at, uow=uow, note=reason, deed=deed, change=changed)


def reject(
    number: str,
    remedy: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """不予受理: not the community's to decide. The resident hears why, and the legal way to go instead: `remedy` is its
    id in the desk's table; `RemedyUnknown`.
    """
    way, reason = desk.remedy(remedy).text, reason.strip().rstrip("。")
    note = f"{reason}。{way}" if reason else ""
    return carry_out(number, Event.REJECT, by=by, at=at, uow=uow, note=note, deed=deed)


def supervise(
    number: str, reason: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None = None
) -> Ticket:
    """督办: somebody above the owner keeps an eye on it from now on."""

    def watched(ticket: Ticket) -> Ticket:
        return lifted(ticket, Event.SUPERVISE, desk)

    return carry_out(number, Event.SUPERVISE, by=by, at=at, uow=uow, note=reason, deed=deed, change=watched)


def escalate(
    number: str, reason: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None = None
) -> Ticket:
    """提级: one step further up the line."""

    def raised(ticket: Ticket) -> Ticket:
        return lifted(ticket, Event.ESCALATE, desk)

    return carry_out(number, Event.ESCALATE, by=by, at=at, uow=uow, note=reason, deed=deed, change=raised)


def lifted(ticket: Ticket, event: Event, desk: Desk) -> Ticket:
    """The ticket at the level that an event brings it to: above its owner by 督办, one step further by 提级."""
    top, owner = len(desk.routing.above) + 1, desk.routing.level(ticket.assignee)
    level = max(ticket.level, owner) + 1 if event is Event.ESCALATE else max(ticket.level, owner + 1)
    return replace(ticket, level=min(level, top))
