"""Feedback: what the resident says about a ticket, and how it comes to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.tickets.actor import Actor, Role
from actions.tickets.deed import carry_out, keep
from actions.tickets.desk import Desk
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import Event, State
from actions.tickets.survey import Survey
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import apply


def supplement(
    number: str,
    note: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    photo: str | None = None,
    phone: str | None = None,
    deed: str | None = None,
) -> Ticket:
    """补充情况: more about the problem, a photo, a number to call. Where the work waited for this, it goes on."""

    def filled_in(ticket: Ticket) -> Ticket:
        ticket = replace(ticket, phone=phone or ticket.phone)
        return desk.landed(ticket) if ticket.history[-1].from_state is State.AWAITING_RESIDENT else ticket

    return carry_out(
        number, Event.SUPPLEMENT, by=by, at=at, uow=uow, note=note, photo=photo, deed=deed, change=filled_in
    )


def urge(number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None) -> Ticket:
    """催办: the resident, an operator or the clock asks where it stays."""
    return carry_out(number, Event.URGE, by=by, at=at, uow=uow, note=note, deed=deed)


def withdraw(
    number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None
) -> Ticket:
    """撤销: a reporter takes it back. Where neighbours reported the same, only he leaves: the problem is theirs still."""

    def left(ticket: Ticket) -> Ticket:
        first, *others = (c for c in ticket.residents if c != by.id)
        return replace(ticket, conversation=first, followers=tuple(others))

    with uow:
        before = uow.tickets.get(number)
        if before.did(Event.LEAVE, deed) or before.did(Event.WITHDRAW, deed):
            return before
        alone = by.role is not Role.RESIDENT or before.residents == (by.id,)
        ticket = apply(before, Event.WITHDRAW if alone else Event.LEAVE, by=by, at=at, note=note, deed=deed)
        ticket = ticket if alone else left(ticket)
        keep(ticket, uow)
        uow.commit()
    return ticket


def rate(
    number: str, survey: Survey, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None = None
) -> Ticket:
    """评价: the resident's answer to 解决了吗、满意吗. Solved and content closes the ticket, else it is done again."""
    if survey.asks_again:
        reason = survey.words.strip() or "居民反映问题没有解决"
        return _again(number, reason, by=by, at=at, desk=desk, uow=uow, deed=deed, survey=survey)

    def rated(ticket: Ticket) -> Ticket:
        return replace(ticket, survey=survey)

    return carry_out(number, Event.RATE, by=by, at=at, uow=uow, note=survey.words, deed=deed, change=rated)


def reopen(
    number: str, reason: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None = None
) -> Ticket:
    """重办: the problem is there still, or again."""
    return _again(number, reason, by=by, at=at, desk=desk, uow=uow, deed=deed, survey=None)


def _again(
    number: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    desk: Desk,
    uow: UnitOfWork,
    deed: str | None,
    survey: Survey | None,
) -> Ticket:
    """Back to the worker who owned it, both clocks started anew."""

    def once_more(ticket: Ticket) -> Ticket:
        due = desk.due(ticket.deadline, at)
        return replace(
            ticket,
            survey=survey or ticket.survey,
            reopened=ticket.reopened + 1,
            dispatched_at=at,
            contact_due_at=due.contact_due_at,
            due_at=max(due.due_at, ticket.due_at),
            due_certain=due.certain,
            contacted_at=None,
            finished_at=None,
            closed_at=None,
            answer_due_at=desk.answer_due(ticket.category, ticket.kind, at) if ticket.answer_due_at else None,
            answered_at=None,
        )

    return carry_out(number, Event.REOPEN, by=by, at=at, uow=uow, note=reason, deed=deed, change=once_more)


def close(number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None) -> Ticket:
    """归档 without the resident's answer: by an operator who asked by telephone, or by the system when nobody answered.
    The survey stays empty then: silence is not satisfaction.
    """
    return carry_out(number, Event.CLOSE, by=by, at=at, uow=uow, note=note, deed=deed)
