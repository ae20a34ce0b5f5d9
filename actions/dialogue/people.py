"""People: handing over to an operator, passing praise on, and asking back instead of guessing."""

from __future__ import annotations

import json

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.clock import local
from actions.conversations.handover import hand_over
from actions.conversations.queue import Place, place_in_queue
from actions.conversations.reading import find_conversation
from actions.conversations.recording import remember_resident
from actions.dialogue.card import ticket_event
from actions.dialogue.counter import Counter
from actions.dialogue.draft import Draft
from actions.dialogue.following import AddToTicket
from actions.dialogue.heard import Heard, heard
from actions.dialogue.reporting import file_report, report_of
from actions.dialogue.speech import Button, speak
from actions.masking import mask_phone
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
INFORM = "inform"
AROUND_A_PHONE = 8
"""Characters of 我的手机号码是 and the like."""
CALL_BACK = "convenience"
"""The category of a wish to be called back; with no place, it goes to the duty desk."""


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
        if not self._counter.reception.open_at(local(at)):
            self._call_back(dispatcher, said)
            return []
        database = self._counter.database
        hand_over(said.conversation, say("handoff_reason"), False, at=at, uow=database.unit())
        place = place_in_queue(said.conversation, at=at, uow=database.reading())
        speak(dispatcher, say("handoff", queue=_queue(place)), events=[{"type": "handoff", "reason": "asked"}])
        return []

    def _call_back(self, dispatcher: CollectingDispatcher, said: Heard) -> None:
        """File that somebody calls back, where there is a number to call."""
        hours = self._counter.reception.spoken
        known = find_conversation(said.conversation, uow=self._counter.database.reading())
        phone = said.value("phone") or (known and known.phone)
        if not phone:
            speak(dispatcher, say("handoff_closed", hours=hours))
            return
        affair = {"intent": said.intent, "category": CALL_BACK, "kind": ""}
        draft = Draft(say("callback_what"), None, phone, affair, said.message)
        ticket = file_report(report_of(draft, said, self._counter), self._counter)
        text = say("handoff_callback", hours=hours, phone=mask_phone(phone), number=ticket.number)
        speak(dispatcher, text, events=[ticket_event("ticket_created", ticket, self._counter)])


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
    in reply to an earlier ticket, and a phone number out of the blue."""

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
        if phone := _bare_phone(said):
            at, uow = self._counter.clock(), self._counter.database.unit()
            remember_resident(said.conversation, at=at, uow=uow, phone=phone)
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
