"""Appointments in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, text, update

from actions.appointments.appointment import Appointment, Entry, Status, Step
from actions.appointments.errors import AppointmentUnknown
from actions.appointments.ports import Taken
from actions.appointments.slot import Manner, Slot
from actions.store.appointment_tables import (
    appointment_days,
    appointment_history,
    appointment_places,
    appointments,
)
from actions.store.inserts import insert_for
from actions.tickets.actor import Actor

_PLAIN = [name for name in appointments.c.keys() if name not in ("manner", "status")]  # noqa: SIM118 - not a dict


class SqlAppointments:
    """`AppointmentRepository` on one connection. With `locking`, one that is read by number is held until the end."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection, self._locking = connection, locking

    def next_running(self, day: date) -> int:
        """See `AppointmentRepository.next_running`. The day's row stays locked until the transaction ends."""
        first = insert_for(self._connection, appointment_days).values(day=day, running=1)
        counted = first.on_conflict_do_update(
            index_elements=["day"], set_={"running": appointment_days.c.running + 1}
        ).returning(appointment_days.c.running)
        return int(self._connection.execute(counted).scalar_one())

    def by_request(self, request: str) -> Appointment | None:
        """See `AppointmentRepository.by_request`. SQLite has one writer at a time, PostgreSQL takes a lock."""
        if self._locking and self._connection.dialect.name == "postgresql":
            key = {"id": f"appointment {request}"}
            self._connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))"), key)
        found = self._read(select(appointments).where(appointments.c.request == request))
        return found[0] if found else None

    def by_deed(self, deed: str) -> Appointment | None:
        """See `AppointmentRepository.by_deed`."""
        done = select(appointment_history.c.appointment).where(appointment_history.c.deed == deed)
        found = self._read(select(appointments).where(appointments.c.number.in_(done)))
        return found[0] if found else None

    def get(self, number: str) -> Appointment:
        """See `AppointmentRepository.get`."""
        query = select(appointments).where(appointments.c.number == number)
        found = self._read(query.with_for_update() if self._locking else query)
        if not found:
            raise AppointmentUnknown(number=number)
        return found[0]

    def add(self, appointment: Appointment) -> None:
        """See `AppointmentRepository.add`."""
        self._connection.execute(insert(appointments).values(_row(appointment)))
        self._keep_history(appointment, kept=0)

    def save(self, appointment: Appointment) -> None:
        """See `AppointmentRepository.save`. Entries already kept are never written again."""
        row = _row(appointment)
        this = appointments.c.number == row.pop("number")
        self._connection.execute(update(appointments).where(this).values(row))
        mine = appointment_history.c.appointment == appointment.number
        kept = self._connection.execute(select(func.count()).select_from(appointment_history).where(mine)).scalar_one()
        self._keep_history(appointment, kept=kept)

    def _keep_history(self, appointment: Appointment, kept: int) -> None:
        rows = [
            {
                "appointment": appointment.number,
                "position": position,
                "at": entry.at,
                "by": str(entry.by),
                "step": entry.step.value,
                "starts_at": entry.starts_at,
                "note": entry.note,
                "deed": entry.deed,
            }
            for position, entry in enumerate(appointment.history[kept:], start=kept)
        ]
        if rows:
            self._connection.execute(insert(appointment_history), rows)

    def take(self, slot: Slot, number: str) -> bool:
        """See `AppointmentRepository.take`. Who takes the same place at the same time waits here for the other's end."""
        key = {"window": slot.window, "manner": slot.manner.value, "starts_at": slot.starts_at}
        here = [appointment_places.c[name] == value for name, value in key.items()]
        gone = set(self._connection.execute(select(appointment_places.c.place).where(*here)).scalars())
        if len(gone) >= slot.places:
            return False
        for place in sorted(set(range(1, slot.places + 1)) - gone):
            row = {**key, "place": place, "appointment": number}
            new = insert_for(self._connection, appointment_places).values(row).on_conflict_do_nothing()
            if self._connection.execute(new.returning(appointment_places.c.place)).first():
                return True
        return False

    def release(self, number: str) -> None:
        """See `AppointmentRepository.release`."""
        self._connection.execute(delete(appointment_places).where(appointment_places.c.appointment == number))

    def taken(self, window: str, since: datetime, until: datetime) -> Taken:
        """See `AppointmentRepository.taken`."""
        places = appointment_places.c
        query = select(places.manner, places.starts_at, func.count()).group_by(places.manner, places.starts_at)
        rows = self._connection.execute(
            query.where(places.window == window, places.starts_at >= since, places.starts_at < until)
        )
        return {(Manner(manner), starts_at): count for manner, starts_at, count in rows}

    def coming(self, conversation: str, at: datetime) -> Sequence[Appointment]:
        """See `AppointmentRepository.coming`."""
        mine = appointments.c.conversation == conversation
        ahead = (appointments.c.status == Status.BOOKED.value, appointments.c.ends_at > at)
        return self._read(select(appointments).where(mine, *ahead))

    def on(self, window: str, since: datetime, until: datetime) -> Sequence[Appointment]:
        """See `AppointmentRepository.on`."""
        then = (appointments.c.starts_at >= since, appointments.c.starts_at < until)
        return self._read(select(appointments).where(appointments.c.window == window, *then))

    def unreminded(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        """See `AppointmentRepository.unreminded`."""
        waiting = (appointments.c.status == Status.BOOKED.value, appointments.c.reminded_at.is_(None))
        query = select(appointments.c.number).where(
            *waiting, appointments.c.starts_at >= since, appointments.c.starts_at < until
        )
        return list(self._connection.execute(query.order_by(appointments.c.starts_at).limit(limit)).scalars())

    def _read(self, query: Select[Any]) -> list[Appointment]:
        """Appointments with their histories, soonest first."""
        ordered = query.order_by(appointments.c.starts_at, appointments.c.number)
        rows = self._connection.execute(ordered).mappings().all()
        histories = self._histories([row["number"] for row in rows])
        return [_of(row, histories[row["number"]]) for row in rows]

    def _histories(self, numbers: Iterable[str]) -> Mapping[str, list[Entry]]:
        entries = appointment_history
        query = select(entries).where(entries.c.appointment.in_(list(numbers))).order_by(entries.c.position)
        histories: dict[str, list[Entry]] = defaultdict(list)
        for row in self._connection.execute(query).mappings():
            told = {name: row[name] for name in ("at", "starts_at", "note", "deed")}
            entry = Entry(by=Actor.parse(row["by"]), step=Step(row["step"]), **told)
            histories[row["appointment"]].append(entry)
        return histories


def _row(appointment: Appointment) -> dict[str, Any]:
    plain = {name: getattr(appointment, name) for name in _PLAIN}
    return plain | {"manner": appointment.manner.value, "status": appointment.status.value}


def _of(row: Mapping[Any, Any], history: Sequence[Entry]) -> Appointment:
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return Appointment(**plain, manner=Manner(row["manner"]), status=Status(row["status"]), history=tuple(history))
