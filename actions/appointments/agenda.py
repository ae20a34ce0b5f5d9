"""The agenda: which slots the windows have, from the timetable and the calendar of holidays and make-up days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from actions.appointments.errors import SlotUnknown
from actions.appointments.slot import Manner, Slot
from actions.clock import SHANGHAI, local
from knowledge.timetable import Session, Timetable
from knowledge.workdays import WorkCalendar


@dataclass(frozen=True)
class Agenda:
    """The slots of every window that takes appointments. `prefix` begins the numbers."""

    timetable: Timetable
    calendar: WorkCalendar
    prefix: str = "YY"

    def on(self, window: str, day: date) -> list[Slot]:
        """A window's slots of one day, in order."""
        held = (s for s in self.timetable.sessions if s.window == window and s.held(day, self.calendar))
        return sorted((slot for session in held for slot in _slots(session, day)), key=lambda s: s.starts_at)

    def offered(self, window: str, at: datetime, *, home: bool) -> Iterator[Slot]:
        """What can be booked at that moment, in order: at home, or else at the window."""
        today = local(at).date()
        for days in range(self.timetable.ahead + 1):
            for slot in self.on(window, today + timedelta(days=days)):
                if self._in_time(slot, at) and (slot.manner is Manner.HOME) == home:
                    yield slot

    def slot(self, window: str, manner: Manner, starts_at: datetime, at: datetime) -> Slot:
        """The slot that begins then; `SlotUnknown` where there is none, or it can't be booked (any more, or yet)."""
        for slot in self.offered(window, at, home=manner is Manner.HOME):
            if (slot.manner, slot.starts_at) == (manner, starts_at):
                return slot
        raise SlotUnknown()

    def _in_time(self, slot: Slot, at: datetime) -> bool:
        return slot.starts_at >= at + timedelta(minutes=self.timetable.notice)

    def warning(self, day: date) -> str:
        """What must be said beside a day whose year's holidays are not announced; "" otherwise."""
        return self.calendar.warning(day.year)


def _slots(session: Session, day: date) -> Iterator[Slot]:
    for begins, ends in session.times():
        starts_at, ends_at = (datetime.combine(day, clock, SHANGHAI) for clock in (begins, ends))
        yield Slot(session.window, Manner(session.manner), starts_at, ends_at, session.places)
