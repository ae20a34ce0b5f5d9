"""What residents are told of their appointments outside a dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from actions.appointments.appointment import Appointment
from actions.appointments.slot import MANNER_NAMES, Manner
from actions.clock import local
from actions.notify.notice import Notice

WEEKDAYS = "一二三四五六日"


def reminder(appointment: Appointment, at: datetime) -> Notice:
    """That the day is near. Built once the reminder is in the history."""
    topic = "appointment.reminder_home" if appointment.manner is Manner.HOME else "appointment.reminder"
    return _notice(appointment, topic, at)


def cancelled_by_house(appointment: Appointment, at: datetime) -> Notice:
    """That the house had to cancel it, and why. Built once the cancelling is in the history."""
    return _notice(appointment, "appointment.cancelled", at)


def _notice(appointment: Appointment, topic: str, at: datetime) -> Notice:
    """The id has the place in the history, so the same news has the same id at every asking."""
    audience = f"conversation:{appointment.conversation}"
    return Notice(f"{appointment.number}.{len(appointment.history)}", topic, audience, _body(appointment, at), at)


def _body(appointment: Appointment, at: datetime) -> Mapping[str, str]:
    days = (local(appointment.starts_at).date() - local(at).date()).days
    return {
        "number": appointment.number,
        "affair": appointment.affair_name,
        "window": appointment.window,
        "manner": MANNER_NAMES[appointment.manner],
        "day": {0: "今天", 1: "明天"}.get(days, ""),
        "when": when(appointment.starts_at, appointment.ends_at),
        "address": appointment.address,
        "note": appointment.history[-1].note or "窗口临时有变动",
    }


def when(starts_at: datetime, ends_at: datetime) -> str:
    """11月28日（周六）9:30–10:00."""
    starts_at, ends_at = local(starts_at), local(ends_at)
    return f"{day_name(starts_at)}{_clock(starts_at)}–{_clock(ends_at)}"


def day_name(at: datetime) -> str:
    """11月28日（周六）."""
    at = local(at)
    return f"{at.month}月{at.day}日（周{WEEKDAYS[at.weekday()]}）"


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02d}"
