"""Danger: the right number, two short lines on what to do now, and a person who is alerted at once."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.conversations.alarm import ring
from actions.conversations.handover import hand_over
from actions.dialogue.card import ticket_event
from actions.dialogue.counter import Counter
from actions.dialogue.draft import KEPT, Draft, begin
from actions.dialogue.heard import Heard, heard
from actions.dialogue.placing import add_to_emergency, emergency_of, tell_emergency, told_place
from actions.dialogue.reporting import file_report, is_filed, report_of
from actions.dialogue.speech import speak
from actions.tickets.ticket import Ticket
from knowledge.errors import NoWording
from knowledge.wording import say

URGENT_CATEGORY = "emergency_response"


class Emergency(Action):
    """Answers an emergency and files it as urgent without asking anything first."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say what to do, file it, ring at the operators'. More about an emergency that goes on is put on its ticket."""
        said = heard(tracker)
        report = replace(report_of(_draft(said), said, self._counter), urgent=True, id=f"{said.message}.urgent")
        before = None if is_filed(report, self._counter) else emergency_of(said, self._counter)
        if before:
            ticket = add_to_emergency(before, told_place(said, self._counter), said, self._counter)
            tell_emergency(dispatcher, ticket, self._counter, advice(said))
        else:
            ticket = file_report(report, self._counter)
            self._tell_filed(dispatcher, ticket, said)
        reason, uow = say("danger_reason", text=said.text[:60]), self._counter.database.unit()
        ring(said.conversation, reason, at=report.at, uow=uow)
        return [SlotSet("recent_ticket", ticket.number)]

    def _tell_filed(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        filed = say("danger_filed" if ticket.address else "danger_filed_no_place", number=ticket.number)
        speak(
            dispatcher,
            f"{advice(said)}\n{filed}",
            buttons=[(say("button_human"), say("button_human"))],
            events=[ticket_event("ticket_created", ticket, self._counter)],
        )


def _draft(said: Heard) -> Draft:
    """What is filed of an emergency: all that was said, wherever it was said to be."""
    slots = begin(said, None)
    where = slots.get("report_where")
    category = said.category if said.category in _DANGEROUS else URGENT_CATEGORY
    affair = {
        "intent": said.intent,
        "category": category,
        "kind": said.kind if category == said.category else "",
        "categories": [list(c) for c in said.categories],
        "intents": [list(i) for i in said.intents[:KEPT]],
        "dangers": list(said.dangers),
    }
    return Draft(said.text, where, slots.get("report_contact"), affair, said.message)


_DANGEROUS = frozenset(
    {
        "emergency_response",
        "public_security",
        "fire_safety",
        "forest_fire",
        "disaster_relief",
        "public_utilities",
        "health",
    }
)


def advice(said: Heard) -> str:
    """The number to call and what to do, by what the danger is; the general one where only the classifier saw it."""
    for danger in said.dangers:
        try:
            return say(f"danger_{danger}")
        except NoWording:
            continue
    return say("danger_other")


class SelfHarm(Action):
    """Stays with somebody who may hurt themselves, and brings a person."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_self_harm"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """No form, no ticket: a person, at once."""
        said = heard(tracker)
        hand_over(
            said.conversation,
            say("danger_reason_self_harm"),
            True,
            at=self._counter.clock(),
            uow=self._counter.database.unit(),
        )
        speak(dispatcher, say("danger_self_harm"), events=[{"type": "handoff", "reason": "self_harm"}])
        return []
