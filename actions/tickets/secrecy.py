"""Secrecy: what is confidential lies with the supervisor line, above those complained of (第四十四条)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.tickets.desk import Desk
from actions.tickets.ticket import Ticket


def made_secret(ticket: Ticket, at: datetime, desk: Desk) -> Ticket:
    """The ticket with whoever of the line stands above everybody it names; nobody else helps or asks any more, and its
    reporter has to be answered by a day.
    """
    about = desk.routing.complained_of(ticket.what)
    handler = desk.routing.handler(about)
    return replace(
        ticket,
        confidential=True,
        about=about,
        assignee=handler,
        level=max(ticket.level, desk.routing.level(handler)),
        answer_due_at=ticket.answer_due_at or desk.answer_due(ticket.category, ticket.kind, at),
        wish=None,
        helpers=tuple(h if h.done_at else replace(h, done_at=at) for h in ticket.helpers),
    )
