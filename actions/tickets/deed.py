"""How every deed on a ticket is done: one transaction, one entry in the history, its news in the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from actions.tickets.actor import Actor
from actions.tickets.news import news
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import apply


def _unchanged(ticket: Ticket) -> Ticket:
    return ticket


def carry_out(
    number: str,
    event: Event,
    *,
    by: Actor,
    at: datetime,
    uow: UnitOfWork,
    note: str = "",
    photo: str | None = None,
    deed: str | None = None,
    change: Callable[[Ticket], Ticket] = _unchanged,
) -> Ticket:
    """Do one deed and return the ticket as it stands afterwards.

    `change` sets what the event brings with it besides the state. A deed whose id was seen before is not done again: a
    tap in a dead spot is sent twice, and a message is read again after a crash. Raises as `workflow.apply` does, and
    `TicketUnknown`; then nothing is kept.
    """
    with uow:
        before = uow.tickets.get(number)
        if before.did(event, deed):
            return before
        ticket = change(apply(before, event, by=by, at=at, note=note, photo=photo, deed=deed))
        keep(ticket, uow)
        uow.commit()
    return ticket


def keep(ticket: Ticket, uow: UnitOfWork) -> None:
    """Put a changed ticket and the news of its last step into the transaction."""
    uow.tickets.save(ticket)
    for notice in news(ticket):
        uow.outbox.add(notice)
