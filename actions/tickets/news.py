"""Who is told when something happens to a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from actions.clock import local
from actions.notify.notice import Notice
from actions.tickets.names import STATE_NAMES
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket

ASSIGNEE, RESIDENTS, OPERATORS = "assignee", "residents", "operators"

NEWS: Mapping[Event, tuple[str, str]] = MappingProxyType(
    {
        Event.OPEN: ("ticket.assigned", ASSIGNEE),
        Event.CONFIRM: ("ticket.pending", OPERATORS),
        Event.DISPATCH: ("ticket.assigned", ASSIGNEE),
        Event.REASSIGN: ("ticket.assigned", ASSIGNEE),
        Event.RECATEGORISE: ("ticket.recategorised", ASSIGNEE),
        Event.ACCEPT: ("ticket.accepted", RESIDENTS),
        Event.START: ("ticket.started", RESIDENTS),
        Event.ASK_RESIDENT: ("ticket.asked", RESIDENTS),
        Event.RESUME: ("ticket.started", RESIDENTS),
        Event.FINISH: ("ticket.finished", RESIDENTS),
        Event.RETURN: ("ticket.returned", OPERATORS),
        Event.REJECT: ("ticket.rejected", RESIDENTS),
        Event.MERGE: ("ticket.merged", RESIDENTS),
        Event.JOIN: ("ticket.joined", ASSIGNEE),
        Event.SUPPLEMENT: ("ticket.supplemented", ASSIGNEE),
        Event.URGE: ("ticket.urged", ASSIGNEE),
        Event.WITHDRAW: ("ticket.withdrawn", ASSIGNEE),
        Event.RATE: ("ticket.rated", ASSIGNEE),
        Event.REOPEN: ("ticket.reopened", ASSIGNEE),
        Event.CLOSE: ("ticket.closed", RESIDENTS),
    }
)
"""Event → topic and whom it concerns. Contacts and notes are between the worker and the ticket."""


def news(ticket: Ticket) -> list[Notice]:
    """The notices for the last entry of a ticket's history, one an audience, with the same ids at every asking."""
    entry = ticket.history[-1]
    told = [_first(ticket, entry.event)] if entry.event in NEWS else []
    if entry.event is Event.OPEN and ticket.urgent:
        told.append(("ticket.urgent", OPERATORS))
    sent = [(topic, audience) for topic, whom in told for audience in _audiences(ticket, whom)]
    return [
        Notice(f"{ticket.number}.{len(ticket.history)}.{n}", topic, audience, _body(ticket), entry.at, ticket.number)
        for n, (topic, audience) in enumerate(sent, start=1)
    ]


def _first(ticket: Ticket, event: Event) -> tuple[str, str]:
    held = event is Event.OPEN and ticket.state is State.PENDING_CONFIRM
    return ("ticket.pending", OPERATORS) if held else NEWS[event]


def _audiences(ticket: Ticket, whom: str) -> tuple[str, ...]:
    """A confidential ticket's news never goes to the operators' room; its owner hears it instead."""
    if whom == RESIDENTS:
        return tuple(f"conversation:{conversation}" for conversation in ticket.residents)
    if whom == OPERATORS and not ticket.confidential:
        return (OPERATORS,)
    return (f"worker:{ticket.assignee}",)


def _body(ticket: Ticket) -> dict[str, str]:
    """What the wording may use. Of a confidential ticket no word of what was said leaves by notification."""
    hidden = ticket.confidential
    return {
        "number": ticket.number,
        "kind": ticket.kind_name,
        "what": "（保密）" if hidden else ticket.what,
        "address": "（保密）" if hidden else ticket.address or "（未说明地址）",
        "unit": ticket.unit,
        "state": STATE_NAMES[ticket.state],
        "note": "（保密）" if hidden else ticket.history[-1].note or "（无说明）",
        "due": _spoken(ticket.due_at),
        "contact_due": _spoken(ticket.contact_due_at),
        "into": ticket.merged_into or "",
    }


def _spoken(at: datetime) -> str:
    at = local(at)
    return f"{at.month}月{at.day}日{at:%H:%M}"
