"""A worker's tickets for the plain page, and the deeds that come from it: each with a key of the phone's own, so that what is
sent again after a dead spot is done once."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import re
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, Field

from actions.attachments.errors import AttachmentBroken
from actions.clock import SHANGHAI, local
from actions.errors import ActionError, NotAllowed, TicketUnknown
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.doing import PICTURED, Given, do, ways
from actions.tickets.names import EVENT_NAMES, ROLE_NAMES, STATE_NAMES
from actions.tickets.remaining import contact_line, due_line
from actions.tickets.states import OPEN, Event
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from actions.tickets.workflow import ASKING, apply, helps, may_see
from bot.house import House
from bot.pocket.filing import enclose, file_sighting
from bot.pocket.sighting import OTHER, Sighting, conversation_of, read

MOST = 100
"""Tickets that a phone is given."""
CLOSING = time(17)
"""When a day that is asked for ends."""
KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What a phone may name a deed."""
PICTURE = re.compile(r"data:image/[a-z+.-]{1,20};base64,(?P<content>[A-Za-z0-9+/=\s]+)")


class DeedForm(BaseModel):
    """A deed. `photo`: a data URL; `until`: the day of an extension."""

    number: str = Field(max_length=40)
    event: Event
    words: str = Field("", max_length=2000)
    photo: str = Field("", max_length=12_000_000)
    code: str = Field("", max_length=20)
    until: date | None = None


class PatrolForm(BaseModel):
    """What was seen. `category` "" leaves it to the engine."""

    what: str = Field(max_length=2000)
    address: str = Field("", max_length=120)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    category: str = Field("", max_length=60)
    photo: str = Field("", max_length=12_000_000)


def my_work(uow: SqlUnitOfWork, by: Actor, at: datetime) -> dict[str, Any]:
    """The open tickets of a worker, most urgent first, and what she reported on patrol of late."""
    mine = uow.tickets.find(TicketFilter(assignee=by.id, states=OPEN, size=MOST)).items
    helped = uow.tickets.find(TicketFilter(helper=f"worker:{by.id}", states=OPEN, size=MOST)).items
    known = {ticket.number for ticket in mine}
    shown = [*mine, *(t for t in helped if t.number not in known and may_see(t, by))]
    shown.sort(key=lambda t: (t.finished_at is not None, not t.urgent, t.due_at))
    seen = uow.tickets.find(TicketFilter(resident=conversation_of(by.id), confidential=False, size=10)).items
    return {
        "tickets": [view(ticket, by, at) for ticket in shown],
        "reported": [{"number": t.number, "kind": t.kind_name, "state": STATE_NAMES[t.state]} for t in seen],
    }


def view(ticket: Ticket, by: Actor, at: datetime) -> dict[str, Any]:
    """A ticket as the page draws it. `ways`: what can be done now; `then`: after each of these, so that two steps can be
    taken without a net."""
    now = ways(ticket, by)
    return {
        "number": ticket.number,
        "kind": ticket.kind_name,
        "state": STATE_NAMES[ticket.state],
        "urgent": ticket.urgent,
        "late": ticket.overdue(at),
        "confidential": ticket.confidential,
        "what": ticket.what,
        "address": ticket.address,
        "phone": ticket.phone,
        "point": list(ticket.point) if ticket.point else None,
        "clocks": [line for line in (due_line(ticket, at), contact_line(ticket, at)) if line],
        "due": local(ticket.due_at).date().isoformat(),
        "ways": [event.value for event in now],
        "then": {event.value: _ways_after(ticket, event, by, at) for event in now if event not in ASKING},
    }


def _ways_after(ticket: Ticket, event: Event, by: Actor, at: datetime) -> list[str]:
    try:
        return [later.value for later in ways(apply(ticket, event, by=by, at=at, note="…"), by)]
    except ActionError:
        return []


async def do_deed(form: DeedForm, key: str, account: str, by: Actor, house: House) -> Ticket:
    """Do it once for a key. The errors of the deed, and of the photo; then nothing is done."""
    deed = f"pocket:{account}:{key}"
    ticket = await asyncio.to_thread(_peek, form.number, house)
    if not (may_see(ticket, by) and (by.id == ticket.assignee or helps(ticket, by) or by.level)):
        raise TicketUnknown(number=form.number)  # a stranger is not told that there is one
    photo = None
    if form.photo and form.event in ways(ticket, by) and form.event in PICTURED:
        photo = await _pictured(form.photo, deed, ticket.number, by, house)
    until = datetime.combine(form.until, CLOSING, SHANGHAI) if form.until else None
    given = Given(form.words, photo, form.code, until)
    rest: dict[str, Any] = {"by": by, "at": house.clock(), "desk": house.desk, "uow": house.database.unit()}
    done = await asyncio.to_thread(do, form.event, form.number, given, **rest, deed=deed)
    house.hub.publish("tickets", {"type": "ticket", "number": done.number})
    house.hub.publish(f"worker:{done.assignee}", {"type": "ticket", "number": done.number})
    return done


async def do_patrol(form: PatrolForm, key: str, account: str, by: Actor, house: House) -> Ticket:
    """File what was seen, once for a key; an open ticket of the same problem is joined. `ReportEmpty`."""
    if not by.id:
        raise NotAllowed(event=EVENT_NAMES[Event.OPEN], role=ROLE_NAMES[by.role])
    found = await read(f"{form.what}，{form.address}" if form.address else form.what, house)
    chosen = form.category if form.category in house.categories else ""
    point = (form.lon, form.lat) if form.lon is not None and form.lat is not None else None
    seen = Sighting(
        id=key,
        what=form.what,
        address=form.address or found.address,
        point=point,
        category=chosen or found.category or OTHER,
        kind=found.kind if chosen in ("", found.category) else "",
        parts=found.parts,
        urgent=found.urgent,
        predicted=found.predicted,
    )
    ticket = await file_sighting(seen, by, house)
    if form.photo:
        await _pictured(form.photo, f"patrol:{account}:{key}", ticket.number, by, house)
    return ticket


async def _pictured(photo: str, source: str, number: str, by: Actor, house: House) -> str:
    """The id of the photo once it is kept. `AttachmentBroken`."""
    match = PICTURE.fullmatch(photo)
    try:
        content = base64.b64decode(match["content"]) if match else b""
    except binascii.Error:
        content = b""
    if not content:
        raise AttachmentBroken()
    made = hmac.new(house.secret_key.encode(), f"photo:{source}".encode(), sha256).digest()
    id_ = base64.urlsafe_b64encode(made).decode().rstrip("=")
    if not await enclose(content, id_, number, by, house):
        raise AttachmentBroken()
    return id_


def _peek(number: str, house: House) -> Ticket:
    with house.database.reading() as uow:
        return uow.tickets.peek(number)
