"""People: handing over to an operator, passing praise on, and asking back instead of guessing."""

from __future__ import annotations

import json

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.conversations.handover import hand_over
from actions.dialogue.card import ticket_event
from actions.dialogue.counter import Counter
from actions.dialogue.draft import Draft
from actions.dialogue.heard import Heard, heard
from actions.dialogue.reporting import file_report, report_of
from actions.dialogue.speech import Button, speak
from knowledge.wording import say

OFFERED = ("report_issue", "ask_service", "ask_regulation", "ask_contact", "query_ticket", "seek_help", "complain_staff", "suggest", "book_service")
"""Intents that can be offered as buttons when the assistant is not sure."""


class HandOver(Action):
    """Brings a person into the conversation."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_hand_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask for one; from here on the bot is silent."""
        said = heard(tracker)
        hand_over(said.conversation, say("handoff_reason"), False, at=self._counter.clock(), uow=self._counter.database.unit())
        speak(dispatcher, say("handoff"), events=[{"type": "handoff", "reason": "asked"}])
        return []


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
        affair = {"intent": said.intent, "category": "deliberation", "kind": "", "categories": [list(c) for c in said.categories]}
        ticket = file_report(report_of(Draft(said.text, None, None, affair, said.message), said, self._counter), self._counter)
        speak(dispatcher, say("praise_passed_on", number=ticket.number), events=[ticket_event("ticket_created", ticket, self._counter)])
        return []


class AskBack(Action):
    """Admits not being sure, and offers the likeliest wishes as buttons."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_ask_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offer two or three ways to go on."""
        speak(dispatcher, say("ask_back"), buttons=_ways(heard(tracker)))
        return []


def _ways(said: Heard) -> list[Button]:
    """The likeliest wishes, each button carrying the words that were said; a person is always one of them."""
    likely = [name for name, _ in said.intents if name in OFFERED][:2] or ["report_issue", "ask_service"]
    wish = json.dumps({"wish": said.text}, ensure_ascii=False)
    return [*((say(f"button_wish_{name}"), f"/{name}{wish}") for name in likely), (say("button_human"), say("button_human"))]
