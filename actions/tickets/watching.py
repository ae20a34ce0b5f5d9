"""Watching: what the clock does with tickets (催办, 督办, 提级, 归档). Each stage is done once, whoever asks how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from actions.tickets.actor import SYSTEM
from actions.tickets.deed import keep
from actions.tickets.desk import Desk
from actions.tickets.dispatching import lifted
from actions.tickets.ports import UnitOfWork
from actions.tickets.stage import Stage, stages
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import apply

Words = Callable[[str], str]
"""The name of a stage → what the history says of it."""

BATCH = 2_000
"""Tickets looked at in one round; the next round takes the next ones."""


def waiting(at: datetime, *, uow: UnitOfWork) -> Sequence[str]:
    """The numbers of the tickets that the clock has to look at now."""
    with uow:
        return uow.tickets.to_look_at(at, BATCH)


def look(number: str, *, at: datetime, desk: Desk, words: Words, uow: UnitOfWork) -> Ticket:
    """Do what is due on one ticket, and note when to look at it again.

    One transaction, with the ticket held: a crash leaves nothing half done, and of two servers the second finds in the
    history that the first has done it.
    """
    with uow:
        ticket = uow.tickets.get(number)
        while due := _due(ticket, desk, at):
            ticket = _done(ticket, due, desk, words, at)
            keep(ticket, uow)
        uow.tickets.save(replace(ticket, look_at=next_look(ticket, desk, at)))
        uow.commit()
    return ticket


def _due(ticket: Ticket, desk: Desk, at: datetime) -> Stage | None:
    return next((stage for stage in stages(ticket, desk) if stage.is_due(ticket, at)), None)


def _done(ticket: Ticket, stage: Stage, desk: Desk, words: Words, at: datetime) -> Ticket:
    ticket = apply(ticket, stage.event, by=SYSTEM, at=at, note=words(stage.name), deed=stage.id)
    return lifted(ticket, stage.event, desk) if stage.event in {Event.SUPERVISE, Event.ESCALATE} else ticket


def next_look(ticket: Ticket, desk: Desk, at: datetime) -> datetime | None:
    """When the next stage begins, None where nothing will happen by the clock alone."""
    return min((stage.at for stage in stages(ticket, desk) if stage.at > at), default=None)
