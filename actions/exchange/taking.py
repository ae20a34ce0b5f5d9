"""Taking over: an older system's tickets become ours in one transaction; what was taken before is left as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.clock import local
from actions.conversations.conversation import Conversation, Owner, Stage
from actions.exchange.old_ticket import OldTicket
from actions.exchange.ports import UnitOfWork
from actions.tickets.actor import SYSTEM
from actions.tickets.desk import Desk
from actions.tickets.opening import first_version
from actions.tickets.report import IMPORT, Report
from actions.tickets.states import Event, State
from actions.tickets.ticket import HistoryEntry, Ticket, ticket_number
from knowledge.publicity import PublicPlaces
from knowledge.wording import say

ENDINGS = {State.CLOSED: Event.CLOSE, State.WITHDRAWN: Event.WITHDRAW, State.REJECTED: Event.REJECT}


@dataclass(frozen=True)
class Taken:
    """How many were taken, and how many were here already."""

    taken: int
    known: int


def take(
    old: Sequence[OldTicket],
    *,
    at: datetime,
    desk: Desk,
    places: PublicPlaces,
    uow: UnitOfWork,
    progress: Callable[[Iterable[OldTicket]], Iterable[OldTicket]] = iter,
) -> Taken:
    """Take all of them or, where anything stops it, none.

    An open one is dispatched to whoever serves its place now, with deadlines from today unless it brings its own, and
    without waking anybody: it stands on the worker's list. One that is over keeps its times and is asked about no more.
    """
    with uow:
        known = uow.tickets.reports_among([_report_id(ticket) for ticket in old])
        fresh = [ticket for ticket in old if _report_id(ticket) not in known]
        for ticket in progress(fresh):
            made = _taken(ticket, at, desk, places, uow)
            uow.tickets.add(made)
            uow.conversations.add(_conversation(made))
        uow.commit()
    return Taken(len(fresh), len(old) - len(fresh))


def _report_id(old: OldTicket) -> str:
    return f"{IMPORT}:{old.number}"


def _taken(old: OldTicket, at: datetime, desk: Desk, places: PublicPlaces, uow: UnitOfWork) -> Ticket:
    report = _report(old, places)
    day, starts = local(old.opened_at).date(), at if old.state is State.ASSIGNED else old.opened_at
    routing = desk.routing.route(report, at, uow.tickets.open_load)
    number = ticket_number(desk.prefix, day, uow.tickets.next_running(day))
    made = first_version(number, report, routing, by=SYSTEM, at=starts, desk=desk, hold=False)
    note = say("import_tickets_note", number=old.number)
    opening = replace(made.history[0], at=old.opened_at, note=note)
    made = replace(made, opened_at=old.opened_at, due_at=old.due_at or made.due_at, history=(opening,))
    return made if old.state is State.ASSIGNED else _ended(made, old)


def _ended(ticket: Ticket, old: OldTicket) -> Ticket:
    """One that is over: how and when is all that is known of the way there."""
    at = old.closed_at or old.opened_at
    entry = HistoryEntry(at, SYSTEM, ENDINGS[old.state], ticket.state, old.state, note=old.outcome)
    solved = at if old.state is State.CLOSED else None
    return replace(
        ticket,
        state=old.state,
        finished_at=solved,
        closed_at=solved,
        look_at=None,
        history=(*ticket.history, entry),
    )


def _report(old: OldTicket, places: PublicPlaces) -> Report:
    return Report(
        id=_report_id(old),
        conversation=_report_id(old),
        what=old.what,
        address=old.address,
        place=places.parts(old.address),
        category=old.category,
        kind=old.kind,
        channel=IMPORT,
        at=old.opened_at,
        phone=old.phone,
        urgent=old.urgent,
        confidential=old.confidential,
    )


def _conversation(ticket: Ticket) -> Conversation:
    """Where whatever its reporter is to be told is kept, for the operators to pass on by telephone."""
    at = ticket.opened_at
    address = ticket.address or None
    return Conversation(ticket.conversation, IMPORT, Owner.BOT, Stage.BOT, at, at, address=address, phone=ticket.phone)
