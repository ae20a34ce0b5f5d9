"""The emergency that goes on: it was filed at once, and what is said next belongs to it, first of all where it is."""

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
from actions.tickets.duplicate import place_key
from actions.tickets.feedback import supplement
from actions.tickets.placing import Place, goes_on, is_placed, tell_place
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
    in_other_words = said.intent == INFORM and said.text and not said.first("phone")
    where = (told_place(said, counter) or (Place(said.text) if in_other_words else None)) if ticket else None
    if ticket is None or where is None:
        return False
    tell_emergency(dispatcher, add_to_emergency(ticket, where, said, counter), counter)
    return True


def placeless(said: Heard, counter: Counter) -> Ticket | None:
    """The emergency that goes on and of which nobody knows where it is."""
    ticket = emergency_of(said, counter)
    return ticket if ticket and (not is_placed(ticket) or _is_about(ticket, said)) else None


def emergency_of(said: Heard, counter: Counter) -> Ticket | None:
    """The emergency that goes on and that these words are about, unless they tell another place: who calls 着火了 and then
    人还没出来 speaks of one. A message that is taken up again after a crash means the ticket that it was put on."""
    where, at = told_place(said, counter), counter.clock()
    wanted = TicketFilter(resident=said.conversation, size=10)
    with counter.database.reading() as uow:
        known = uow.tickets.by_deed(said.message) if said.message else None
        if known and _is_about(known, said):
            return known
        going_on = [ticket for ticket in uow.tickets.find(wanted).items if goes_on(ticket, at)]
    return next((ticket for ticket in going_on if _same_place(ticket, where)), None)


def _is_about(ticket: Ticket, said: Heard) -> bool:
    return ticket.urgent and ticket.did(Event.SUPPLEMENT, said.message or None)


def _same_place(ticket: Ticket, where: Place | None) -> bool:
    return not where or not is_placed(ticket) or ticket.place_key == place_key(where.parts, where.address)


def add_to_emergency(ticket: Ticket, where: Place | None, said: Heard, counter: Counter) -> Ticket:
    """Put the words on its ticket, and the place, if they tell one; it becomes the resident's own if it is an address."""
    note, at = said.text or say("place_pointed"), counter.clock()
    deed, by, uow = said.message or None, Actor(Role.RESIDENT, said.conversation), counter.database.unit()
    if where is None:
        return supplement(ticket.number, note, by=by, at=at, desk=counter.desk, uow=uow, deed=deed)
    if where.parts:
        remember_resident(said.conversation, at=at, uow=counter.database.unit(), address=where.address)
    return tell_place(ticket.number, where, note, by=by, at=at, desk=counter.desk, uow=uow, deed=deed)


def tell_emergency(dispatcher: CollectingDispatcher, ticket: Ticket, counter: Counter, advice: str = "") -> None:
    """Say that the words are on its ticket, after `advice`, and ask for the place where it is still unknown."""
    place = ticket.address or say("place_pointed")
    key = "danger_placed" if is_placed(ticket) else "danger_added"
    speak(
        dispatcher,
        "\n".join(filter(None, (advice, say(key, number=ticket.number, place=place)))),
        buttons=[(say("button_human"), say("button_human"))],
        events=[ticket_event("ticket_supplemented", ticket, counter)],
    )


def told_place(said: Heard, counter: Counter) -> Place | None:
    """Where the words say that it is; None where they don't."""
    known = find_conversation(said.conversation, uow=counter.database.reading())
    where = place_of(said, known.address if known else None)
    if where is None:
        return None
    point = where.get("point")
    return Place(where["address"], where["parts"], (point[0], point[1]) if point else None)
