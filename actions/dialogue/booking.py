"""Booking an appointment (预约): affair → window → day → time → address where somebody comes → a nod."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.appointments.appointment import Appointment, Wish
from actions.appointments.booking import book, move
from actions.appointments.errors import SlotFull, SlotUnknown
from actions.appointments.slot import Manner
from actions.conversations.reading import find_conversation
from actions.conversations.recording import remember_resident
from actions.dialogue.booking_draft import EVERY_SLOT, NOTES, BookingDraft, begin, chosen, fill
from actions.dialogue.booking_questions import FORM
from actions.dialogue.counter import Counter
from actions.dialogue.heard import Heard, heard
from actions.dialogue.shelf import shelf_of, spoken_day
from actions.dialogue.speech import speak
from actions.dialogue.visits import appointment_event, deal_with_appointments, to_be_moved
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from knowledge.wording import say


class Appoint(Action):
    """A wish for an appointment: one that is there already is told, moved or cancelled, anything else opens the form."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_appoint"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Deal with what there is, or begin."""
        said = heard(tracker)
        if deal_with_appointments(dispatcher, said, self._counter):
            return []
        moved = to_be_moved(said, self._counter)
        draft = _taken_up(moved) if moved else BookingDraft()
        return [*(SlotSet(name, value) for name, value in draft.slots.items()), FollowupAction(FORM)]


def _taken_up(appointment: Appointment) -> BookingDraft:
    """The draft of a move: all is known but the time."""
    affair = {"id": appointment.affair, "name": appointment.affair_name, "category": ""}
    home = True if appointment.manner is Manner.HOME else None
    notes = {"moves": appointment.number, "phone": appointment.phone, "home": home}
    return BookingDraft(affair, appointment.window, where={"address": appointment.address}).noting(**notes)


class FillBooking(Action):
    """Puts what was said into the form's slots."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return f"validate_{FORM}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """The slots that the words set, and what is in the way of what was wished for."""
        said, asked = heard(tracker), tracker.get_slot("requested_slot")
        known = find_conversation(tracker.sender_id, uow=self._counter.database.reading())
        address = known.address if known else None
        draft, shelf = BookingDraft.of(tracker.current_slot_values()), shelf_of(self._counter)
        ours = asked in EVERY_SLOT  # another form may have been left in the middle of a question
        slots = fill(draft, asked, said, shelf, address) if ours else begin(said, shelf, address, draft)
        _tell_trouble(dispatcher, slots.get(NOTES) or {})
        return [SlotSet(name, value) for name, value in slots.items()]


def _tell_trouble(dispatcher: CollectingDispatcher, notes: dict[str, Any]) -> None:
    if key := notes.get("trouble"):
        missed = (notes.get("wanted") or {}).get("missed")
        speak(dispatcher, say(key, day=spoken_day(missed) if missed else ""))


class MakeAppointment(Action):
    """Books what the resident has nodded to."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_make_appointment"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Book it or move it; where somebody was faster, ask for another time."""
        said, draft = heard(tracker), BookingDraft.of(tracker.current_slot_values())
        try:
            appointment = _booked(draft, said, self._counter)
        except (SlotFull, SlotUnknown) as error:
            speak(dispatcher, say(error.key, **error.values))
            return [*(SlotSet(f"booking_{name}", None) for name in ("day", "time", "confirmed")), FollowupAction(FORM)]
        except ActionError as error:
            speak(dispatcher, say(error.key, **error.values))
            return forgotten()
        _tell_booked(dispatcher, appointment, moved=bool(draft.notes.get("moves")), counter=self._counter)
        return forgotten()


def _tell_booked(dispatcher: CollectingDispatcher, appointment: Appointment, *, moved: bool, counter: Counter) -> None:
    event = appointment_event("appointment_moved" if moved else "appointment_created", appointment, counter)
    card = event["appointment"]
    key = "booking_moved" if moved else "booking_made_home" if appointment.manner is Manner.HOME else "booking_made"
    text = say(
        key,
        number=appointment.number,
        when=card["when"],
        window=card["window_name"],
        address=card["address"],
        affair=appointment.affair_name,
    )
    item = counter.catalog.get(appointment.affair)
    materials = [(say("button_materials"), f"{item.name}{say('button_materials')}")] if item else []
    speak(dispatcher, text, buttons=materials, events=[event])


def _booked(draft: BookingDraft, said: Heard, counter: Counter) -> Appointment:
    """Make it so. What was given of address and phone is remembered for the next time."""
    (manner, starts_at), notes, affair = chosen(draft), draft.notes, draft.affair or {}
    by, at, uow = Actor(Role.RESIDENT, said.conversation), counter.clock(), counter.database.unit()
    if number := notes.get("moves"):
        return move(number, manner, starts_at, by=by, at=at, agenda=counter.agenda, uow=uow)
    wish = Wish(
        request=str(notes.get("request") or said.message),
        conversation=said.conversation,
        affair=affair.get("id", ""),
        affair_name=affair.get("name", ""),
        window=draft.window or "",
        manner=manner,
        starts_at=starts_at,
        address=(draft.where or {}).get("address") or "",
        phone=notes.get("phone"),
    )
    appointment = book(wish, by=by, at=at, agenda=counter.agenda, uow=uow)
    if wish.address or wish.phone:
        remember_resident(
            said.conversation, at=at, uow=counter.database.unit(), address=wish.address or None, phone=wish.phone
        )
    return appointment


class DropBooking(Action):
    """Forgets a booking that is not wanted after all."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_drop_booking"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say that nothing was booked; an appointment that was to be moved stays as it is."""
        moves = BookingDraft.of(tracker.current_slot_values()).notes.get("moves")
        speak(dispatcher, say("booking_kept_as_it_was", number=moves) if moves else say("booking_dropped"))
        return forgotten()


class Stop(Action):
    """Nothing is being filled in: "取消" may still mean an appointment."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_stop"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Cancel the appointment that is meant, or say that there is nothing to stop."""
        if not deal_with_appointments(dispatcher, heard(tracker), self._counter):
            speak(dispatcher, say("nothing_to_cancel"))
        return []


def forgotten() -> list[EventType]:
    """The form's slots, empty."""
    return [SlotSet(name, None) for name in EVERY_SLOT]
