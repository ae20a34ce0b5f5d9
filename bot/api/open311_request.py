"""Open311 requests: which tickets anybody may see, and what of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams

from actions.clock import SHANGHAI, local
from actions.tickets.names import STATE_NAMES
from actions.tickets.states import OPEN, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.api.open311_shape import Refused
from knowledge.categories import Category
from knowledge.publicity import PublicPlaces
from knowledge.wording import say

SPAN = timedelta(days=90)
MOST, MOST_NUMBERS, YEARS = 1000, 100, range(1970, 3000)
STATES = {"open": OPEN, "closed": frozenset(State) - OPEN}


class PublicTickets:
    """The tickets that may be shown: public categories, not confidential, confirmed; and how they are shown."""

    def __init__(self, categories: Mapping[str, Category], public: Collection[str], places: PublicPlaces) -> None:
        self._categories, self._public, self._places = categories, public, places
        self._kinds = {kind.id for category in categories.values() for kind in category.kinds}

    def shows(self, ticket: Ticket) -> bool:
        """Whether anybody may see it."""
        return not ticket.confidential and ticket.category in self._public and ticket.state is not State.PENDING_CONFIRM

    def view(self, ticket: Ticket) -> dict[str, Any]:
        """A ticket as everybody sees it. The resident's own words are not in it: no program takes every name out of
        them. The position is good to ten metres, a building."""
        category = self._categories[ticket.category]
        longitude, latitude = ticket.point or (None, None)
        return {
            "service_request_id": ticket.number,
            "status": "open" if ticket.is_open else "closed",
            "status_notes": STATE_NAMES[ticket.state],
            "service_name": ticket.kind_name,
            "service_code": ticket.kind or category.kinds[-1].id,
            "description": say("open311_service", category=category.name, kind=ticket.kind_name),
            "agency_responsible": ticket.unit,
            "service_notice": None,
            "requested_datetime": _moment(ticket.opened_at),
            "updated_datetime": _moment(ticket.closed_at or ticket.history[-1].at),
            "expected_datetime": _moment(ticket.due_at),
            "address": self._places.address(ticket.place, ticket.address, ticket.grid) or None,
            "address_id": None,
            "zipcode": None,
            "lat": None if latitude is None else round(latitude, 4),
            "long": None if longitude is None else round(longitude, 4),
            "media_url": None,
        }

    def wanted(self, query: QueryParams, at: datetime) -> TicketFilter:
        """The search that a query asks for; `Refused` for one that makes no sense."""
        since, until = _range(query, at)
        kinds, statuses = _listed(query, "service_code"), _listed(query, "status")
        if strange := [code for code in kinds if code not in self._kinds]:
            raise Refused(404, say("open311_no_service", code=strange[0]))
        if strange := [status for status in statuses if status not in STATES]:
            raise Refused(400, say("open311_bad_value", field="status", values="open、closed"))
        asked = frozenset().union(*(STATES[status] for status in statuses or STATES))
        return TicketFilter(
            states=asked - {State.PENDING_CONFIRM},
            categories=self._public,
            kinds=kinds or None,
            confidential=False,
            opened_since=since,
            opened_until=until + timedelta(seconds=1),
            page=_number(query, "page", 1, 1_000_000),
            size=_number(query, "page_size", MOST, MOST),
        )


def numbers_in(query: QueryParams) -> list[str]:
    """The tickets that a query names, each once; `Refused` for too many."""
    numbers = _listed(query, "service_request_id")
    if len(numbers) > MOST_NUMBERS:
        raise Refused(400, say("open311_too_many", most=MOST_NUMBERS))
    return numbers


def _listed(query: QueryParams, name: str) -> list[str]:
    """A parameter that may come several times, each a list with commas."""
    parts = (part.strip() for value in query.getlist(name) for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _number(query: QueryParams, name: str, usual: int, most: int) -> int:
    written = query.get(name) or str(usual)
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:9]) <= most):
        raise Refused(400, say("open311_bad_number", field=name, most=most))
    return int(written)


def _range(query: QueryParams, at: datetime) -> tuple[datetime, datetime]:
    """From when to when: the last 90 days, unless something else is asked for, and never more than that."""
    since, until = _date(query, "start_date"), _date(query, "end_date")
    if since and until and not timedelta(0) <= until - since <= SPAN:
        raise Refused(400, say("open311_bad_span", days=SPAN.days))
    if since:
        return since, until or since + SPAN
    return (until or at) - SPAN, until or at


def _date(query: QueryParams, name: str) -> datetime | None:
    """A moment in W3C's format; a plus sign that nobody encoded has become a blank."""
    written = query.get(name, "").strip().replace(" ", "+")
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
        if moment.year not in YEARS:
            raise ValueError(written)
        return local(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))
    except ValueError:
        raise Refused(400, say("open311_bad_date", field=name)) from None


def _moment(at: datetime) -> str:
    return local(at).replace(microsecond=0).isoformat()
