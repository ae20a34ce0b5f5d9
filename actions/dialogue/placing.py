"""Where the emergency is: it was filed at once, its place comes with the next words."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.conversations.reading import find_conversation
from actions.conversations.recording import remember_resident
from actions.dialogue.card import ticket_event
from actions.dialogue.counter import Counter
from actions.dialogue.draft import place_of
from actions.dialogue.heard import Heard
from actions.dialogue.speech import speak
from actions.tickets.actor import Actor, Role
from actions.tickets.placing import Place, awaits_place, tell_place
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from knowledge.wording import say

INFORM = "inform"


def place_emergency(dispatcher: CollectingDispatcher, said: Heard, counter: Counter) -> bool:
    """Where an emergency of this conversation still lacks its place and these words tell it: pass it on at once, and say so.

    Words without an address do too ("学校后门"), if they are meant to tell something and are no phone number.
    """
    ticket = placeless(said, counter)
    where = _told(said, counter) if ticket else None
    if ticket is None or where is None:
        return False
    at, uow = counter.clock(), counter.database.unit()
    note, deed = said.text or say("place_pointed"), said.message or None
    resident = Actor(Role.RESIDENT, said.conversation)
    ticket = tell_place(ticket.number, where, note, by=resident, at=at, desk=counter.desk, uow=uow, deed=deed)
    if where.address:
        remember_resident(said.conversation, at=at, uow=counter.database.unit(), address=where.address)
    speak(
        dispatcher,
        say("danger_placed", number=ticket.number, place=where.address or say("place_pointed")),
        buttons=[(say("button_human"), say("button_human"))],
        events=[ticket_event("ticket_supplemented", ticket, counter)],
    )
    return True


def placeless(said: Heard, counter: Counter) -> Ticket | None:
    """The emergency of which nobody knows where it is; a message that is taken up again after a crash means the one that
    it has given its place."""
    wanted = TicketFilter(resident=said.conversation, size=10)
    with counter.database.reading() as uow:
        done = uow.tickets.by_deed(said.message) if said.message else None
        if done and done.urgent and done.did(Event.SUPPLEMENT, said.message):
            return done
        return next((t for t in uow.tickets.find(wanted).items if awaits_place(t, counter.clock())), None)


def _told(said: Heard, counter: Counter) -> Place | None:
    known = find_conversation(said.conversation, uow=counter.database.reading())
    if where := place_of(said, known.address if known else None):
        point = where.get("point")
        return Place(where["address"], where["parts"], (point[0], point[1]) if point else None)
    in_other_words = said.intent == INFORM and said.text and not said.first("phone")
    return Place(said.text) if in_other_words else None
