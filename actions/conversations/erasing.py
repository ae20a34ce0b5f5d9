"""Erasing: a resident's own words, address and phone go when the resident asks for it (个人信息保护法第四十七条).

What somebody still works at keeps what the work needs: an open ticket its place, words and phone, a coming appointment
its phone. They can be erased when they are over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from actions.conversations.ports import ErasingUnit
from actions.tickets.wanted import TicketFilter

MOST = 500
"""Open tickets that one resident may have."""


@dataclass(frozen=True)
class Erased:
    """What came of it.

    conversations   all of that person's; files that were sent there are erased by `actions.attachments.erasing`
    messages        how many were emptied
    kept            numbers of tickets and appointments that are under way and keep what they need
    """

    conversations: tuple[str, ...]
    messages: int
    kept: tuple[str, ...]


def erase_resident(conversation: str, put: str, *, at: datetime, uow: ErasingUnit) -> Erased:
    """Erase what is stored about whoever holds this conversation, in all conversations of that person, and let them be
    strangers again. `put` stands where words stood. `ConversationUnknown`.
    """
    with uow:
        uow.conversations.get(conversation)
        theirs = tuple(uow.persons.siblings(conversation))
        kept = _under_way(conversation, theirs, at, uow)
        over = uow.erasure.tickets_over(theirs)
        messages = uow.erasure.words(theirs, put)
        uow.erasure.tickets(over, theirs, put)
        uow.erasure.news(theirs, over)
        uow.erasure.appointments_over(theirs, at)
        for id_ in theirs:
            _forget(id_, at, uow)
        uow.commit()
    return Erased(theirs, messages, kept)


def under_way(conversation: str, *, at: datetime, uow: ErasingUnit) -> tuple[str, ...]:
    """Numbers of the tickets and appointments of a person that are not over, and would keep what they need."""
    with uow:
        return _under_way(conversation, tuple(uow.persons.siblings(conversation)), at, uow)


def _under_way(conversation: str, theirs: tuple[str, ...], at: datetime, uow: ErasingUnit) -> tuple[str, ...]:
    found = uow.tickets.find(TicketFilter(resident=conversation, size=MOST)).items
    coming = [appointment for id_ in theirs for appointment in uow.appointments.coming(id_, at)]
    return (*(ticket.number for ticket in found if ticket.is_open), *(appointment.number for appointment in coming))


def _forget(id_: str, at: datetime, uow: ErasingUnit) -> None:
    known = uow.conversations.get(id_)
    uow.shortfalls.forget(id_)
    if known.phone:
        uow.persons.drop_codes(known.phone)
    if known.person:
        uow.persons.remove(known.person)
    uow.conversations.save(replace(known, address=None, phone=None, person=None, call_back=None, updated_at=at))
