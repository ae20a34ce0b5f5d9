"""Helping (协办): other workers and other units do a part of a ticket; its owner answers for the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.errors import PartUnknown
from actions.tickets.actor import Actor, Role
from actions.tickets.deed import carry_out
from actions.tickets.desk import Desk
from actions.tickets.helper import UNIT, WORKER, Helper
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket


def invite(
    number: str,
    helper: str,
    part: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    deed: str | None = None,
) -> Ticket:
    """请协办: ask a worker (by id) or a unit (by name) to do a part. `NotForThem` where the ticket is not for their eyes."""
    who = f"{WORKER if helper in desk.routing.names else UNIT}:{helper.strip()}"

    def joined(ticket: Ticket) -> Ticket:
        desk.admit(helper, ticket)
        entry = ticket.history[-1]
        return replace(ticket, helpers=(*ticket.helpers, Helper(who, entry.note, entry.at)))

    return carry_out(number, Event.INVITE, by=by, at=at, uow=uow, note=part, deed=deed, change=joined)


def contribute(
    number: str,
    helper: str,
    outcome: str,
    *,
    by: Actor,
    at: datetime,
    uow: UnitOfWork,
    photo: str | None = None,
    deed: str | None = None,
) -> Ticket:
    """协办完成: a part is done, and how. A helper says it of her own part; the owner or the desk may say it for another,
    a unit without an account above all. `PartUnknown` for whoever has no part, or is done with it.
    """

    def done(ticket: Ticket) -> Ticket:
        entry = ticket.history[-1]
        mine = next((h for h in ticket.open_parts if h.name == helper), None)
        foreign = by.role is Role.WORKER and by.id not in (helper, ticket.assignee)
        if mine is None or foreign:
            raise PartUnknown(number=number, who=helper)
        finished = replace(mine, done_at=entry.at, outcome=entry.note)
        return replace(ticket, helpers=tuple(finished if h is mine else h for h in ticket.helpers))

    return carry_out(number, Event.CONTRIBUTE, by=by, at=at, uow=uow, note=outcome, photo=photo, deed=deed, change=done)
