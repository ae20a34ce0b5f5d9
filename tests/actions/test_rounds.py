"""The clock's rounds on real databases and real schedules: each stage once, also after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from actions.notify.rounds import FORGET, TICKETS, Rounds
from actions.notify.runtime import Runtime
from actions.store.database import open_database
from actions.tickets import feedback, handling
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from knowledge.wording import say
from tests.actions.samples import MONDAY, make_desk, make_report

DESK = make_desk()
RESIDENT, WORKER = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01")


class House:
    """A process with a frozen clock: it can be stopped and started again on the same database."""

    def __init__(self, url: str) -> None:
        self.url, self.now, self.database = url, MONDAY, open_database(url)
        self.runtime = self._runtime()

    def _runtime(self) -> Runtime:
        schema = f"{self.url.rpartition('%3D')[2]}_dbos" if "postgresql" in self.url else "dbos"
        runtime = Runtime(self.url, schema=schema)
        Rounds(runtime=runtime, unit=self.database.unit, clock=lambda: self.now, desk=DESK)
        runtime.launch()
        return runtime

    def restart(self) -> None:
        self.runtime.close()
        self.runtime = self._runtime()

    def round(self, at: datetime) -> Ticket:
        self.now = at
        self.runtime.fire(TICKETS)
        return self.ticket

    @property
    def ticket(self) -> Ticket:
        with self.database.reading() as uow:
            return uow.tickets.get("GY20261207-0001")

    def told(self, topic: str) -> list[str]:
        with self.database.reading() as uow:
            return [notice.audience for notice in uow.outbox.waiting(100) if notice.topic == topic]


@pytest.fixture
def house(url: str) -> Iterator[House]:
    opened = House(url)
    open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=DESK, uow=opened.database.unit())
    yield opened
    opened.runtime.close()
    opened.database.close()


def events(ticket: Ticket) -> list[Event]:
    return [entry.event for entry in ticket.history]


def test_late_is_urged_supervised_and_escalated_once_each_across_restarts(house: House) -> None:
    handling.contact("GY20261207-0001", by=WORKER, at=MONDAY, uow=house.database.unit())
    due = house.ticket.due_at
    assert events(house.round(MONDAY + timedelta(hours=1))) == [Event.OPEN, Event.CONTACT]
    for at, last in (
        (due - timedelta(hours=5), Event.URGE),
        (due, Event.SUPERVISE),
        (due + timedelta(days=2), Event.ESCALATE),
    ):
        once = house.round(at)
        assert once.history[-1].event is last
        assert house.round(at) == once, "a second round finds it done"
        house.restart()
        assert house.round(at + timedelta(minutes=1)) == once, "and so does another process"
    assert events(house.ticket) == [Event.OPEN, Event.CONTACT, Event.URGE, Event.SUPERVISE, Event.ESCALATE]
    assert house.told("ticket.watch") == ["line:1", "line:2"] and house.told("ticket.urged") == ["worker:w01"]


def test_a_night_without_power_is_made_up_for_and_no_reminder_comes_too_late(house: House) -> None:
    late = house.round(house.ticket.due_at + timedelta(days=30))
    names = [(entry.deed or "").partition("@")[0] for entry in late.history[1:]]
    assert names == ["contact_late", "due_late", "still_late"]
    assert [entry.note for entry in late.history[1:]] == [say(f"stage.{name}") for name in names]
    assert late.look_at is None and house.round(house.now + timedelta(days=9)) == late


def test_silence_closes_after_three_days_and_is_never_satisfaction(house: House) -> None:
    number = "GY20261207-0001"
    handling.accept(number, by=WORKER, at=MONDAY, uow=house.database.unit())
    handling.finish(number, "换了灯泡", by=WORKER, at=MONDAY, uow=house.database.unit())
    assert house.round(MONDAY + timedelta(days=3, seconds=-1)).state is State.AWAITING_FEEDBACK
    closed = house.round(MONDAY + timedelta(days=3))
    assert (closed.state, closed.survey) == (State.CLOSED, None)
    assert house.told("ticket.unanswered") == ["conversation:web:abc"]


def test_a_new_deadline_has_stages_of_its_own(house: House) -> None:
    number = "GY20261207-0001"
    first = house.round(house.ticket.due_at)
    handling.accept(number, by=WORKER, at=house.now, uow=house.database.unit())
    handling.finish(number, "换了灯泡", by=WORKER, at=house.now, uow=house.database.unit())
    again = feedback.reopen(number, "又坏了", by=RESIDENT, at=house.now, desk=DESK, uow=house.database.unit())
    assert again.due_at > first.due_at
    late = house.round(again.due_at)
    assert events(late).count(Event.SUPERVISE) == events(first).count(Event.SUPERVISE) + 2, "contact and solution"


def test_one_broken_ticket_keeps_no_other_waiting(house: House) -> None:
    broken = open_ticket(make_report("r2"), by=RESIDENT, at=MONDAY, desk=DESK, uow=house.database.unit()).number
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE tickets SET deadline = 'nonsense', look_at = opened_at WHERE number = '{broken}'"
        )
    assert house.round(house.ticket.due_at).history[-1].event is Event.SUPERVISE


def test_what_was_done_long_ago_is_forgotten(house: House) -> None:
    house.round(MONDAY)
    house.now = datetime.now(MONDAY.tzinfo) + timedelta(days=31)
    assert house.runtime.fire(FORGET) != "0 workflows"
