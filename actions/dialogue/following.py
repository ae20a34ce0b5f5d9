"""What residents do with a ticket that is under way: ask after it, urge it, add to it, take it back, say how it went."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.attachments.taking import give_to_ticket
from actions.conversations.conversation import held_in_public
from actions.conversations.joining import siblings
from actions.dialogue.card import spoken, ticket_event, who_has_it
from actions.dialogue.counter import Counter
from actions.dialogue.heard import Heard, heard
from actions.dialogue.placing import place_emergency
from actions.dialogue.speech import speak
from actions.dialogue.visits import deal_with_appointments
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from actions.tickets.feedback import rate, supplement, urge, withdraw
from actions.tickets.names import STATE_NAMES
from actions.tickets.news import last_word
from actions.tickets.states import OPEN, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from knowledge.wording import say


class FollowUp(Action):
    """Finds the ticket that is meant, and does something with it on the resident's behalf. `fitting`: where the ticket that is meant stands,
    if several could be; `tells`: whether the words may be where an emergency is."""

    fitting: frozenset[State] = OPEN
    tells = False

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @abstractmethod
    def deal(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        """Do it and say so."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """The ticket by its number, else the latest one of this conversation."""
        said = heard(tracker)
        if deal_with_appointments(dispatcher, said, self._counter):
            return []
        if self.tells and place_emergency(dispatcher, said, self._counter):
            return []
        ticket = self._meant(said)
        if ticket is None:
            speak(dispatcher, say("ticket_none"))
            return []
        try:
            self.deal(dispatcher, ticket, said)
        except ActionError as error:
            speak(dispatcher, say(error.key, **error.values))
        return [SlotSet("recent_ticket", ticket.number)]

    def _meant(self, said: Heard) -> Ticket | None:
        """The ticket of that number, else the latest in a state that fits; one that was merged stands for the other. A
        message that is taken up again after a crash means the one on which it has done its deed."""
        number = said.value("ticket_number") or said.ticket
        wanted = TicketFilter(resident=said.conversation, size=50)
        with self._counter.database.reading() as uow:
            if said.message and (done := uow.tickets.by_deed(said.message)):
                return done
            own = {ticket.number: ticket for ticket in uow.tickets.find(wanted).items}
        likely = (t for states in (self.fitting, OPEN, State) for t in own.values() if t.state in states)
        found = own.get(number) if number else next(likely, None)
        while found and found.merged_into in own:
            found = own[found.merged_into]
        return found

    def _resident(self, said: Heard, ticket: Ticket) -> dict[str, Any]:
        """Who does it, when, in which transaction, and the message that makes it happen once. Who reported on another
        channel acts as the reporter."""
        by = Actor(Role.RESIDENT, self._voice(said.conversation, ticket))
        return {
            "by": by,
            "at": self._counter.clock(),
            "uow": self._counter.database.unit(),
            "deed": said.message or None,
        }

    def _voice(self, conversation: str, ticket: Ticket) -> str:
        if conversation in ticket.residents:
            return conversation
        voices = siblings(conversation, uow=self._counter.database.reading())
        return next((voice for voice in voices if voice in ticket.residents), conversation)


class QueryTicket(FollowUp):
    """Tells where a ticket stands."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_query_ticket"

    def deal(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        """State, who has it, until when, and what was said last."""
        card = ticket_event("", ticket, self._counter)["ticket"]
        note = "" if held_in_public(said.conversation) else last_word(ticket)
        text = say(
            "ticket_progress",
            number=ticket.number,
            kind=ticket.kind_name,
            state=STATE_NAMES[ticket.state],
            who=who_has_it(card),
            due=spoken(ticket.due_at),
        )
        last = "\n" + say("ticket_last_note", note=note) if note else ""
        urge_it = [(say("button_urge"), say("button_urge"))] if ticket.is_open else []
        speak(dispatcher, text + last, buttons=urge_it)


class UrgeTicket(FollowUp):
    """Passes on that the resident is waiting."""

    tells = True

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_urge_ticket"

    def deal(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        """Urge it."""
        ticket = urge(ticket.number, note=said.text, **self._resident(said, ticket))
        event = ticket_event("ticket_urged", ticket, self._counter)
        text = say("ticket_urged", number=ticket.number, who=who_has_it(event["ticket"]), due=spoken(ticket.due_at))
        speak(dispatcher, text, events=[event])


class AddToTicket(FollowUp):
    """Adds what the resident says to the ticket."""

    tells = True

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_add_to_ticket"

    def deal(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        """Add it, a phone number included."""
        ticket = supplement(
            ticket.number, said.text, phone=said.value("phone"), desk=self._counter.desk, **self._resident(said, ticket)
        )
        give_to_ticket(ticket.number, said.conversation, at=self._counter.clock(), uow=self._counter.database.unit())
        speak(
            dispatcher,
            say("ticket_supplemented", number=ticket.number),
            events=[ticket_event("ticket_supplemented", ticket, self._counter)],
        )


class WithdrawTicket(FollowUp):
    """Takes a ticket back."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_withdraw_ticket"

    def deal(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        """Withdraw it, or leave it to the neighbours who reported the same."""
        ticket = withdraw(ticket.number, note=said.text, **self._resident(said, ticket))
        key = "ticket_withdrawn" if ticket.state is State.WITHDRAWN else "ticket_left"
        speak(
            dispatcher, say(key, number=ticket.number), events=[ticket_event("ticket_withdrawn", ticket, self._counter)]
        )


UNSOLVED = re.compile(
    r"没(?:有)?(?:解决|修好|弄好|搞好|处理|办好|人来|变化|用)|不(?:满意|行|解决)|重办|还是(?:老样子|一样|不亮|漏|坏|那样)|又坏|糊弄|敷衍|差评|白搭"
)
HALF = re.compile(r"部分|一半|半拉子|差不多|还差|还有.{0,6}没|好一点|好了一些|凑合|一般")


class RateService(FollowUp):
    """Takes the resident's word on whether the problem is gone."""

    fitting = frozenset({State.AWAITING_FEEDBACK})

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_rate_service"

    def deal(self, dispatcher: CollectingDispatcher, ticket: Ticket, said: Heard) -> None:
        """Close it, or send it back to be done again."""
        survey = survey_of(said.text, said, self._counter)
        ticket = rate(ticket.number, survey, desk=self._counter.desk, **self._resident(said, ticket))
        again = ticket.state is State.ASSIGNED
        events = [{**ticket_event("survey_answered", ticket, self._counter), "solved": survey.solved.value}]
        if again:
            events.append(ticket_event("ticket_reopened", ticket, self._counter))
        key = "ticket_reopened" if again else "ticket_rated"
        speak(dispatcher, say(key, number=ticket.number, due=spoken(ticket.due_at)), events=events)


def survey_of(words: str, said: Heard, counter: Counter) -> Survey:
    """Read 解决了吗、满意吗 from a resident's own words."""
    solved = Solved.UNSOLVED if UNSOLVED.search(words) else Solved.HALF if HALF.search(words) else Solved.SOLVED
    satisfied = {Solved.UNSOLVED: False, Solved.HALF: None, Solved.SOLVED: True}[solved]
    return Survey(solved, satisfied, words, counter.clock())
