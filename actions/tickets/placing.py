"""Placing: an emergency is filed before anybody has said where; the place comes with the next words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from actions.tickets.actor import SYSTEM, Actor
from actions.tickets.deed import keep
from actions.tickets.desk import Desk
from actions.tickets.duplicate import place_key
from actions.tickets.ports import UnitOfWork
from actions.tickets.report import Point, Report
from actions.tickets.states import TO_BE_DONE, Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import apply

FRESH = timedelta(hours=2)
"""As long as words that only name a place are taken as the place of the emergency that was told before."""


@dataclass(frozen=True)
class Place:
    """Where it is, as in `Report`: the address as said, its parts, a position."""

    address: str
    parts: Mapping[str, str] = field(default_factory=dict)
    point: Point | None = None


def awaits_place(ticket: Ticket, at: datetime) -> bool:
    """Whether somebody is in danger and nobody knows where."""
    nowhere = not ticket.address and ticket.point is None
    return ticket.urgent and nowhere and ticket.state in TO_BE_DONE and at - ticket.opened_at < FRESH


def tell_place(
    number: str, place: Place, note: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None
) -> Ticket:
    """说明地点: the ticket gets its place, and goes to that grid's worker unless somebody is at work on it already.

    Raises as `workflow.apply` does, and `TicketUnknown`; then nothing is kept.
    """
    with uow:
        before = uow.tickets.get(number)
        if before.did(Event.SUPPLEMENT, deed):
            return before
        ticket = apply(before, Event.SUPPLEMENT, by=by, at=at, note=note, deed=deed)
        routing = desk.routing.route(_report(ticket, place, at), at, uow.tickets.open_load)
        ticket = replace(
            ticket,
            address=place.address,
            place=dict(place.parts),
            point=place.point,
            place_key=place_key(place.parts, place.address),
            grid=routing.grid,
            routed_why=routing.why,
        )
        keep(ticket, uow)
        if ticket.state is State.ASSIGNED and routing.assignee != ticket.assignee:
            passed_on = apply(ticket, Event.REASSIGN, by=SYSTEM, at=at, note=routing.why)
            ticket = desk.landed(replace(passed_on, assignee=routing.assignee))
            keep(ticket, uow)
        uow.commit()
    return ticket


def _report(ticket: Ticket, place: Place, at: datetime) -> Report:
    """What was reported, had the place been told with it."""
    return Report(
        id=ticket.report,
        conversation=ticket.conversation,
        what=ticket.what,
        address=place.address,
        place=place.parts,
        point=place.point,
        category=ticket.category,
        kind=ticket.kind,
        channel=ticket.channel,
        at=at,
        urgent=ticket.urgent,
        confidential=ticket.confidential,
    )
