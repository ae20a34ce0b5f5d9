"""Questions: answered from the regulation and the catalog, the telephone list, the grids."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.conversations.reading import find_conversation
from actions.dialogue.counter import Counter
from actions.dialogue.heard import Heard, heard
from actions.dialogue.speech import Button, speak, wish_button
from actions.shortfalls.answering import note_shortfall
from actions.shortfalls.shortfall import shortfall_of
from knowledge.answer import Answer
from knowledge.community import Community, Contact
from knowledge.wording import say

REMEMBERED = 3
"""Earlier questions that a follow-up may lean on."""


class AnswerQuestion(Action):
    """Answers with a quotation, or says that the knowledge does not cover it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Answer, and remember the question for what may follow it."""
        said, before = heard(tracker), list(tracker.get_slot("recent_questions") or ())
        question, answer = said.text, self._counter.answerer.answer(said.text, before)
        if answer.wanting:
            self._note(said, answer)
        citations = answer.citations or answer.related
        speak(dispatcher, answer.text, buttons=_buttons(answer), citations=citations)
        return [SlotSet("recent_questions", [*before, question][-REMEMBERED:])]

    def _note(self, said: Heard, answer: Answer) -> None:
        """Let the managers see what the knowledge falls short of."""
        at, unit = self._counter.clock(), self._counter.database.unit()
        fallen_short = shortfall_of(answer, said.text, message=said.message, conversation=said.conversation, at=at)
        note_shortfall(fallen_short, uow=unit)


def _buttons(answer: Answer) -> list[Button]:
    if answer.status == "not_covered":
        return [(say("button_human"), say("button_human"))]
    if answer.status == "answered" and answer.citations and answer.citations[0].source == "catalog":
        return [
            (say("button_materials"), f"{answer.citations[0].document}{say('button_materials')}"),
            wish_button("book_service", say("button_book"), f"{say('button_book')}{answer.citations[0].document}"),
        ]
    return []


class TellContact(Action):
    """Tells a telephone number; where the list has none that fits, answers like any question."""

    def __init__(self, counter: Counter) -> None:
        self._counter, self._answer = counter, AnswerQuestion(counter)

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_contact"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Look under the words that people look for."""
        found = contacts_for(heard(tracker).text, self._counter.community)
        if not found:
            return self._answer.run(dispatcher, tracker, domain)
        lines = [
            say("contact_line_sample" if c.sample else "contact_line", name=c.name, phone=c.phone, hours=c.hours)
            for c in found
        ]
        speak(dispatcher, "\n".join(lines))
        return []


def contacts_for(text: str, community: Community) -> list[Contact]:
    """The contacts whose words occur in a text, the longest word first; at most two."""
    scored = [
        (max((len(w) for w in (c.name, *c.covers) if w in text), default=0), c) for c in community.contacts.values()
    ]
    fitting = sorted((pair for pair in scored if pair[0] > 1), key=lambda pair: -pair[0])
    return [contact for score, contact in fitting if score >= fitting[0][0] - 1][:2]


class FindGridWorker(Action):
    """Tells which grid an address lies in and who looks after it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_find_grid_worker"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """By the address in the message, else by the one known from before."""
        said, community = heard(tracker), self._counter.community
        known = find_conversation(said.conversation, uow=self._counter.database.reading())
        address = said.first("address")
        parts = (address or {}).get("parts") or {}
        grid = community.locate(parts, said.text if address or not known else known.address or "", said.point)
        if grid is None:
            speak(dispatcher, say("grid_ask_address"), buttons=[(say("button_human"), say("button_human"))])
            return []
        worker = community.workers[grid.worker]
        speak(dispatcher, say("grid_worker", grid=grid.name, name=worker.name, phone=worker.phone))
        return []
