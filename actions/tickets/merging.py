"""Merging (并单) and taking apart again (拆单): one problem, one ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from actions.errors import CannotMerge, CannotUnmerge
from actions.tickets.actor import Actor, Role
from actions.tickets.deed import keep
from actions.tickets.desk import Desk
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import OPEN, TO_BE_DONE, Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import apply


def merge(number: str, into: str, *, by: Actor, at: datetime, uow: UnitOfWork, deed: str | None = None) -> Ticket:
    """并单: everybody who reported the one follows the other from now on.

    Returns the ticket that was merged away. `CannotMerge` for a ticket into itself, into one whose problem is solved or
    dropped, or across the lines that keep confidential ones apart.
    """
    if number == into:
        raise CannotMerge(number=number, into=into)
    with uow:
        gone, target = _held(number, into, uow)
        if gone.did(Event.MERGE, deed):
            return gone
        if target.state not in TO_BE_DONE or walled_off(gone, target):
            raise CannotMerge(number=number, into=into)
        gone = replace(apply(gone, Event.MERGE, by=by, at=at, note=into, deed=deed), merged_into=into)
        target = apply(target, Event.JOIN, by=by, at=at, note=f"并入 {number}：{gone.what}", deed=deed)
        newcomers = tuple(c for c in gone.residents if c not in target.residents)
        keep(gone, uow)
        keep(replace(target, followers=(*target.followers, *newcomers)), uow)
        uow.commit()
    return gone


def _held(number: str, other: str, uow: UnitOfWork) -> tuple[Ticket, Ticket]:
    """Both tickets, locked always in one order: two dispatchers, no deadlock."""
    held = {n: uow.tickets.get(n) for n in sorted((number, other))}
    return held[number], held[other]


def walled_off(one: Ticket, other: Ticket) -> bool:
    """Whether the lines that keep confidential tickets apart run between two."""
    return (one.confidential, one.level if one.confidential else 0, one.about) != (
        other.confidential,
        other.level if other.confidential else 0,
        other.about,
    )


def unmerge(
    number: str, reason: str, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str | None = None
) -> Ticket:
    """拆单: it was another problem after all. The ticket goes back to its owner with new clocks, and its reporters follow
    it again instead of the other one, unless they joined that one themselves. `CannotUnmerge` where the other one was
    merged away in its turn.
    """
    with uow:
        into = uow.tickets.peek(number).merged_into or number
        back, target = _held(number, into, uow)
        if back.did(Event.UNMERGE, deed):
            return back
        if target.state is State.MERGED and target.number != back.number:
            raise CannotUnmerge(number=number, into=into)
        back = _anew(apply(back, Event.UNMERGE, by=by, at=at, note=reason, deed=deed), desk)
        keep(back, uow)
        if target.state in OPEN:
            target = apply(target, Event.LEAVE, by=by, at=at, note=f"拆出 {number}：{reason.strip()}", deed=deed)
        leaving = set(back.residents) - _bound(target, uow.tickets.merged_into(into))
        uow.tickets.save(replace(target, followers=tuple(c for c in target.followers if c not in leaving)))
        uow.commit()
    return back


def _anew(ticket: Ticket, desk: Desk) -> Ticket:
    """With both clocks started again: while it was merged nobody was to work at it."""
    due = desk.due(ticket.deadline, ticket.history[-1].at)
    return replace(
        ticket,
        merged_into=None,
        dispatched_at=ticket.history[-1].at,
        contact_due_at=max(due.contact_due_at, ticket.contact_due_at),
        due_at=max(due.due_at, ticket.due_at),
        due_certain=due.certain,
    )


def _bound(target: Ticket, others: Iterable[Ticket]) -> set[str]:
    """The residents who follow a ticket for reasons of their own: its reporter, who joined it, and who came with others."""
    joined = {e.by.id for e in target.history if e.event is Event.JOIN and e.by.role is Role.RESIDENT}
    return {target.conversation, *joined, *(c for other in others for c in other.residents)}
