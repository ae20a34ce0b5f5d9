"""The appointment (预约): who comes, what for, when and where, and all that ever happened to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from actions.appointments.slot import Manner, Slot
from actions.tickets.actor import Actor


class Status(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    KEPT = "kept"
    MISSED = "missed"


class Step(StrEnum):
    """What can happen to an appointment."""

    BOOK = "book"
    MOVE = "move"
    REMIND = "remind"
    CANCEL = "cancel"
    ARRIVE = "arrive"
    MISS = "miss"


STATUS_NAMES = {Status.BOOKED: "已预约", Status.CANCELLED: "已取消", Status.KEPT: "已到场", Status.MISSED: "未到场"}
STEP_NAMES = {
    Step.BOOK: "预约",
    Step.MOVE: "改期",
    Step.REMIND: "提醒",
    Step.CANCEL: "取消",
    Step.ARRIVE: "到场",
    Step.MISS: "未到场",
}
LEADS = {Step.CANCEL: Status.CANCELLED, Step.ARRIVE: Status.KEPT, Step.MISS: Status.MISSED}
"""Step → status; the others leave it as it is. Each is taken from 已预约 only."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `starts_at` is what the appointment's time was afterwards; `deed`: id of the message that
    made it happen."""

    at: datetime
    by: Actor
    step: Step
    starts_at: datetime
    note: str = ""
    deed: str | None = None


@dataclass(frozen=True)
class Wish:
    """What a resident wants to book.

    request       id of the message that confirmed it: the same one books once
    affair        a service item's id, "" where none fits; `affair_name`: what people call it
    address       where to come to, for 上门; "" otherwise
    """

    request: str
    conversation: str
    affair: str
    affair_name: str
    window: str
    manner: Manner
    starts_at: datetime
    address: str = ""
    phone: str | None = None


@dataclass(frozen=True)
class Appointment:
    """One appointment. Immutable: a step makes the next version of it. `number`: "YY20261201-0007", what people say at
    the window; the other fields are the wish's and the slot's. All times Asia/Shanghai."""

    number: str
    request: str
    conversation: str
    affair: str
    affair_name: str
    window: str
    manner: Manner
    starts_at: datetime
    ends_at: datetime
    address: str
    phone: str | None
    status: Status
    made_at: datetime
    reminded_at: datetime | None = None
    history: tuple[Entry, ...] = field(default=())

    @property
    def slot_key(self) -> tuple[str, Manner, datetime]:
        """Which slot it takes a place of."""
        return self.window, self.manner, self.starts_at

    def after(
        self,
        step: Step,
        *,
        by: Actor,
        at: datetime,
        note: str = "",
        slot: Slot | None = None,
        deed: str | None = None,
    ) -> Appointment:
        """The next version, with the step written down; `slot`: the new time."""
        moved = self
        if slot:
            moved = replace(self, manner=slot.manner, starts_at=slot.starts_at, ends_at=slot.ends_at, reminded_at=None)
        if step is Step.REMIND:
            moved = replace(moved, reminded_at=at)
        at = max([at, *(entry.at for entry in self.history[-1:])])
        entry = Entry(at, by, step, moved.starts_at, note.strip(), deed)
        return replace(moved, status=LEADS.get(step, self.status), history=(*self.history, entry))


def appointed(number: str, wish: Wish, slot: Slot, *, by: Actor, at: datetime) -> Appointment:
    """The first version."""
    new = Appointment(
        number=number,
        request=wish.request,
        conversation=wish.conversation,
        affair=wish.affair,
        affair_name=wish.affair_name,
        window=wish.window,
        manner=slot.manner,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        address=wish.address.strip(),
        phone=wish.phone,
        status=Status.BOOKED,
        made_at=at,
    )
    return new.after(Step.BOOK, by=by, at=at)
