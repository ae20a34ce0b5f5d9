"""Announcing: one notice a hook for every new entry of a ticket's history, in the transaction that writes the entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from actions.clock import local
from actions.masking import mask_numbers
from actions.notify.notice import Notice
from actions.tickets.names import EVENT_NAMES, STATE_NAMES
from actions.tickets.news import last_word
from actions.tickets.ticket import HistoryEntry, Ticket
from actions.webhooks.hook import Hook

TOPIC, AUDIENCE = "webhook.ticket", "webhook"


def announcer(hooks: Sequence[Hook]) -> Callable[[Ticket, int], Iterable[Notice]]:
    """What the store asks at each new entry (`actions.store.tickets.Announce`)."""

    def announce(ticket: Ticket, place: int) -> Iterable[Notice]:
        entry = ticket.history[place - 1]
        id_ = f"{ticket.number}.{place}"
        for hook in hooks:
            body = message(id_, ticket, entry)
            yield Notice(f"{id_}.{hook.name}", TOPIC, f"{AUDIENCE}:{hook.name}", body, entry.at, ticket.number)

    return announce


def message(id_: str, ticket: Ticket, entry: HistoryEntry) -> dict[str, Any]:
    """What a hook is sent. No telephone number, no name, no conversation is ever in it; of a confidential ticket
    nothing but that it took a step."""
    return {
        "id": id_,
        "number": ticket.number,
        "event": entry.event.value,
        "event_name": EVENT_NAMES[entry.event],
        "at": _moment(entry.at),
        "by": entry.by.role.value,
        "ticket": _hidden(ticket, entry) if ticket.confidential else _shown(ticket, entry),
    }


def _hidden(ticket: Ticket, entry: HistoryEntry) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": entry.to_state.value,
        "status_name": STATE_NAMES[entry.to_state],
        "confidential": True,
    }


def _shown(ticket: Ticket, entry: HistoryEntry) -> dict[str, Any]:
    longitude, latitude = ticket.point or (None, None)
    return _hidden(ticket, entry) | {
        "confidential": False,
        "category": ticket.category,
        "kind": ticket.kind,
        "kind_name": ticket.kind_name,
        "what": mask_numbers(ticket.what),
        "address": mask_numbers(ticket.address),
        "lat": latitude,
        "long": longitude,
        "urgent": ticket.urgent,
        "channel": ticket.channel,
        "grid": ticket.grid,
        "assignee": ticket.assignee,
        "unit": ticket.unit,
        "duty": ticket.duty,
        "told": mask_numbers(last_word(ticket)),
        "reopened": ticket.reopened,
        "merged_into": ticket.merged_into,
        **{name: _moment(getattr(ticket, name)) for name in _MOMENTS},
    }


_MOMENTS = ("opened_at", "dispatched_at", "contact_due_at", "due_at", "contacted_at", "finished_at", "closed_at")


def _moment(at: datetime | None) -> str | None:
    return local(at).isoformat() if at else None
