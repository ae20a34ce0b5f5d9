"""A ticket as chat events and sentences show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from actions.clock import local
from actions.masking import mask_phone
from actions.tickets.actor import LEVELS, Role
from actions.tickets.names import ROLE_NAMES
from actions.tickets.ticket import Ticket
from knowledge.categories import Category
from knowledge.community import Community


class Named(Protocol):
    """Whoever knows what the ids are called."""

    @property
    def community(self) -> Community: ...

    @property
    def categories(self) -> Mapping[str, Category]: ...


@dataclass(frozen=True)
class Names:
    """The names alone, for whoever has no counter."""

    community: Community
    categories: Mapping[str, Category]


def ticket_event(type_: str, ticket: Ticket, names: Named) -> dict[str, Any]:
    """An event of the chat API about a ticket: ids as the contract has them, names beside them for people."""
    return {"type": type_, "ticket": ticket_card(ticket, names)}


def ticket_card(ticket: Ticket, names: Named) -> dict[str, Any]:
    """The contract's ticket, with the names that a screen shows."""
    grid = names.community.grids.get(ticket.grid or "")
    worker = names.community.workers.get(ticket.assignee)
    hidden = ticket.confidential
    return {
        "number": ticket.number,
        "category": ticket.category,
        "category_name": names.categories[ticket.category].name,
        "kind": ticket.kind,
        "kind_name": ticket.kind_name,
        "address": ticket.address,
        "phone": mask_phone(ticket.phone),
        "urgent": ticket.urgent,
        "status": ticket.state.value,
        "grid": ticket.grid,
        "grid_name": grid.name if grid else None,
        "assignee": ticket.assignee,
        "assignee_name": _line_name(ticket) if hidden or not worker else worker.name,
        "confidential": hidden,
        "due_at": local(ticket.due_at).isoformat(),
    }


def _line_name(ticket: Ticket) -> str:
    """What whoever handles a confidential ticket is called to its reporter: by the place in the line, never by name."""
    return next(
        (ROLE_NAMES[role] for role, level in LEVELS.items() if level == ticket.level), ROLE_NAMES[Role.SUPERVISOR]
    )


def who_has_it(card: Mapping[str, Any]) -> str:
    """幸福里一网格网格员王芳, 社区值班台 where it lies in no grid, 值班长 or who stands higher for a confidential one."""
    if card["confidential"]:
        return str(card["assignee_name"])
    return f"{card['grid_name']}网格员{card['assignee_name']}" if card["grid_name"] else "社区值班台"


def spoken(at: datetime) -> str:
    """11月27日17:00, on the community's clock."""
    at = local(at)
    return f"{at.month}月{at.day}日{at:%H:%M}"
