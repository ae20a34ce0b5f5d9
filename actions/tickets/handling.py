"""Handling: what the grid worker does with a ticket on her list. Each deed is done once for one `deed` id."""

from __future__ import annotations

from datetime import datetime

from actions.tickets.actor import Actor
from actions.tickets.deed import carry_out
from actions.tickets.desk import Desk
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket


def accept(number: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """签收: the worker has seen it and takes it. The deadlines do not move, they count from the dispatch."""
    return carry_out(number, Event.ACCEPT, by=by, at=at, uow=uow, deed=deed)


def contact(
    number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None
) -> Ticket:
    """联系居民: the first clock stops when somebody has spoken to the resident."""
    return carry_out(number, Event.CONTACT, by=by, at=at, uow=uow, note=note, deed=deed)


def start(number: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """开始办理: work has begun."""
    return carry_out(number, Event.START, by=by, at=at, uow=uow, deed=deed)


def add_note(
    number: str,
    note: str,
    *,
    by: Actor,
    at: datetime,
    uow: UnitOfWork,
    photo: str | None = None,
    deed: str | None = None,
) -> Ticket:
    """办理记录: something worth knowing later; the state stays."""
    return carry_out(number, Event.NOTE, by=by, at=at, uow=uow, note=note, photo=photo, deed=deed)


def ask_resident(
    number: str, question: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None
) -> Ticket:
    """请居民补充: the work waits for the resident's word, and the solution clock with it."""
    return carry_out(number, Event.ASK_RESIDENT, by=by, at=at, uow=uow, note=question, deed=deed)


def resume(number: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """继续办理: go on without the resident's word, or with what was parked; the clock runs again."""
    return carry_out(number, Event.RESUME, by=by, at=at, uow=uow, deed=deed, change=desk.landed)


def answer(number: str, note: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """答复投诉人: tell a complainant what came of it (第四十四条), before or after the matter itself is settled."""
    return carry_out(number, Event.ANSWER, by=by, at=at, uow=uow, note=note, deed=deed)


def finish(
    number: str,
    note: str,
    *,
    by: Actor,
    at: datetime,
    uow: UnitOfWork,
    photo: str | None = None,
    deed: str | None = None,
) -> Ticket:
    """办结: the worker says what was done. The ticket is not closed by that: the resident is asked first."""
    return carry_out(number, Event.FINISH, by=by, at=at, uow=uow, note=note, photo=photo, deed=deed)
