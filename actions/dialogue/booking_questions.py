"""The questions of a booking: what is asked for each slot of the form, and what may be answered at a touch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.appointments.news import when
from actions.appointments.slot import MANNER_NAMES, Manner
from actions.dialogue.booking_draft import BookingDraft, chosen, fits
from actions.dialogue.counter import Counter
from actions.dialogue.question import Question
from actions.dialogue.shelf import shelf_of, spoken_day, window_name
from actions.dialogue.speech import Button, speak, wish_button
from actions.masking import mask_phone
from knowledge.wording import say

FORM = "booking_form"


def _choices(titles: Iterable[str]) -> list[Button]:
    """Buttons that answer the form."""
    return [wish_button("book_service", title) for title in titles]


class AskBooking(Question, ABC):
    """Asks for one of the form's slots; each has a question and buttons of its own."""

    slot = ""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return f"action_ask_{FORM}_booking_{self.slot}"

    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Ask."""
        draft = BookingDraft.of(tracker.current_slot_values())
        text, buttons = self.question(draft)
        speak(dispatcher, text, buttons=[*buttons, wish_button("cancel", say("button_booking_drop"))])

    @abstractmethod
    def question(self, draft: BookingDraft) -> tuple[str, Sequence[Button]]:
        """The question, and what may be answered at a touch."""


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
