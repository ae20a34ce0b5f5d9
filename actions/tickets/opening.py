"""Opening: a report becomes a ticket, or joins the one that a neighbour's report has become."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.clock import local
from actions.errors import ReportEmpty
from actions.tickets.actor import Actor
from actions.tickets.deed import carry_out
from actions.tickets.desk import Desk
from actions.tickets.duplicate import box_around, duplicates, place_key
from actions.tickets.news import news
from actions.tickets.ports import UnitOfWork
from actions.tickets.report import Report
from actions.tickets.routing import Routing
from actions.tickets.secrecy import made_secret
from actions.tickets.states import Event, State
from actions.tickets.ticket import HistoryEntry, Ticket, ticket_number


def open_ticket(report: Report, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, hold: bool = False) -> Ticket:
    """Turn a resident's report into a ticket on some grid worker's list.

    A report is filed once: a resident who gets no answer sends it again, and two workers must not be sent to one door.
    An address outside every grid goes to the duty desk, because a gap in a table never turns a resident away.
    With `hold` an operator confirms it first (a stranger's report by API). `ReportEmpty` where it says nothing.
    """
    if not report.what.strip():
        raise ReportEmpty()
    with uow:
        filed = uow.tickets.by_report(report.id)
        if filed:
            return filed
        routing = desk.routing.route(report, at, uow.tickets.open_load)
        number = ticket_number(desk.prefix, local(at).date(), uow.tickets.next_running(local(at).date()))
        ticket = first_version(number, report, routing, by=by, at=at, desk=desk, hold=hold)
        uow.tickets.add(ticket)
        for notice in news(ticket):
            uow.outbox.add(notice)
        uow.commit()
    return ticket


def first_version(
    number: str, report: Report, routing: Routing, by: Actor, at: datetime, desk: Desk, hold: bool
) -> Ticket:
    """The first version of a ticket. One on hold has deadlines too, counted again when it is dispatched."""
    affair = desk.routing.affair(report.category, report.kind)
    deadline = desk.deadline_class(report.category, report.kind, urgent=report.urgent)
    due = desk.due(deadline, at)
    state = State.PENDING_CONFIRM if hold else State.ASSIGNED
    ticket = Ticket(
        number=number,
        report=report.id,
        conversation=report.conversation,
        channel=report.channel,
        category=affair.category,
        kind=affair.kind,
        kind_name=affair.kind_name,
        what=report.what.strip(),
        address=report.address.strip(),
        phone=report.phone,
        urgent=report.urgent,
        confidential=False,
        state=state,
        grid=routing.grid,
        assignee=desk.routing.supervisor if hold else routing.assignee,
        unit=routing.unit,
        duty=routing.duty,
        routed_why=routing.why,
        deadline=deadline,
        opened_at=at,
        dispatched_at=None if hold else at,
        contact_due_at=due.contact_due_at,
        due_at=due.due_at,
        due_certain=due.certain,
        place=dict(report.place),
        place_key=place_key(report.place, report.address),
        point=report.point,
        predicted=dict(report.predicted),
        look_at=at,
        history=(HistoryEntry(at, by, Event.OPEN, None, state, deed=report.id),),
    )
    return made_secret(ticket, at, desk) if desk.routing.is_confidential(report) else ticket


def find_duplicates(report: Report, *, desk: Desk, uow: UnitOfWork) -> list[Ticket]:
    """The open tickets that this report would repeat, likest first; for the offer "这个问题3位邻居已报, 要加入吗".

    Complaints about staff and other confidential reports are never laid beside anybody else's.
    """
    with uow:
        return repeated(report, desk=desk, uow=uow)


def repeated(report: Report, *, desk: Desk, uow: UnitOfWork) -> list[Ticket]:
    """The same within a unit of work that is open."""
    if desk.routing.is_confidential(report):
        return []
    affair = desk.routing.affair(report.category, report.kind)
    report = replace(report, category=affair.category, kind=affair.kind)
    key, box = place_key(report.place, report.address), box_around(report.point) if report.point else None
    return duplicates(report, uow.tickets.nearby(report.kind, key, box))


def join_ticket(number: str, report: Report, *, by: Actor, at: datetime, uow: UnitOfWork) -> Ticket:
    """Let a second reporter join: every update reaches that conversation too. Joining twice is joining once."""

    def joined(ticket: Ticket) -> Ticket:
        known = report.conversation in ticket.residents
        return ticket if known else replace(ticket, followers=(*ticket.followers, report.conversation))

    return carry_out(number, Event.JOIN, by=by, at=at, uow=uow, note=report.what, deed=report.id, change=joined)
