"""People: handing over to an operator, passing praise on, and asking back instead of guessing."""

from __future__ import annotations

import json

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.attendance import present
from actions.clock import local
from actions.conversations.call import PHONE
from actions.conversations.calling_back import asked_for_phone, file_call_back, open_call_back
from actions.conversations.conversation import ASKED, held_in_public
from actions.conversations.handover import hand_over
from actions.conversations.queue import Place, place_in_queue
from actions.conversations.reading import find_conversation
from actions.conversations.recording import remember_resident
from actions.dialogue.card import ticket_event
from actions.dialogue.counter import Counter
from actions.dialogue.draft import Draft
from actions.dialogue.following import AddToTicket
from actions.dialogue.heard import Heard, heard
from actions.dialogue.placing import INFORM, place_emergency
from actions.dialogue.reporting import file_report, report_of
from actions.dialogue.speech import Button, speak
from actions.masking import mask_phone
from actions.tickets.ticket import Ticket
from knowledge.wording import say

OFFERED = (
    "report_issue",
    "ask_service",
    "ask_regulation",
    "ask_contact",
    "query_ticket",
    "seek_help",
    "complain_staff",
    "suggest",
    "book_service",
)
"""Intents that can be offered as buttons when the assistant is not sure."""
AROUND_A_PHONE = 8
"""Characters of 我的手机号码是 and the like."""


class HandOver(Action):
    """Brings a person into the conversation."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_hand_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask for one; from here on the bot is silent. Where nobody is there, a call back is filed and the bot stays."""
        said, at = heard(tracker), self._counter.clock()
        known = find_conversation(said.conversation, uow=self._counter.database.reading())
        if said.channel == PHONE:
            speak(dispatcher, say("handoff_on_the_phone"))
            return []
        given = said.value("phone")
        phone = given or (known.phone if known else None)
        if not self._counter.reception.open_at(local(at)):
            self._closed(dispatcher, said, phone)
        elif given and known and known.call_back == ASKED:
            promise_call_back(dispatcher, said, given, self._counter)
        else:
            self._call(dispatcher, said, phone)
        return []

    def _call(self, dispatcher: CollectingDispatcher, said: Heard, phone: str | None) -> None:
        """Ring the operators, and tell honestly who is there and what happens if nobody comes."""
        at, database = self._counter.clock(), self._counter.database
        hand_over(said.conversation, say("handoff_reason"), False, at=at, uow=database.unit())
        place = place_in_queue(said.conversation, at=at, uow=database.reading())
        there = bool(present(at=at, uow=database.reading()))
        promise = self._promise(said, phone, there)
        text = say("handoff" if there else "handoff_alone", queue=_queue(place), promise=promise)
        speak(dispatcher, text, events=[{"type": "handoff", "reason": "asked"}])

    def _promise(self, said: Heard, phone: str | None, there: bool) -> str:
        """What happens if nobody comes. A phone is asked for at once where nobody is there to come, and never twice."""
        counter, database = self._counter, self._counter.database
        minutes = counter.reception.longest_wait if there else counter.reception.longest_wait_alone
        if filed := open_call_back(said.conversation, uow=database.reading()):
            return say("promise_filed", number=filed.number)
        if held_in_public(said.conversation):
            return say("promise_none", minutes=minutes)
        if phone:
            return say("promise_call", minutes=minutes, phone=mask_phone(phone))
        if not there and asked_for_phone(said.conversation, at=counter.clock(), uow=database.unit()):
            return say("promise_ask", minutes=minutes)
        return say("promise_none", minutes=minutes)

    def _closed(self, dispatcher: CollectingDispatcher, said: Heard, phone: str | None) -> None:
        """File that somebody calls back, where there is a number to call."""
        counter, hours = self._counter, self._counter.reception.spoken
        if not phone:
            asking = asked_for_phone(said.conversation, at=counter.clock(), uow=counter.database.unit())
            speak(dispatcher, say("handoff_closed" if asking else "handoff_still_closed", hours=hours))
            return
        ticket = file_call(said.conversation, phone, counter)
        text = say("handoff_callback", hours=hours, phone=mask_phone(phone), number=ticket.number)
        speak(dispatcher, text, events=[ticket_event("ticket_created", ticket, counter)])


def promise_call_back(dispatcher: CollectingDispatcher, said: Heard, phone: str, counter: Counter) -> None:
    """The phone that was asked for has come: file the call back and say so."""
    ticket, open_ = file_call(said.conversation, phone, counter), counter.reception.open_at(local(counter.clock()))
    when = say("callback_soon") if open_ else say("callback_later", hours=counter.reception.spoken)
    text = say("callback_filed", phone=mask_phone(phone), number=ticket.number, when=when)
    speak(dispatcher, text, events=[ticket_event("ticket_created", ticket, counter)])


def file_call(conversation: str, phone: str, counter: Counter) -> Ticket:
    """The call back of somebody who wanted a person."""
    what, unit = say("callback_what"), counter.database.unit
    return file_call_back(conversation, phone, what, at=counter.clock(), desk=counter.desk, unit=unit)


def _queue(place: Place) -> str:
    """Where somebody stands in the queue, and what is honest to say of the time it takes."""
    stands = say("queue_ahead", ahead=place.ahead) if place.ahead else say("queue_first")
    wait = say("queue_unknown") if place.minutes is None else say("queue_minutes", minutes=place.minutes)
    return f"{stands}{wait}"


class RecordPraise(Action):
    """Files praise, so that it reaches whom it is for."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_record_praise"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Open a ticket of the kind that needs nothing but reading."""
        said = heard(tracker)
        affair = {
            "intent": said.intent,
            "category": "deliberation",
            "kind": "",
            "categories": [list(c) for c in said.categories],
        }
        ticket = file_report(
            report_of(Draft(said.text, None, None, affair, said.message), said, self._counter), self._counter
        )
        speak(
            dispatcher,
            say("praise_passed_on", number=ticket.number),
            events=[ticket_event("ticket_created", ticket, self._counter)],
        )
        return []


class AskBack(Action):
    """Admits not being sure, and offers the likeliest wishes as buttons. What needs no asking is taken as what it is: words
    in reply to an earlier ticket, the place of an emergency, and a phone number out of the blue."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_ask_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offer two or three ways to go on."""
        said = heard(tracker)
        if said.ticket and said.intent == INFORM:
            return AddToTicket(self._counter).run(dispatcher, tracker, domain)
        if place_emergency(dispatcher, said, self._counter):
            return []
        if phone := _bare_phone(said):
            at, uow = self._counter.clock(), self._counter.database.unit()
            known = remember_resident(said.conversation, at=at, uow=uow, phone=phone)
            if known.call_back == ASKED:
                promise_call_back(dispatcher, said, phone, self._counter)
                return []
            speak(dispatcher, say("phone_kept"), buttons=[(say("button_human"), say("button_human"))])
            return []
        speak(dispatcher, say("ask_back"), buttons=_ways(said))
        return []


def _bare_phone(said: Heard) -> str | None:
    """The phone number of a message that says nothing else; with more around it, it belongs to some affair."""
    phone = said.value("phone") if said.intent == INFORM else None
    return phone if phone and len(said.text.replace(phone, "")) <= AROUND_A_PHONE else None


def _ways(said: Heard) -> list[Button]:
    """The likeliest wishes, each button carrying the words that were said; a person is always one of them."""
    likely = [name for name, _ in said.intents if name in OFFERED][:2] or ["report_issue", "ask_service"]
    wish = json.dumps({"wish": said.text}, ensure_ascii=False)
    return [
        *((say(f"button_wish_{name}"), f"/{name}{wish}") for name in likely),
        (say("button_human"), say("button_human")),
    ]
