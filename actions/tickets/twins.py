"""Twins: other tickets that could be the same problem as one that is filed already, for whoever merges them (并单).

Wider than `duplicates`, which a resident is asked about: the desk knows that one story is filed under two kinds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actions.tickets.actor import Actor
from actions.tickets.duplicate import NEAR, box_around, distance, likeness
from actions.tickets.merging import walled_off
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import TO_BE_DONE
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from actions.tickets.workflow import may_see

MOST = 8
"""Twins that are offered."""

LOOKED_AT = 200
"""Of the unsolved tickets of a grid the latest ones."""

ALIKE, VERY_ALIKE = 0.2, 0.5
"""How alike two texts must be where the place speaks for it too, and where nothing else does."""


@dataclass(frozen=True)
class Twin:
    """Another ticket, why it could be the same problem (short Chinese reasons), and how likely (more is likelier)."""

    ticket: Ticket
    why: tuple[str, ...]
    score: float


def find_twins(ticket: Ticket, *, by: Actor, uow: UnitOfWork) -> list[Twin]:
    """The likeliest first; of those only that this person may see. Within a unit of work that is open."""
    near = uow.tickets.nearby(ticket.kind, ticket.place_key, box_around(ticket.point) if ticket.point else None)
    wanted = TicketFilter(grid=ticket.grid, states=TO_BE_DONE, up_to=by.level, size=LOOKED_AT)
    around = uow.tickets.find(wanted).items if ticket.grid else ()
    among = {other.number: other for other in (*near, *around) if may_see(other, by)}
    return twins(ticket, among.values())[:MOST]


def twins(ticket: Ticket, among: Iterable[Ticket]) -> list[Twin]:
    """Those of `among` that could be the same problem and may be merged with it."""
    others = (o for o in among if o.number != ticket.number and o.state in TO_BE_DONE and not walled_off(ticket, o))
    found = [twin for other in others if (twin := _twin(ticket, other))]
    return sorted(found, key=lambda twin: (-twin.score, twin.ticket.opened_at))


def _twin(ticket: Ticket, other: Ticket) -> Twin | None:
    """The same place speaks for it, with the kind or the words; words alone only where a place is not known."""
    here = bool(ticket.place_key) and ticket.place_key == other.place_key
    metres = distance(ticket.point, other.point) if ticket.point and other.point else None
    near = not here and metres is not None and metres <= NEAR
    estate = not (here or near) and _same_estate(ticket, other)
    open_place = estate or not (ticket.place_key and other.place_key)
    alike, same = likeness(ticket.what, other.what), ticket.kind == other.kind
    if not ((here or near) and (same or alike >= ALIKE)) and not (open_place and alike >= VERY_ALIKE):
        return None
    reasons = {
        "同一地点": here,
        f"相距 {metres or 0:.0f} 米": near,
        "同一小区": estate,
        "同一情形": same,
        "说法相近": alike >= ALIKE,
    }
    score = 2.0 * here + 1.5 * near + 0.5 * estate + 0.5 * same + alike
    return Twin(other, tuple(reason for reason, holds in reasons.items() if holds), score)


def _same_estate(ticket: Ticket, other: Ticket) -> bool:
    """Whether both lie in one estate, and not in two buildings of it."""
    one, two = ticket.place, other.place
    known = bool(one.get("estate")) and one.get("estate") == two.get("estate")
    return known and not (one.get("building") and two.get("building"))
