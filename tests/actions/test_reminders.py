"""The reminders' schedule: it reminds; a second round and a restart do not remind again."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.appointments.booking import book
from actions.notify.reminders import REMINDERS, Reminders
from actions.notify.runtime import Runtime
from actions.store.database import Database, open_database
from tests.actions.test_appointments import AGENDA, SATURDAY, TUESDAY, resident, wish


def fired(url: str, database: Database, at: datetime) -> str:
    """One round by a process that is started and stopped for it."""
    runtime = Runtime(url)
    Reminders(runtime=runtime, unit=database.unit, clock=lambda: at)
    runtime.launch()
    try:
        return runtime.fire(REMINDERS)
    finally:
        runtime.close()


def test_a_restart_does_not_remind_again(sqlite: str) -> None:
    database = open_database(sqlite)
    book(wish(), by=resident(), at=TUESDAY, agenda=AGENDA, uow=database.unit())
    eve = SATURDAY - timedelta(hours=20)
    assert [fired(sqlite, database, at) for at in (eve, eve + timedelta(minutes=10))] == ["1 reminders", "0 reminders"]
    with database.reading() as uow:
        (notice,) = uow.outbox.waiting(10)
    assert notice.topic == "appointment.reminder"
    database.close()
