"""Reminding residents the day before: called again and again by a schedule, and each is reminded once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from actions.appointments.appointment import Status, Step
from actions.appointments.news import reminder
from actions.appointments.ports import UnitOfWork
from actions.clock import local
from actions.tickets.actor import SYSTEM

WAKING = (9, 21)
"""Hours between which nobody minds a message."""
TOO_LATE = timedelta(minutes=30)
"""So shortly before it, a reminder only confuses."""
BATCH = 500


def remind(*, at: datetime, unit: Callable[[], UnitOfWork]) -> int:
    """Remind everybody whose appointment is tomorrow, or today where that was missed yesterday; returns how many.

    Nothing at night: the next call in the morning sees to it. Each in a transaction of its own, so one that fails
    keeps nobody else waiting.
    """
    at = local(at)
    if not WAKING[0] <= at.hour < WAKING[1]:
        return 0
    end_of_tomorrow = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    with unit() as uow:
        numbers = uow.appointments.unreminded(at + TOO_LATE, end_of_tomorrow, BATCH)
    return sum(_remind_of(number, at, unit()) for number in numbers)


def _remind_of(number: str, at: datetime, uow: UnitOfWork) -> bool:
    """Remind of one appointment, unless another process did, or it was moved or cancelled meanwhile. Who booked it the
    same day has only just been told."""
    with uow:
        appointment = uow.appointments.get(number)
        fresh = local(appointment.history[-1].at).date() == at.date()
        if appointment.status is not Status.BOOKED or appointment.reminded_at or fresh:
            return False
        reminded = appointment.after(Step.REMIND, by=SYSTEM, at=at)
        uow.appointments.save(reminded)
        uow.outbox.add(reminder(reminded, at))
        uow.commit()
    return True
