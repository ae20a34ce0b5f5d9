"""What somebody in the street does to a ticket, by the event's name: one door for all that is no screen of the consoles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.errors import DateTooEarly, NotAllowed, ReasonMissing
from actions.tickets import handling, helping, wishing
from actions.tickets.actor import Actor
from actions.tickets.desk import Desk
from actions.tickets.names import EVENT_NAMES, ROLE_NAMES
from actions.tickets.ports import UnitOfWork
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.wish import ReturnCode
from actions.tickets.workflow import allowed

OUTDOORS: tuple[Event, ...] = (
    Event.ACCEPT,
    Event.START,
    Event.RESUME,
    Event.CONTACT,
    Event.FINISH,
    Event.CONTRIBUTE,
    Event.ASK_RESIDENT,
    Event.NOTE,
    Event.EXTEND,
    Event.RETURN,
)
"""What can be done on the way, in the order of the buttons; everything else waits for a desk."""

WORDY = frozenset(OUTDOORS) - {Event.ACCEPT, Event.START, Event.RESUME, Event.CONTACT}
"""What needs words."""

PICTURED = frozenset({Event.FINISH, Event.CONTRIBUTE, Event.NOTE})
"""What a photo may come with."""


@dataclass(frozen=True)
class Given:
    """What comes with a deed: words, an attachment's id, the reason's code of a return, the day of an extension."""

    words: str = ""
    photo: str | None = None
    code: str = ""
    until: datetime | None = None


def ways(ticket: Ticket, by: Actor) -> tuple[Event, ...]:
    """What this person can do now with this ticket in the street, in the buttons' order."""
    can = set(allowed(ticket, by))
    return tuple(event for event in OUTDOORS if event in can)


def do(
    event: Event, number: str, given: Given, *, by: Actor, at: datetime, desk: Desk, uow: UnitOfWork, deed: str
) -> Ticket:
    """Do it, once for one `deed`, as the transition table allows. The errors of the deeds themselves; `NotAllowed` for
    what is none for the street; `ReasonMissing`, `DateTooEarly` where the code or the day is missing."""
    rest: dict[str, Any] = {"by": by, "at": at, "uow": uow, "deed": deed}
    match event:
        case Event.ACCEPT:
            return handling.accept(number, **rest)
        case Event.START:
            return handling.start(number, **rest)
        case Event.CONTACT:
            return handling.contact(number, note=given.words, **rest)
        case Event.RESUME:
            return handling.resume(number, desk=desk, **rest)
        case Event.NOTE:
            return handling.add_note(number, given.words, photo=given.photo, **rest)
        case Event.FINISH:
            return handling.finish(number, given.words, photo=given.photo, **rest)
        case Event.ASK_RESIDENT:
            return handling.ask_resident(number, given.words, **rest)
        case Event.CONTRIBUTE:
            return helping.contribute(number, by.id, given.words, photo=given.photo, **rest)
        case Event.RETURN:
            code = _code(given.code)
            return wishing.return_ticket(number, code, given.words, desk=desk, **rest)
        case Event.EXTEND:
            return wishing.extend(number, _day(given.until), given.words, **rest)
    raise NotAllowed(event=EVENT_NAMES[event], role=ROLE_NAMES[by.role])


def _code(code: str) -> ReturnCode:
    try:
        return ReturnCode(code)
    except ValueError:
        raise ReasonMissing(event=EVENT_NAMES[Event.RETURN]) from None


def _day(until: datetime | None) -> datetime:
    if until is None:
        raise DateTooEarly(event=EVENT_NAMES[Event.EXTEND])
    return until
