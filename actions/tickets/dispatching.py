"""Dispatching: what the desk does with tickets that wait, went wrong, or belong together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.errors import CannotMerge
from actions.tickets.actor import Actor
from actions.tickets.deed import carry_out, keep
from actions.tickets.desk import Desk
from actions.tickets.ports import UnitOfWork
from actions.tickets.routing import STAFF_CONDUCT
from actions.tickets.states import TO_BE_DONE, Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import apply


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
    for the resident has waited since then. `WorkerUnknown` for no such worker.
    """
    desk.worker(worker)

    def dispatched(ticket: Ticket) -> Ticket:
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
        return replace(ticket, assignee=worker)

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
    does the date that was promised. One that turns out to be about staff goes to the supervisor at once.
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
        if affair.category == STAFF_CONDUCT:
            ticket = replace(ticket, confidential=True, assignee=desk.routing.supervisor)
        return ticket

    return carry_out(number, Event.RECATEGORISE, by=by, at=at, uow=uow, note=reason, deed=deed, change=changed)


def reject(number: str, reason: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """不予受理: not the community's to decide; `reason` names the legal way to go instead."""
    return carry_out(number, Event.REJECT, by=by, at=at, uow=uow, note=reason, deed=deed)


def merge(number: str, into: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """并单: one problem, one ticket. Everybody who reported the one follows the other from now on.

    Returns the ticket that was merged away. `CannotMerge` for a ticket into itself, into one whose problem is solved or
    dropped, or between a confidential one and an open one.
    """
    if number == into:
        raise CannotMerge(number=number, into=into)
    with uow:
        held = {
            n: uow.tickets.get(n) for n in sorted((number, into))
        }  # always in one order: two dispatchers, no deadlock
        gone, target = held[number], held[into]
        if gone.did(Event.MERGE, deed):
            return gone
        if target.state not in TO_BE_DONE or target.confidential != gone.confidential:
            raise CannotMerge(number=number, into=into)
        gone = replace(apply(gone, Event.MERGE, by=by, at=at, note=into, deed=deed), merged_into=into)
        target = apply(target, Event.JOIN, by=by, at=at, note=f"并入 {number}：{gone.what}", deed=deed)
        newcomers = tuple(c for c in gone.residents if c not in target.residents)
        keep(gone, uow)
        keep(replace(target, followers=(*target.followers, *newcomers)), uow)
        uow.commit()
    return gone
