"""Open311 submissions: a form becomes a report, and the report a ticket by the same door as everybody's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.formparsers import MultiPartException

from actions.clock import local
from actions.conversations.message import Inbound, Reply
from actions.conversations.recording import record_inbound, record_replies, remember_resident
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.report import Point, Report
from actions.tickets.ticket import Ticket
from bot.api.open311_service import CONFIDENTIAL, DANGER, SINCE, YES, answers
from bot.api.open311_shape import Refused
from bot.house import House
from knowledge.categories import Kind
from knowledge.publicity import PublicPlaces
from knowledge.wording import say

CHANNEL = "open311"
LARGEST, LONGEST, MOST_FIELDS = 65_536, 4_000, 100
"""Bytes of a form, characters of a description (as the specification has it) and fields of a form."""
PHONE = re.compile(r"\+?[\d\s()-]{5,20}")
CONTACT = ("first_name", "last_name", "email", "device_id", "account_id", "media_url")
"""What is kept with the message for the operators, and shown nowhere else."""


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the last one of each name, without control characters; `Refused`."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST:
        raise Refused(400, say("open311_bad_form"))
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
                pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        else:
            body = (await request.body()).decode("utf-8")
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except (ValueError, MultiPartException):
        raise Refused(400, say("open311_bad_form")) from None
    return {name: "".join(c for c in value if c.isprintable() or c in "\n\t").strip() for name, value in pairs}


def report_of(form: Mapping[str, str], kind: Kind, places: PublicPlaces, at: datetime) -> Report:
    """The report that a form makes; `Refused`. The same form on the same day is the same report: a client that got no
    answer sends it again, and two workers must not be sent to one door."""
    if len(form.get("description", "")) > LONGEST:
        raise Refused(400, say("open311_too_long", most=LONGEST))
    point, address, asked = _point(form), _address(form), answers(form)
    if point is None and not address:
        raise Refused(400, say("open311_no_place"))
    id_ = f"{CHANNEL}:{_token(form, at)}"
    return Report(
        id=id_,
        conversation=id_,
        what=_what(form, kind, asked),
        address=address,
        place=places.parts(address),
        category=kind.category,
        kind=kind.id,
        channel=CHANNEL,
        at=at,
        phone=_phone(form),
        urgent=kind.urgency == "urgent" or asked.get(DANGER.code) == YES,
        confidential=asked.get(CONFIDENTIAL.code) == YES,
        predicted={CHANNEL: kind.id},
        point=point,
    )


def _token(form: Mapping[str, str], at: datetime) -> str:
    """What only the sender can know, since the key is in it."""
    said = json.dumps([local(at).date().isoformat(), *sorted(form.items())], ensure_ascii=False)
    return sha256(said.encode()).hexdigest()[:32]


def _what(form: Mapping[str, str], kind: Kind, asked: Mapping[str, str]) -> str:
    """The reporter's words, else the kind of case, and below them since when and a link to a picture."""
    lines = [form.get("description") or kind.name]
    if since := asked.get(SINCE.code):
        lines.append(say("open311_since", since=since))
    if link := _link(form):
        lines.append(say("open311_media", link=link))
    return "\n".join(lines)


def _point(form: Mapping[str, str]) -> Point | None:
    """Longitude and latitude; both or neither."""
    written = form.get("long", ""), form.get("lat", "")
    if written == ("", ""):
        return None
    try:
        longitude, latitude = (float(part) for part in written)
    except ValueError:
        raise Refused(400, say("open311_bad_point")) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Refused(400, say("open311_bad_point"))
    return longitude, latitude


def _address(form: Mapping[str, str]) -> str:
    given = form.get("address_string") or ""
    id_ = form.get("address_id") or ""
    return given[:300] or (say("open311_address_id", id=id_[:100]) if id_ else "")


def _phone(form: Mapping[str, str]) -> str | None:
    written = form.get("phone", "")
    if not written:
        return None
    if not PHONE.fullmatch(written):
        raise Refused(400, say("open311_bad_phone"))
    return re.sub(r"[^\d+]", "", written)


def _link(form: Mapping[str, str]) -> str:
    """The picture's address. It is never fetched here: people look at it, or do not."""
    link = form.get("media_url", "")
    if link and not (urlsplit(link).scheme in ("http", "https") and len(link) <= 1000 and " " not in link):
        raise Refused(400, say("open311_bad_link"))
    return link


def file_report(report: Report, form: Mapping[str, str], notice: str, house: House) -> Ticket:
    """Open the ticket, and keep what was sent as a conversation, so that operators can read it and whatever the
    residents of a ticket are told has a place to go. `notice` is what the sender is answered."""
    by, hold = Actor(Role.RESIDENT, report.conversation), house.settings.open311_hold
    unit = house.database.unit
    ticket = open_ticket(report, by=by, at=report.at, desk=house.desk, uow=unit(), hold=hold)
    contact = {name: form[name][:300] for name in CONTACT if form.get(name)}
    inbound = Inbound(report.id, report.conversation, report.what, report.id, {CHANNEL: contact})
    message, answered = record_inbound(inbound, at=report.at, uow=unit())
    if not answered:
        outcome = {"events": [], "owner": "bot"}
        record_replies(message, [Reply(notice)], None, outcome, at=report.at, uow=unit())
        remember_resident(
            report.conversation, at=report.at, uow=unit(), address=report.address or None, phone=report.phone
        )
    return ticket
