"""What residents say of an appointment that they have: when it is, that they can't come, that it should be moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.appointments.appointment import STATUS_NAMES, Appointment
from actions.appointments.booking import cancel, cancelled_by, coming
from actions.appointments.news import when
from actions.appointments.slot import MANNER_NAMES
from actions.clock import local
from actions.dialogue.counter import Counter
from actions.dialogue.heard import Heard
from actions.dialogue.speech import Button, speak, wish_button
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from knowledge.wording import say

NUMBER = re.compile(r"YY\d{8}-\d{4,}")
MINE = r"(?:预约|约(?:好)?[的了号]|号)"
CANCELS = re.compile(
    rf"(?:取消|退掉?|撤掉?|不要|去不了|来不了).{{0,10}}{MINE}|{MINE}.{{0,10}}(?:取消|退了|退掉|去不了|来不了|不去了|不来了|不约了|不要了)"
)
MOVES = re.compile(rf"改约|改期|改签|{MINE}.{{0,10}}(?:改|换|挪|推|提前|延)|(?:改|换|挪|推迟|提前).{{0,6}}{MINE}")
ASKS = re.compile(
    rf"(?:我|什么|啥|几|哪).{{0,6}}{MINE}.{{0,8}}(?:什么时候|啥时候|几点|几号|哪天|哪个窗口|时间|没有|成功|多久|怎么样)|我.{{0,3}}预约(?:记录|信息|情况|号)?[。？?]?$"
    rf"|(?:查|看)(?:一下|下)?我?的?预约|预约.{{0,4}}(?:是|在)?(?:什么时候|几点|哪天)|(?:什么时候|几点|哪天).{{0,4}}(?:约的|预约的?)[。？?]?$|有没有约上|约上了?[没吗]"
)


def deal_with_appointments(dispatcher: CollectingDispatcher, said: Heard, counter: Counter) -> bool:
    """Tell or cancel the resident's appointments where that is what the words are about; False where it is not."""
    if MOVES.search(said.text) or not (CANCELS.search(said.text) or ASKS.search(said.text)):
        return False
    if gone := cancelled_by(said.message, uow=counter.database.reading()):
        _tell_cancelled(dispatcher, gone, counter)
        return True
    mine = coming(said.conversation, at=counter.clock(), uow=counter.database.reading())
    if not mine:
        speak(dispatcher, say("appointment_none"), buttons=[(say("button_book"), say("button_book"))])
    elif CANCELS.search(said.text):
        _cancel(dispatcher, said, mine, counter)
    else:
        _tell(dispatcher, mine, counter)
    return True


def to_be_moved(said: Heard, counter: Counter) -> Appointment | None:
    """The appointment that should be moved; None where the words are not about that, or there is none."""
    if not MOVES.search(said.text):
        return None
    mine = coming(said.conversation, at=counter.clock(), uow=counter.database.reading())
    return _meant(said, mine) or (mine[0] if mine else None)


def _meant(said: Heard, mine: Sequence[Appointment]) -> Appointment | None:
    """The one whose number is named, or the only one."""
    named = NUMBER.search(said.text)
    if named:
        return next((a for a in mine if a.number == named.group()), None)
    return mine[0] if len(mine) == 1 else None


def _tell(dispatcher: CollectingDispatcher, mine: Sequence[Appointment], counter: Counter) -> None:
    lines = [say("appointment_line", **_fields(appointment, counter)) for appointment in mine]
    buttons = [_wish("withdraw_ticket", say("button_appointment_cancel"), a) for a in mine]
    buttons += [_wish("book_service", say("button_appointment_move"), mine[0])] if len(mine) == 1 else []
    speak(dispatcher, "\n".join(lines), buttons=buttons)


def _cancel(dispatcher: CollectingDispatcher, said: Heard, mine: Sequence[Appointment], counter: Counter) -> None:
    meant = _meant(said, mine)
    if meant is None:
        buttons = [
            _wish("withdraw_ticket", say("button_appointment_cancel"), a, when(a.starts_at, a.ends_at)) for a in mine
        ]
        speak(dispatcher, say("appointment_which"), buttons=buttons)
        return
    try:
        by, deed = Actor(Role.RESIDENT, said.conversation), said.message or None
        gone = cancel(meant.number, by=by, at=counter.clock(), uow=counter.database.unit(), note=said.text, deed=deed)
    except ActionError as error:
        speak(dispatcher, say(error.key, **error.values))
        return
    _tell_cancelled(dispatcher, gone, counter)


def _tell_cancelled(dispatcher: CollectingDispatcher, gone: Appointment, counter: Counter) -> None:
    text = say("appointment_cancelled", **_fields(gone, counter))
    speak(dispatcher, text, events=[appointment_event("appointment_cancelled", gone, counter)])


def _wish(intent: str, words: str, appointment: Appointment, title: str = "") -> Button:
    return wish_button(intent, title or words, f"{words} {appointment.number}")


def _fields(appointment: Appointment, counter: Counter) -> dict[str, str]:
    card = appointment_card(appointment, counter)
    names = {
        "when": card["when"],
        "window": card["window_name"],
        "address": card["address"],
        "manner": card["manner_name"],
    }
    return {"number": appointment.number, "affair": appointment.affair_name} | names


def appointment_event(type_: str, appointment: Appointment, counter: Counter) -> dict[str, Any]:
    """An event of the chat API about an appointment."""
    return {"type": type_, "appointment": appointment_card(appointment, counter)}


def appointment_card(appointment: Appointment, counter: Counter) -> dict[str, Any]:
    """An appointment as programs read it, with the names that a screen shows."""
    window = counter.community.windows.get(appointment.window)
    return {
        "number": appointment.number,
        "affair": appointment.affair or None,
        "affair_name": appointment.affair_name,
        "window": appointment.window,
        "window_name": window.name if window else appointment.window,
        "address": appointment.address or (window.address if window else ""),
        "manner": appointment.manner.value,
        "manner_name": MANNER_NAMES[appointment.manner],
        "starts_at": local(appointment.starts_at).isoformat(),
        "ends_at": local(appointment.ends_at).isoformat(),
        "when": when(appointment.starts_at, appointment.ends_at),
        "status": appointment.status.value,
        "status_name": STATUS_NAMES[appointment.status],
    }
