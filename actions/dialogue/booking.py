"""Booking an appointment (预约): affair → window → day → time → address where somebody comes → a nod."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.appointments.appointment import Appointment, Wish
from actions.appointments.booking import book, move
from actions.appointments.news import when
from actions.appointments.slot import MANNER_NAMES, Manner
from actions.conversations.reading import find_conversation
from actions.conversations.recording import remember_resident
from actions.dialogue.booking_draft import EVERY_SLOT, NOTES, BookingDraft, begin, chosen, fill, fits
from actions.dialogue.card import mask_phone
from actions.dialogue.counter import Counter
from actions.dialogue.heard import Heard, heard
from actions.dialogue.shelf import shelf_of, spoken_day, window_name
from actions.dialogue.speech import Button, speak, wish_button
from actions.dialogue.visits import appointment_event, deal_with_appointments, to_be_moved
from actions.errors import ActionError, SlotFull, SlotUnknown
from actions.tickets.actor import Actor, Role
from knowledge.wording import say

FORM = "booking_form"


def _choices(titles: Iterable[str]) -> list[Button]:
    """Buttons that answer the form."""
    return [wish_button("book_service", title) for title in titles]


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


class AskBooking(Action):
    """Asks for one of the form's slots; each has a question and buttons of its own."""

    slot = ""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return f"action_ask_{FORM}_booking_{self.slot}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask."""
        draft = BookingDraft.of(tracker.current_slot_values())
        text, buttons = self.question(draft)
        speak(dispatcher, text, buttons=[*buttons, wish_button("cancel", say("button_booking_drop"))])
        return []

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """The question, and what may be answered at a touch."""
        raise NotImplementedError


class AskAffair(AskBooking):
    """Asks what it is for."""

    slot = "affair"

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """With the usual affairs."""
        catalog = self._counter.catalog
        items = (catalog[id_] for id_ in self._counter.agenda.timetable.offered if id_ in catalog)
        return say("booking_ask_affair"), _choices(item.name for item in items)


class AskWindow(AskBooking):
    """Asks at which window."""

    slot = "window"

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """With those that may be the right one."""
        shelf = shelf_of(self._counter)
        ids = shelf.windows((draft.affair or {}).get("category", ""), draft.home)
        return say("booking_ask_window"), _choices(window_name(id_, self._counter) for id_ in ids)


class AskDay(AskBooking):
    """Asks on which day."""

    slot = "day"

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """With the next days that have something left."""
        free = shelf_of(self._counter).free(draft.window or "", draft.home)
        days = list(dict.fromkeys(f.slot.starts_at.date().isoformat() for f in free))
        if not days:
            return say("booking_nothing_left", window=window_name(draft.window or "", self._counter)), []
        key = "booking_ask_day_home" if draft.home else "booking_ask_day"
        return say(key, window=window_name(draft.window or "", self._counter)), _choices(map(spoken_day, days[:6]))


class AskTime(AskBooking):
    """Asks at what time."""

    slot = "time"

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """With the day's times that are left."""
        free = [f.slot for f in shelf_of(self._counter).free(draft.window or "", draft.home)]
        wanted = draft.notes.get("wanted") or {}
        slots = [slot for slot in free if slot.starts_at.date().isoformat() == draft.day and fits(slot, wanted)]
        titles = [
            f"{s.starts_at.hour}:{s.starts_at:%M}" + (say("booking_flexible") if s.manner is Manner.FLEXIBLE else "")
            for s in slots
        ]
        return say("booking_ask_time", day=spoken_day(draft.day or "")), _choices(titles)


class AskAddress(AskBooking):
    """Asks where to come to."""

    slot = "where"

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """The address has to be written."""
        return say("booking_ask_address"), []


class AskNod(AskBooking):
    """Reads it back before it is booked."""

    slot = "confirmed"

    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """What will be booked."""
        manner, starts_at = chosen(draft)
        slot = self._counter.agenda.slot(draft.window or "", manner, starts_at, self._counter.clock())
        place = (draft.where or {}).get("address") or self._counter.community.windows[draft.window or ""].address
        text = say(
            "booking_confirm",
            affair=(draft.affair or {})["name"],
            when=when(slot.starts_at, slot.ends_at),
            window=window_name(slot.window, self._counter),
            manner=MANNER_NAMES[slot.manner],
            place=place,
            phone=mask_phone(draft.notes.get("phone")) or say("booking_no_phone"),
        )
        warning = self._counter.agenda.warning(slot.starts_at.date())
        return "\n".join(filter(None, (text, warning))), _choices(
            map(say, ("button_booking_sure", "button_booking_other_time"))
        )


ASKING = (AskAffair, AskWindow, AskDay, AskTime, AskAddress, AskNod)


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
