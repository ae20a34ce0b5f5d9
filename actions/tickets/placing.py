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
"""As long as an emergency counts as still going on: what is said of it belongs to its ticket."""


@dataclass(frozen=True)
class Place:
    """Where it is, as in `Report`: the address as said, its parts, a position."""

    address: str
    parts: Mapping[str, str] = field(default_factory=dict)
    point: Point | None = None


def is_placed(ticket: Ticket) -> bool:
    """Whether it is known where it is: by its parts, by a position, or since the table of grids knows the words."""
    return bool(ticket.place or ticket.point or ticket.grid)


def goes_on(ticket: Ticket, at: datetime) -> bool:
    """Whether somebody is in danger still."""
    return ticket.urgent and ticket.state in TO_BE_DONE and at - ticket.opened_at < FRESH


def tell_place(
    number: str, place: Place, note: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None
) -> Ticket:
    """说明地点: the ticket gets its place, and goes to that grid's worker unless somebody is at work on it already.

    Words that no table knows ("学校后门") stand as its address until better ones come. Raises as `workflow.apply` does, and
    `TicketUnknown`; then nothing is kept.
    """
    with uow:
        before = uow.tickets.get(number)
        if before.did(Event.SUPPLEMENT, deed):
            return before
        ticket = apply(before, Event.SUPPLEMENT, by=by, at=at, note=note, deed=deed)
        routing = desk.routing.route(_report(ticket, place, at), at, uow.tickets.open_load)
        if ticket.address and not (place.parts or place.point or routing.grid):
            place = Place(ticket.address)
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
            ticket = replace(passed_on, assignee=routing.assignee)
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
