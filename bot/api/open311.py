"""Open311 GeoReport v2: other programs report what they were told, and everybody sees what became of public matters.

The specification: https://wiki.open311.org/GeoReport_v2/. Reading is open to all; reporting needs an `api_key`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from actions.dialogue.card import spoken
from actions.errors import ActionError, TicketUnknown
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from bot.api.open311_report import CHANNEL, file_report, read_form, report_of
from bot.api.open311_request import PublicTickets, numbers_in
from bot.api.open311_service import definition_view, service_view
from bot.api.open311_shape import FORMATS, Refused, refusal, rendered
from bot.house import House
from knowledge.categories import Kind, kinds_by_id
from knowledge.publicity import PublicPlaces, load_public_categories
from knowledge.wording import say

logger = logging.getLogger(__name__)
ROOT, SPECIFICATION = "/open311/v2", "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-24T00:00:00+08:00"
"""When these methods last changed their shape."""


class GeoReport:
    """The six methods, each giving rows in the specification's shape, or raising `Refused`."""

    def __init__(self, house: House) -> None:
        self._house, self._kinds = house, kinds_by_id(dict(house.categories))
        keys = house.settings.open311_keys.get_secret_value().split(",")
        self._keys = [key.strip().encode() for key in keys if key.strip()]
        self._places = PublicPlaces(house.community)
        self._public = PublicTickets(house.categories, load_public_categories(house.categories), self._places)

    def discovery(self, request: Request) -> dict[str, Any]:
        """Service discovery: where the methods are and in which formats."""
        contact = say("open311_contact", community=self._house.settings.community_name)
        endpoint = {
            "specification": SPECIFICATION,
            "url": f"{str(request.base_url).rstrip('/')}{ROOT}",
            "changeset": CHANGESET,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        return {"changeset": CHANGESET, "contact": contact, "key_service": contact, "endpoints": [endpoint]}

    def services(self, request: Request) -> list[dict[str, Any]]:
        """GET services: every kind of case."""
        held, categories = self._house.settings.open311_hold, self._house.categories
        return [service_view(kind, categories[kind.category], held=held) for kind in self._kinds.values()]

    def definition(self, request: Request) -> dict[str, Any]:
        """GET service definition."""
        return definition_view(self._kind(request.path_params["code"]))

    def requests(self, request: Request) -> list[dict[str, Any]]:
        """GET requests: those that are named, else those that fit."""
        if numbers := numbers_in(request.query_params):
            named = [self._ticket(number) for number in numbers]
            return [self._public.view(ticket) for ticket in named if ticket]
        wanted = self._public.wanted(request.query_params, self._house.clock())
        with self._house.database.reading() as uow:
            return [self._public.view(ticket) for ticket in uow.tickets.find(wanted).items]

    def request(self, request: Request) -> list[dict[str, Any]]:
        """GET request: one. What is not public looks like what is not there."""
        number = request.path_params["number"]
        ticket = self._ticket(number)
        if ticket is None:
            raise Refused(404, say("open311_no_request", number=number[:60]))
        return [self._public.view(ticket)]

    def token(self, request: Request) -> list[dict[str, Any]]:
        """GET service_request_id from a token: null until an operator has confirmed."""
        token = request.path_params["token"]
        with self._house.database.reading() as uow:
            ticket = uow.tickets.by_report(f"{CHANNEL}:{token}") if token.isprintable() else None
        if ticket is None:
            raise Refused(404, say("open311_no_token"))
        return [{"service_request_id": _number(ticket), "token": token}]

    def post(self, form: Mapping[str, str]) -> list[dict[str, Any]]:
        """POST request. Only where an operator confirms first a token is returned instead of the number."""
        self._admit(form.get("api_key", ""))
        if not form.get("service_code"):
            raise Refused(400, say("open311_missing", field="service_code"))
        kind, at = self._kind(form["service_code"]), self._house.clock()
        report = report_of(form, kind, self._places, at)
        held = self._house.settings.open311_hold
        notice = say("open311_held" if held else "open311_filed")
        ticket = file_report(report, form, notice, self._house)
        number = {"token": report.id.partition(":")[2]} if held else {"service_request_id": ticket.number}
        due = "" if held else say("open311_due", due=spoken(ticket.due_at))
        return [{**number, "service_notice": f"{notice}{due}", "account_id": form.get("account_id") or None}]

    def check_jurisdiction(self, given: str) -> None:
        """`Refused` for another city's; where none is set here, none is asked for."""
        own = self._house.settings.open311_jurisdiction
        if own and given and given != own:
            raise Refused(404, say("open311_no_jurisdiction", jurisdiction=given[:60]))

    def _admit(self, given: str) -> None:
        """Every key is compared whole, so that the time taken says nothing."""
        if not sum(hmac.compare_digest(given.encode(), key) for key in self._keys):
            raise Refused(403, say("open311_bad_key"))

    def _kind(self, code: str) -> Kind:
        if code not in self._kinds:
            raise Refused(404, say("open311_no_service", code=code[:60]))
        return self._kinds[code]

    def _ticket(self, number: str) -> Ticket | None:
        """The ticket if anybody may see it. PostgreSQL would not even be asked for one with a NUL in its number."""
        if not number.isprintable():
            return None
        try:
            with self._house.database.reading() as uow:
                ticket = uow.tickets.peek(number)
        except TicketUnknown:
            return None
        return ticket if self._public.shows(ticket) else None


def _number(ticket: Ticket) -> str | None:
    return None if ticket.state is State.PENDING_CONFIRM else ticket.number


def open311_router(house: House) -> APIRouter:
    """The routes, each in JSON and XML."""
    router, report = APIRouter(tags=["open311"]), GeoReport(house)

    def reading(path: str, root: str, deed: Callable[[Request], Any]) -> None:
        async def answer(form: str, request: Request) -> Response:
            async def content() -> Any:
                report.check_jurisdiction(request.query_params.get("jurisdiction_id", ""))
                return await asyncio.to_thread(deed, request)

            return await _answered(form, root, content)

        router.add_api_route(f"{path}.{{form}}", answer, methods=["GET"], summary=deed.__doc__, name=root)

    reading("/open311/discovery", "discovery", report.discovery)
    reading(f"{ROOT}/services", "services", report.services)
    reading(f"{ROOT}/services/{{code}}", "service_definition", report.definition)
    reading(f"{ROOT}/requests", "service_requests", report.requests)
    reading(f"{ROOT}/requests/{{number}}", "service_requests", report.request)
    reading(f"{ROOT}/tokens/{{token}}", "service_requests", report.token)

    @router.post(f"{ROOT}/requests.{{form}}")
    async def post(form: str, request: Request) -> Response:
        """POST request: a form, as GeoReport has it."""

        async def content() -> Any:
            _slow_down(house, request)
            fields = await read_form(request)
            report.check_jurisdiction(fields.get("jurisdiction_id", ""))
            return await asyncio.to_thread(report.post, fields)

        return await _answered(form, "service_requests", content, 201)

    return router


def _slow_down(house: House, request: Request) -> None:
    """Before the key is looked at: so many tries a minute from one address, right or wrong."""
    address = request.client.host if request.client else "unknown"
    if wait := house.limits.seconds_to_wait(f"{CHANNEL}:{uuid.uuid4().hex}", address):
        raise Refused(429, say("too_many", seconds=wait))


async def _answered(form: str, root: str, content: Callable[[], Awaitable[Any]], status: int = 200) -> Response:
    """An answer or an error, in the form that was asked for; an unknown form is refused in XML, which all must read."""
    if form not in FORMATS:
        return refusal("xml", Refused(400, say("open311_bad_format", formats="、".join(FORMATS))))
    try:
        return rendered(form, root, await content(), status)
    except Refused as refused:
        return refusal(form, refused)
    except ActionError as error:
        return refusal(form, Refused(400, say(error.key, **error.values)))
    except Exception:  # the specification's own shape for what went wrong inside
        logger.exception("an Open311 request failed")
        return refusal(form, Refused(500, say("broken")))
