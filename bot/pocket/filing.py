"""Filing what was seen on patrol: a ticket like any other, marked as a worker's own, or a word added to one that is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from actions.conversations.message import Inbound, Reply
from actions.conversations.recording import record_inbound, record_replies
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import find_duplicates, join_ticket, open_ticket
from actions.tickets.report import Report
from actions.tickets.ticket import Ticket
from bot.attachments import take
from bot.house import House
from bot.pocket.sighting import CHANNEL, Sighting, report_of
from knowledge.wording import say

logger = logging.getLogger(__name__)


async def twins(seen: Sighting, by: Actor, house: House) -> Sequence[Ticket]:
    """The open tickets that it would repeat, likest first."""
    report = report_of(seen, by.id, house)
    return await asyncio.to_thread(find_duplicates, report, desk=house.desk, uow=house.database.reading())


async def file_sighting(seen: Sighting, by: Actor, house: House, join: str = "") -> Ticket:
    """Open the ticket, or with `join` let the sighting join that one; the same sighting again gives the same ticket.
    `ReportEmpty`, `TicketUnknown`, `NotNow`."""
    ticket = await asyncio.to_thread(_filed, report_of(seen, by.id, house), by, house, join)
    house.hub.publish(f"worker:{ticket.assignee}", {"type": "ticket", "number": ticket.number})
    house.hub.publish("tickets", {"type": "ticket", "number": ticket.number})
    return ticket


def _filed(report: Report, by: Actor, house: House, join: str) -> Ticket:
    """The report is on record as said by the worker, so that its news have a place to go."""
    unit, at = house.database.unit, report.at
    inbound = Inbound(report.id, report.conversation, f"{report.what}\n{report.address}".strip(), report.id)
    message, answered = record_inbound(inbound, at=at, uow=unit())
    if join:
        resident = Actor(Role.RESIDENT, report.conversation)
        ticket = join_ticket(join, report, by=resident, at=at, uow=unit())
    else:
        ticket = open_ticket(report, by=by, at=at, desk=house.desk, uow=unit())
    if not answered:
        event = {"type": "ticket_merged" if join else "ticket_created", "ticket": {"number": ticket.number}}
        outcome = {"events": [event], "owner": "bot"}
        reply = Reply(say("patrol_filed_log", number=ticket.number))
        record_replies(message, [reply], None, outcome, at=at, uow=unit())
    return ticket


async def enclose(content: bytes, id_: str, ticket: str, by: Actor, house: House) -> bool:
    """Put a photo of the spot with a ticket, once for an id; False where it can't be kept."""
    try:
        if not await asyncio.to_thread(kept, id_, house):
            await take(house, content, by=by, ticket=ticket, id_=id_)
    except ActionError as failure:
        logger.warning("a %s photo could not be kept: %s", CHANNEL, failure)
        return False
    return True


def kept(id_: str, house: House) -> bool:
    """Whether an attachment is on record already."""
    with house.database.reading() as uow:
        try:
            return bool(uow.attachments.get(id_))
        except ActionError:
            return False
