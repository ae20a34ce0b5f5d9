"""What has been filed of a conversation: asked when whoever filed it could not say so any more."""

from __future__ import annotations

from datetime import datetime

from actions.tickets.ports import UnitOfWork
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter


def filed_since(conversation: str, moment: datetime, *, uow: UnitOfWork) -> Ticket | None:
    """The last ticket that this very conversation has opened at or after the moment, or None."""
    with uow:
        found = uow.tickets.find(TicketFilter(resident=conversation, opened_since=moment, size=10)).items
    return next((ticket for ticket in found if ticket.conversation == conversation), None)
