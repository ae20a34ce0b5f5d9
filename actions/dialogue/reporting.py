"""Taking down a report, and opening the ticket when the resident nods."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.attachments.taking import give_to_ticket
from actions.conversations.call import PHONE
from actions.conversations.conversation import Conversation
from actions.conversations.reading import find_conversation
from actions.conversations.recording import remember_resident
from actions.dialogue.card import spoken, ticket_event, who_has_it
from actions.dialogue.counter import Counter
from actions.dialogue.draft import (
    CONFIRMED,
    CONTACT,
    EVERY_SLOT,
    JOIN,
    WHERE,
    Draft,
    Slots,
    begin,
    fill,
    place_of,
)
from actions.dialogue.heard import Heard, heard
from actions.dialogue.placing import INFORM, place_emergency, placeless
from actions.dialogue.speech import speak
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import find_duplicates, join_ticket, open_ticket
from actions.tickets.report import Report
from actions.tickets.ticket import Ticket
from knowledge.wording import say


class FillReport(Action):
    """Puts what was said into the form's slots."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "validate_report_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """The slots that the words set; none when they are about something else."""
        said, asked = heard(tracker), tracker.get_slot("requested_slot")
        known = find_conversation(tracker.sender_id, uow=self._counter.database.reading())
        address = known.address if known else None
        draft = Draft.of(tracker.current_slot_values())
        names = {category.id: category.name for category in self._counter.categories.values()}
        begun = with_callers_number(begin(said, address), known) if not asked else {}
        if place_of(said, address) and placeless(said, self._counter):
            if asked not in (None, WHERE) and said.intent == INFORM:
                return []  # where the emergency is, and no answer to the form's question
            if asked == WHERE:
                place_emergency(dispatcher, said, self._counter)
        slots = fill(draft, asked, said, address, names) if asked else begun
        if asked == CONFIRMED and said.intent == "deny" and slots == {CONFIRMED: None}:
            speak(dispatcher, say("report_what_is_wrong"))
        return [SlotSet(name, value) for name, value in slots.items()]


def with_callers_number(slots: Slots, known: Conversation | None) -> Slots:
    """On the telephone nobody is asked for a number that was shown when the call came in."""
    return {CONTACT: known.phone} | slots if known and known.phone and known.channel == PHONE else slots


class OpenTicket(Action):
    """Turns the confirmed report into a ticket."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_open_ticket"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Open it, say who has it and until when, and forget the draft."""
        said, draft = heard(tracker), Draft.of(tracker.current_slot_values())
        report = report_of(draft, said, self._counter)
        wants_to_join = (draft.affair or {}).get(JOIN) and not is_filed(report, self._counter)
        joined = join_neighbours(report, self._counter) if wants_to_join else None
        ticket = joined or file_report(report, self._counter)
        card = ticket_event("ticket_merged" if joined else "ticket_created", ticket, self._counter)
        filed = "report_filed_by_phone" if said.channel == PHONE else "report_filed"
        key = "report_joined" if joined else "report_filed_confidential" if ticket.confidential else filed
        text = say(
            key, number=ticket.number, who=who_has_it(card["ticket"]), kind=ticket.kind_name, due=spoken(ticket.due_at)
        )
        speak(dispatcher, text, buttons=[(say("button_progress"), say("button_progress"))], events=[card])
        return [SlotSet("recent_ticket", ticket.number), *(SlotSet(name, None) for name in EVERY_SLOT)]


class DropReport(Action):
    """Forgets a report that the resident does not want to file after all."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_drop_report"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say that nothing was filed."""
        speak(dispatcher, say("report_dropped"))
        return [SlotSet(name, None) for name in EVERY_SLOT]


def report_of(draft: Draft, said: Heard, counter: Counter) -> Report:
    """The report that a draft makes."""
    where: dict[str, Any] = dict(draft.where or {})
    category, kind = draft.case
    point = where.get("point")
    return Report(
        id=draft.report or said.message,
        conversation=said.conversation,
        what=str(draft.what or said.text),
        address=str(where.get("address") or ""),
        place=where.get("parts") or {},
        point=(point[0], point[1]) if point else None,
        phone=draft.contact,
        category=category,
        kind=kind,
        channel=said.channel,
        at=counter.clock(),
        predicted={**(draft.affair or {}), "model": counter.model()},
    )


def file_report(report: Report, counter: Counter) -> Ticket:
    """Open the ticket, and keep the address and phone so that the next report need not ask."""
    resident = Actor(Role.RESIDENT, report.conversation)
    ticket = open_ticket(report, by=resident, at=report.at, desk=counter.desk, uow=counter.database.unit())
    _remember(report, ticket, counter)
    return ticket


def is_filed(report: Report, counter: Counter) -> bool:
    """Whether a ticket was opened for it already: then it is not to be joined to another one."""
    with counter.database.reading() as uow:
        return uow.tickets.by_report(report.id) is not None


def join_neighbours(report: Report, counter: Counter) -> Ticket | None:
    """Join what the neighbours reported; None where it was solved or dropped in the meantime, or never was. A report that
    has joined a ticket stays with that one."""
    with counter.database.reading() as uow:
        joined = uow.tickets.by_deed(report.id)
    found = [joined] if joined else find_duplicates(report, desk=counter.desk, uow=counter.database.reading())
    if not found:
        return None
    resident = Actor(Role.RESIDENT, report.conversation)
    ticket = join_ticket(found[0].number, report, by=resident, at=report.at, uow=counter.database.unit())
    _remember(report, ticket, counter)
    return ticket


def _remember(report: Report, ticket: Ticket, counter: Counter) -> None:
    """The address and phone for the next report; what was photographed for this one."""
    give_to_ticket(ticket.number, report.conversation, at=report.at, uow=counter.database.unit())
    if report.address or report.phone:
        uow = counter.database.unit()
        remember_resident(
            report.conversation, at=report.at, uow=uow, address=report.address or None, phone=report.phone
        )
