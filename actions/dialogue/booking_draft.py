"""A booking while it is being made: what is known, what is still asked, and what the next words change.

Pure, as `draft` is: what was heard comes in, the slots to set go out; {} means that it was about something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from actions.appointments.slot import Free, Manner, Slot
from actions.dialogue.draft import ELSEWHERE, NOT_BUT, YES, Slots
from actions.dialogue.heard import Heard
from actions.dialogue.moment import Moment, moment_in, without_moment

FIELDS = ("affair", "window", "day", "time", "where", "confirmed", "notes")
AFFAIR, WINDOW, DAY, TIME, WHERE, CONFIRMED, NOTES = EVERY_SLOT = tuple(f"booking_{name}" for name in FIELDS)
FIRST = frozenset({"emergency", "self_harm", "talk_to_human", "cancel"})
"""Intents that interrupt a booking whatever the words could mean for it."""
STAYS = frozenset({"inform", "book_service", "affirm", "deny"})
"""Intents after which the question is asked again where its answer was not understood."""
NO_ADDRESS = ELSEWHERE | {"affirm", "deny"}
"""Intents whose words are no address."""
ANY = re.compile(r"随便|都(?:行|可以|好)|最早|最快|越早越好|第一个|哪[天个]都")
CONFIRMS = re.compile(rf"(?:确认|确定|就|我要)?(?:预约|约)(?:这个|吧|了)?[。!！]?|{YES.pattern}", re.I)
ANOTHER_TIME = re.compile(
    r"换个?(?:时间|日子|一天|时段)|改(?:个)?(?:时间|日子)|时间不(?:行|合适|方便)|别的(?:时间|日子)|不要这个时间"
)
AT_HOME = re.compile(r"上门|(?:来|到|去)(?:我|老人)?家里?|(?:走|动|下)不了?(?:了|床|路|楼)|走不动|卧床|瘫")
SAYS_NOTHING = re.compile(
    r"(?:我|想|要|来|去|帮|给|请|麻烦|确认|确定|可以|能|能不能|可不可以|预约|约|挂|排|订|定|个|一|下|时间|号|办理?|办事|事情?|业务|服务|窗口|上门|错时|那种|"
    r"改约|改到|改期|改|吗|呢|吧|嘛|啊|了|的|是|到|在|您好|你好|社区|[\s,，。.!！?？、~（）()–-])*"
)


@dataclass(frozen=True)
class Affair:
    """What one comes for: a service item's id ("" where none fits), what people call it, and its category."""

    id: str
    name: str
    category: str


@dataclass(frozen=True)
class Shelf:
    """What a booking is chosen from.

    today     the community's day
    affair    the affair that a text names, or None where it names none
    item      the service item that a text names outright, or None
    windows   ids of the windows that do a category's affairs, at home or not; all that could where none is named for it
    named     the window that a text names, or None
    free      what can still be booked at a window, at home or not, soonest first
    """

    today: date
    affair: Callable[[str, str], Affair | None]
    item: Callable[[str], Affair | None]
    windows: Callable[[str, bool], Sequence[str]]
    named: Callable[[str], str | None]
    free: Callable[[str, bool], Sequence[Free]]


@dataclass(frozen=True)
class BookingDraft:
    """What the slots hold. `day`: "2026-11-28"; `time`: {"starts_at", "manner"}; `where`: {"address"}.

    notes  {"home": at home or not, "wanted": what was said about when, "phone", "moves": number of the appointment that
           is moved, "request": id of the message that began it, "trouble": key of what has to be said}
    """

    affair: Mapping[str, str] | None = None
    window: str | None = None
    day: str | None = None
    time: Mapping[str, str] | None = None
    where: Mapping[str, str | None] | None = None
    confirmed: bool | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> BookingDraft:
        """Read the form's slots."""
        known = {name: slots.get(f"booking_{name}") for name in FIELDS}
        return cls(**known | {"notes": known["notes"] or {}})

    @property
    def slots(self) -> Slots:
        """The form's slots."""
        return {f"booking_{name}": getattr(self, name) for name in FIELDS}

    @property
    def home(self) -> bool:
        """Whether the house comes to the resident."""
        return bool(self.notes.get("home"))

    def noting(self, **notes: Any) -> BookingDraft:
        """With these notes; None takes one away."""
        merged = {**self.notes, **notes}
        return replace(self, notes={key: value for key, value in merged.items() if value is not None})


def begin(said: Heard, shelf: Shelf, known_address: str | None, draft: BookingDraft) -> Slots:
    """The first words of a booking: often they say everything. A yes takes up what is there already."""
    if draft.affair and CONFIRMS.fullmatch(said.text.strip()):
        return _completed(draft, shelf, known_address).slots
    moves = draft if draft.notes.get("moves") and not draft.confirmed else BookingDraft()
    fresh = _noted(moves.noting(request=said.message or None), said, shelf)
    if fresh.affair is None:
        fresh = replace(fresh, affair=_affair(said, shelf), window=shelf.named(said.text))
    return _completed(fresh, shelf, known_address).slots


def fill(draft: BookingDraft, asked: str, said: Heard, shelf: Shelf, known_address: str | None = None) -> Slots:
    """What the words change while the form asks for `asked`; {} where they are about something else."""
    if said.intent in FIRST:
        return {}
    draft = draft.noting(trouble=None)
    answered = _answered(_noted(draft, said, shelf), asked, said, shelf)
    if answered == draft:
        return draft.noting(trouble="booking_not_understood").slots if said.intent in STAYS else {}
    return _completed(answered, shelf, known_address).slots


def _noted(draft: BookingDraft, said: Heard, shelf: Shelf) -> BookingDraft:
    """What is heard beside the answer: a time, a telephone number, that somebody should come. A new time undoes the
    one that was chosen."""
    if AT_HOME.search(said.text) and not draft.notes.get("moves"):
        draft = replace(draft.noting(home=True), time=None)
    if phone := said.value("phone"):
        draft = draft.noting(phone=phone)
    if moment := moment_in(said.text, shelf.today):
        return _wanting(draft, moment)
    return draft


def _wanting(draft: BookingDraft, moment: Moment) -> BookingDraft:
    """With a wish for a time. Hours without a day are hours of the day that is talked of."""
    day = moment.day.isoformat() if moment.day else draft.day
    wanted = {"day": day, "hours": list(moment.hours) if moment.hours else None, "minute": moment.minute}
    return replace(draft.noting(wanted=wanted), day=None, time=None, confirmed=None)


def _answered(draft: BookingDraft, asked: str, said: Heard, shelf: Shelf) -> BookingDraft:
    """What the words say to the question itself."""
    text = said.text.strip()
    if asked == AFFAIR and (affair := _affair(said, shelf)):
        return replace(draft, affair=affair)
    if asked != WHERE and (other := shelf.item(text)) and other.id != (draft.affair or {}).get("id"):
        return replace(draft, affair=_as_affair(other), window=None)
    if asked == WINDOW and (window := shelf.named(text)):
        return replace(draft, window=window)
    if asked == WHERE:
        address = said.value("address") or ("" if said.intent in NO_ADDRESS else text[:80])
        return replace(draft, where={"address": address} if address else None)
    if asked in (DAY, TIME) and ANY.search(text):
        return draft.noting(wanted={**(draft.notes.get("wanted") or {}), "any": True})
    if ANOTHER_TIME.search(text):
        return replace(draft.noting(wanted=None), day=None, time=None, confirmed=None)
    if asked == CONFIRMED and CONFIRMS.fullmatch(text):
        return replace(draft, confirmed=True)
    if asked == CONFIRMED and draft.home and said.first("address"):
        return replace(draft, where={"address": said.value("address")})
    return draft


def _affair(said: Heard, shelf: Shelf) -> dict[str, str] | None:
    """The affair that is named: a service item, or else the resident's own words for it."""
    asked = NOT_BUT.sub(lambda match: match["right"], without_moment(said.text)).strip(" ，,。（）")
    if SAYS_NOTHING.fullmatch(asked):
        return None
    found = shelf.affair(asked, said.category)
    return _as_affair(found) if found else None


def _as_affair(affair: Affair) -> dict[str, str]:
    return {"id": affair.id, "name": affair.name, "category": affair.category}


def _completed(draft: BookingDraft, shelf: Shelf, known_address: str | None) -> BookingDraft:
    """What follows from what is known: the only window, the day and time that were wished for, the known address."""
    if draft.affair is None:
        return draft
    windows = shelf.windows(draft.affair["category"], draft.home)
    if not windows and draft.home:
        at_a_window = replace(draft.noting(trouble="booking_no_home", home=None), window=None, day=None, time=None)
        return _completed(at_a_window, shelf, known_address)
    if not windows:
        return replace(draft.noting(trouble="booking_not_taken"), affair=None, window=None, day=None, time=None)
    only = windows[0] if len(windows) == 1 else None
    window = draft.window if draft.window in windows else only
    address = (draft.where or {}).get("address") or known_address
    where = {"address": ""} if not draft.home else {"address": address} if address else None
    draft = replace(draft, window=window, where=where)
    return _timed(draft, shelf.free(window, draft.home)) if window else draft


def _timed(draft: BookingDraft, free: Sequence[Free]) -> BookingDraft:
    """The day and the time that were wished for, where they are to be had; else what is in the way."""
    wanted = draft.notes.get("wanted") or {}
    if draft.time and not any(_as_time(f) == draft.time for f in free):
        draft = replace(draft.noting(trouble="booking_gone"), time=None)
    first = _day(free[0]) if free and wanted.get("any") else None
    day = draft.day or wanted.get("day") or first
    if day and not any(_day(f) == day for f in free):
        missed = {**wanted, "day": None, "missed": day}
        return replace(draft.noting(trouble="booking_day_none", wanted=missed), day=None, time=None)
    draft = replace(draft, day=day)
    return draft if draft.time or not day else _clocked(draft, wanted, [f for f in free if _day(f) == day])


def _clocked(draft: BookingDraft, wanted: Mapping[str, Any], free: Sequence[Free]) -> BookingDraft:
    """The time of a day: the one that was named, or the only one that fits."""
    named = wanted.get("minute") is not None
    fitting = [f for f in free if fits(f.slot, wanted)]
    if fitting and (named or wanted.get("any") or len(fitting) == 1):
        return replace(draft, time=_as_time(fitting[0]))
    if not fitting:
        return draft.noting(trouble="booking_time_none", wanted={"day": draft.day})
    return draft


def fits(slot: Slot, wanted: Mapping[str, Any]) -> bool:
    """Whether a slot lies where it was wished for."""
    begins, minute = _minutes(slot.starts_at), wanted.get("minute")
    if minute is not None:
        return bool(begins <= minute < _minutes(slot.ends_at))
    first, last = wanted.get("hours") or (0, 24)
    return bool(first * 60 <= begins < last * 60)


def _minutes(at: datetime) -> int:
    return at.hour * 60 + at.minute


def chosen(draft: BookingDraft) -> tuple[Manner, datetime]:
    """The manner and the beginning that were chosen."""
    time = draft.time or {}
    return Manner(time["manner"]), datetime.fromisoformat(time["starts_at"])


def _as_time(free: Free) -> dict[str, str]:
    return {"starts_at": free.slot.starts_at.isoformat(), "manner": free.slot.manner.value}


def _day(free: Free) -> str:
    return free.slot.starts_at.date().isoformat()
