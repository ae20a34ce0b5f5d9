"""Calling back: who wanted a person and found none is called, and a ticket sees to it. One at a time for a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from actions.conversations.conversation import ASKED, channel_of
from actions.conversations.ports import CallingUnit
from actions.tickets.actor import Actor, Role
from actions.tickets.desk import Desk
from actions.tickets.opening import open_ticket
from actions.tickets.report import Report
from actions.tickets.ticket import Ticket

CALL_BACK = "convenience"
"""The category of a wish to be called back; with no place, it goes to the duty desk."""


def file_call_back(
    conversation: str, phone: str, what: str, *, at: datetime, desk: Desk, unit: Callable[[], CallingUnit]
) -> Ticket:
    """The ticket by which somebody is called back; the earlier one while that is open. `ConversationUnknown`."""
    if before := open_call_back(conversation, uow=unit()):
        return before
    report = Report(
        id=f"call_back.{conversation}.{at:%Y%m%d%H%M%S}",
        conversation=conversation,
        what=what,
        address="",
        category=CALL_BACK,
        kind="",
        channel=channel_of(conversation),
        at=at,
        phone=phone,
    )
    ticket = open_ticket(report, by=Actor(Role.RESIDENT, conversation), at=at, desk=desk, uow=unit())
    with unit() as uow:
        known = uow.conversations.get(conversation)
        uow.conversations.save(replace(known, call_back=ticket.number, phone=phone, updated_at=at))
        uow.commit()
    return ticket


def open_call_back(conversation: str, *, uow: CallingUnit) -> Ticket | None:
    """The call back that is under way for a conversation. `ConversationUnknown`."""
    with uow:
        number = uow.conversations.get(conversation).call_back
        ticket = uow.tickets.peek(number) if number not in (None, ASKED) else None
    return ticket if ticket and ticket.is_open else None


def asked_for_phone(conversation: str, *, at: datetime, uow: CallingUnit) -> bool:
    """Write down that a phone to call is asked for; False where it was asked before, for it is never asked twice.
    `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        if known.call_back == ASKED:
            return False
        uow.conversations.save(replace(known, call_back=ASKED, updated_at=at))
        uow.commit()
    return True
