"""Booking, moving, cancelling: each one transaction, one entry in the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from actions.appointments.agenda import Agenda
from actions.appointments.appointment import Appointment, Status, Step, Wish, appointed
from actions.appointments.errors import (
    AppointmentNotYours,
    AppointmentOver,
    HomeAddressMissing,
    SlotFull,
    SlotUnknown,
    TooManyAppointments,
)
from actions.appointments.news import cancelled_by_house
from actions.appointments.ports import UnitOfWork
from actions.appointments.slot import Free, Manner
from actions.clock import local
from actions.tickets.actor import Actor, Role


def free_slots(window: str, *, home: bool, at: datetime, agenda: Agenda, uow: UnitOfWork) -> list[Free]:
    """What can still be booked at a window, soonest first."""
    slots = list(agenda.offered(window, at, home=home))
    if not slots:
        return []
    with uow:
        taken = uow.appointments.taken(window, slots[0].starts_at, slots[-1].ends_at)
    left = ((slot, slot.places - taken.get((slot.manner, slot.starts_at), 0)) for slot in slots)
    return [Free(slot, places) for slot, places in left if places > 0]


def book(wish: Wish, *, by: Actor, at: datetime, agenda: Agenda, uow: UnitOfWork) -> Appointment:
    """Book a place. A wish is booked once, however often its message comes; the last place goes to one resident.

    `SlotUnknown`, `SlotFull`, `TooManyAppointments`, `HomeAddressMissing`; then nothing is booked.
    """
    with uow:
        if made := uow.appointments.by_request(wish.request):
            return made
        slot = agenda.slot(wish.window, wish.manner, wish.starts_at, at)
        if slot.manner is Manner.HOME and not wish.address.strip():
            raise HomeAddressMissing()
        most = agenda.timetable.most_open
        if len(uow.appointments.coming(wish.conversation, at)) >= most:
            raise TooManyAppointments(most=most)
        today = local(at).date()
        number = f"{agenda.prefix}{today:%Y%m%d}-{uow.appointments.next_running(today):04d}"
        if not uow.appointments.take(slot, number):
            raise SlotFull()
        appointment = appointed(number, wish, slot, by=by, at=at)
        uow.appointments.add(appointment)
        uow.commit()
    return appointment


def move(
    number: str, manner: Manner, starts_at: datetime, *, by: Actor, at: datetime, agenda: Agenda, uow: UnitOfWork
) -> Appointment:
    """Move an appointment to another time at the same window. The old place is given up only if the new one is taken.

    Moving to the time it has is no move, and what was to be at home stays at home. `SlotUnknown`, `SlotFull`, `AppointmentUnknown`, `AppointmentNotYours`,
    `AppointmentOver`; then the old time stands.
    """
    with uow:
        before = _touchable(number, by, uow)
        if (before.manner, before.starts_at) == (manner, starts_at):
            return before
        if (manner is Manner.HOME) != (before.manner is Manner.HOME):
            raise SlotUnknown()
        slot = agenda.slot(before.window, manner, starts_at, at)
        uow.appointments.release(number)
        if not uow.appointments.take(slot, number):
            raise SlotFull()
        appointment = before.after(Step.MOVE, by=by, at=at, slot=slot)
        uow.appointments.save(appointment)
        uow.commit()
    return appointment


def cancel(
    number: str, *, by: Actor, at: datetime, uow: UnitOfWork, note: str = "", deed: str | None = None
) -> Appointment:
    """Cancel an appointment and give its place back; cancelling twice is cancelling once.

    Where the house cancels it, the resident is told. `AppointmentUnknown`, `AppointmentNotYours`, `AppointmentOver`.
    """
    with uow:
        if (before := uow.appointments.get(number)).status is Status.CANCELLED and _may(by, before):
            return before
        appointment = _touchable(number, by, uow).after(Step.CANCEL, by=by, at=at, note=note, deed=deed)
        uow.appointments.release(number)
        uow.appointments.save(appointment)
        if by.role is not Role.RESIDENT:
            uow.outbox.add(cancelled_by_house(appointment, at))
        uow.commit()
    return appointment


def close_visit(number: str, *, came: bool, by: Actor, at: datetime, uow: UnitOfWork) -> Appointment:
    """Write down whether the resident came. `AppointmentUnknown`, `AppointmentOver`."""
    with uow:
        step = Step.ARRIVE if came else Step.MISS
        appointment = _touchable(number, by, uow).after(step, by=by, at=at)
        uow.appointments.save(appointment)
        uow.commit()
    return appointment


def _touchable(number: str, by: Actor, uow: UnitOfWork) -> Appointment:
    """The appointment, held, if this person may change it and it is still to come."""
    appointment = uow.appointments.get(number)
    if not _may(by, appointment):
        raise AppointmentNotYours(number=number)
    if appointment.status is not Status.BOOKED:
        raise AppointmentOver(number=number)
    return appointment


def _may(by: Actor, appointment: Appointment) -> bool:
    return by.role is not Role.RESIDENT or by.id == appointment.conversation


def cancelled_by(deed: str, *, uow: UnitOfWork) -> Appointment | None:
    """The appointment that a message has cancelled already, or None: a message that is taken up again must not cancel
    the next one."""
    with uow:
        return uow.appointments.by_deed(deed) if deed else None


def coming(conversation: str, *, at: datetime, uow: UnitOfWork) -> Sequence[Appointment]:
    """What a resident has booked and is not over yet, soonest first."""
    with uow:
        return uow.appointments.coming(conversation, at)


def day_list(window: str, at: datetime, *, uow: UnitOfWork) -> Sequence[Appointment]:
    """Everything booked at a window on the day of `at`, cancelled ones too, by time."""
    morning = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    with uow:
        return uow.appointments.on(window, morning, morning + timedelta(days=1))
