"""Appointments, on SQLite and on PostgreSQL: booked once, never twice over, reminded of the day before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from actions.appointments.agenda import Agenda
from actions.appointments.appointment import Appointment, Status, Step, Wish
from actions.appointments.booking import book, cancel, close_visit, coming, day_list, free_slots, move
from actions.appointments.errors import (
    AppointmentNotYours,
    AppointmentOver,
    AppointmentUnknown,
    HomeAddressMissing,
    SlotFull,
    SlotUnknown,
    TooManyAppointments,
)
from actions.appointments.reminding import remind
from actions.appointments.slot import Manner
from actions.clock import SHANGHAI
from actions.errors import ActionError
from actions.notify.notice import Notice
from actions.store.database import Database
from actions.tickets.actor import Actor, Role
from knowledge.timetable import Session, Timetable
from knowledge.workdays import WorkCalendar, Year
from tests.actions.crowd import CROWD, crowd

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
SATURDAY = datetime(2026, 11, 28, 9, 30, tzinfo=SHANGHAI)
OPERATOR = Actor(Role.OPERATOR, "operator")
SESSIONS = (
    Session("hall", "regular", (), None, 540, 720, 30, 2),
    Session("hall", "flexible", (5,), None, 570, 720, 30, 1),
    Session("hall", "home", (3,), None, 840, 1020, 60, 1),
)
CALENDAR = WorkCalendar(
    {2026: Year(2026, {date(2026, 10, 1): "国庆节"}, {date(2026, 10, 10): "国庆节"}, False)}, "{year} 年未知", ""
)
AGENDA = Agenda(Timetable(SESSIONS, 14, 60, 3, (), True), CALENDAR)


def wish(request: str = "m1", conversation: str = "web:abc", **fields: Any) -> Wish:
    usual: dict[str, Any] = {
        "affair": "elder_card",
        "affair_name": "老年证",
        "window": "hall",
        "manner": Manner.FLEXIBLE,
        "starts_at": SATURDAY,
    }
    return Wish(request, conversation, **{**usual, **fields})


def resident(conversation: str = "web:abc") -> Actor:
    return Actor(Role.RESIDENT, conversation)


def booked(database: Database, at: datetime = TUESDAY, **fields: Any) -> Appointment:
    wanted = wish(**fields)
    return book(wanted, by=resident(wanted.conversation), at=at, agenda=AGENDA, uow=database.unit())


def kept(database: Database, number: str) -> Appointment:
    with database.reading() as uow:
        return uow.appointments.get(number)


def notices(database: Database) -> list[Notice]:
    with database.reading() as uow:
        return list(uow.outbox.waiting(100))


def refused(deed: Callable[[], object]) -> type[ActionError] | None:
    try:
        deed()
    except ActionError as error:
        return type(error)
    return None


class TestBooking:
    def test_what_was_booked_comes_back_as_it_was(self, database: Database) -> None:
        made = booked(database, phone="13800001001")
        assert made == kept(database, made.number)
        assert (made.number, made.status, made.history[0].step) == ("YY20261124-0001", Status.BOOKED, Step.BOOK)
        assert made.ends_at == SATURDAY + timedelta(minutes=30)
        assert list(coming("web:abc", at=TUESDAY, uow=database.reading())) == [made]

    def test_the_same_message_books_once(self, database: Database) -> None:
        starts = SATURDAY - timedelta(days=1)
        made = crowd(lambda _: booked(database, manner=Manner.REGULAR, starts_at=starts))
        assert {a.number for a in made} == {"YY20261124-0001"}
        with database.reading() as uow:
            assert uow.appointments.taken("hall", starts, starts + timedelta(hours=1)) == {(Manner.REGULAR, starts): 1}

    def test_fifty_people_after_the_last_slot_get_one_booking(self, database: Database) -> None:
        outcomes = crowd(lambda n: refused(lambda: booked(database, request=f"m{n}", conversation=f"web:{n}")))
        assert outcomes.count(None) == 1 and outcomes.count(SlotFull) == CROWD - 1
        assert len(day_list("hall", SATURDAY, uow=database.reading())) == 1

    def test_fifty_people_after_two_places_get_two_bookings(self, database: Database) -> None:
        friday = {"manner": Manner.REGULAR, "starts_at": SATURDAY - timedelta(days=1)}
        outcomes = crowd(
            lambda n: refused(lambda: booked(database, request=f"m{n}", conversation=f"web:{n}", **friday))
        )
        assert outcomes.count(None) == 2 and outcomes.count(SlotFull) == CROWD - 2

    def test_a_full_slot_is_not_offered_and_a_cancelled_one_is_again(self, database: Database) -> None:
        def saturday() -> list[str]:
            free = free_slots("hall", home=False, at=TUESDAY, agenda=AGENDA, uow=database.reading())
            return [f"{f.slot.starts_at:%H:%M}" for f in free if f.slot.starts_at.date() == SATURDAY.date()]

        assert saturday() == ["09:30", "10:00", "10:30", "11:00", "11:30"]
        made = booked(database)
        assert saturday()[0] == "10:00"
        cancel(made.number, by=resident(), at=TUESDAY, uow=database.unit())
        assert saturday()[0] == "09:30"
        assert booked(database, request="m2", conversation="web:two").status is Status.BOOKED

    def test_nobody_hoards(self, database: Database) -> None:
        for n in range(3):
            booked(database, request=f"m{n}", starts_at=SATURDAY + timedelta(minutes=30 * n))
        with pytest.raises(TooManyAppointments):
            booked(database, request="m9", starts_at=SATURDAY + timedelta(minutes=120))

    @pytest.mark.parametrize(
        "starts_at",
        [
            TUESDAY + timedelta(minutes=30),  # too near
            TUESDAY - timedelta(days=1),  # over
            SATURDAY + timedelta(days=14),  # too far ahead
            SATURDAY + timedelta(minutes=7),  # between two slots
            SATURDAY + timedelta(days=1),  # a Sunday
        ],
    )
    def test_what_the_window_does_not_offer_is_not_booked(self, database: Database, starts_at: datetime) -> None:
        with pytest.raises(SlotUnknown):
            booked(database, starts_at=starts_at)
        assert notices(database) == []

    def test_at_home_needs_an_address(self, database: Database) -> None:
        home = {"manner": Manner.HOME, "starts_at": datetime(2026, 11, 26, 14, tzinfo=SHANGHAI)}
        with pytest.raises(HomeAddressMissing):
            booked(database, **home)
        assert booked(database, **home, address=" 幸福里小区3栋 ").address == "幸福里小区3栋"


class TestCancellingAndMoving:
    def test_cancelling_twice_is_cancelling_once(self, database: Database) -> None:
        made = booked(database)
        ends = [cancel(made.number, by=resident(), at=TUESDAY, uow=database.unit(), note="不去了") for _ in range(2)]
        assert ends[0] == ends[1] == kept(database, made.number)
        assert [(e.step, e.note) for e in ends[0].history] == [(Step.BOOK, ""), (Step.CANCEL, "不去了")]
        assert notices(database) == [], "who cancels it need not be told"

    def test_the_house_tells_whose_appointment_it_cancels(self, database: Database) -> None:
        made = booked(database)
        cancel(made.number, by=OPERATOR, at=TUESDAY, uow=database.unit(), note="窗口停电")
        (told,) = notices(database)
        assert (told.topic, told.audience, told.body["note"]) == (
            "appointment.cancelled",
            "conversation:web:abc",
            "窗口停电",
        )

    def test_a_stranger_neither_cancels_nor_moves_it(self, database: Database) -> None:
        made = booked(database)
        with pytest.raises(AppointmentNotYours):
            cancel(made.number, by=resident("web:other"), at=TUESDAY, uow=database.unit())
        with pytest.raises(AppointmentNotYours):
            later = SATURDAY + timedelta(minutes=30)
            move(
                made.number,
                Manner.FLEXIBLE,
                later,
                by=resident("web:other"),
                at=TUESDAY,
                agenda=AGENDA,
                uow=database.unit(),
            )
        with pytest.raises(AppointmentUnknown):
            cancel("YY20261124-0404", by=resident(), at=TUESDAY, uow=database.unit())
        assert kept(database, made.number) == made

    def test_moving_frees_the_old_time(self, database: Database) -> None:
        made = booked(database)
        later = SATURDAY + timedelta(minutes=30)
        moved = move(made.number, Manner.FLEXIBLE, later, by=resident(), at=TUESDAY, agenda=AGENDA, uow=database.unit())
        assert moved == kept(database, made.number) and moved.starts_at == later
        assert [(e.step, e.starts_at) for e in moved.history] == [(Step.BOOK, SATURDAY), (Step.MOVE, later)]
        assert booked(database, request="m2", conversation="web:two").starts_at == SATURDAY

    def test_where_the_new_time_is_taken_the_old_one_stands(self, database: Database) -> None:
        made = booked(database)
        later = SATURDAY + timedelta(minutes=30)
        booked(database, request="m2", conversation="web:two", starts_at=later)
        with pytest.raises(SlotFull):
            move(made.number, Manner.FLEXIBLE, later, by=resident(), at=TUESDAY, agenda=AGENDA, uow=database.unit())
        assert kept(database, made.number) == made
        with pytest.raises(SlotFull):
            booked(database, request="m3", conversation="web:three")

    def test_fifty_move_to_the_last_slot_and_one_gets_it(self, database: Database) -> None:
        days = [SATURDAY - timedelta(days=d) for d in (1, 2)] + [SATURDAY + timedelta(days=d) for d in (2, 3, 4)]
        times = [day.replace(hour=9, minute=0) + timedelta(minutes=30 * n) for day in days for n in range(6)]
        made = [
            booked(database, request=f"m{n}", conversation=f"web:{n}", manner=Manner.REGULAR, starts_at=times[n // 2])
            for n in range(CROWD)
        ]

        def moved(n: int) -> type[ActionError] | None:
            by = resident(f"web:{n}")
            return refused(
                lambda: move(
                    made[n].number, Manner.FLEXIBLE, SATURDAY, by=by, at=TUESDAY, agenda=AGENDA, uow=database.unit()
                )
            )

        outcomes = crowd(moved)
        assert outcomes.count(None) == 1 and outcomes.count(SlotFull) == CROWD - 1
        assert sum(kept(database, a.number).starts_at == SATURDAY for a in made) == 1

    def test_who_came_is_written_down_and_nothing_can_follow(self, database: Database) -> None:
        made = booked(database)
        assert close_visit(made.number, came=True, by=OPERATOR, at=SATURDAY, uow=database.unit()).status is Status.KEPT
        with pytest.raises(AppointmentOver):
            cancel(made.number, by=resident(), at=SATURDAY, uow=database.unit())


class TestReminding:
    def at(self, database: Database, at: datetime) -> int:
        return remind(at=at, unit=database.unit)

    def test_the_day_before_and_once(self, database: Database) -> None:
        made = booked(database)
        assert self.at(database, SATURDAY - timedelta(days=2)) == 0
        evening = SATURDAY.replace(hour=18) - timedelta(days=1)
        assert [self.at(database, evening), self.at(database, evening)] == [1, 0]
        (told,) = notices(database)
        assert (told.topic, told.audience, told.body["day"]) == ("appointment.reminder", "conversation:web:abc", "明天")
        assert kept(database, made.number).history[-1].step is Step.REMIND

    def test_by_many_processes_at_once_it_is_still_once(self, database: Database) -> None:
        booked(database)
        assert sum(crowd(lambda _: self.at(database, SATURDAY - timedelta(hours=20)))) == 1
        assert len(notices(database)) == 1

    def test_not_at_night_and_not_for_what_is_cancelled(self, database: Database) -> None:
        made = booked(database)
        assert self.at(database, SATURDAY.replace(hour=22) - timedelta(days=1)) == 0
        cancel(made.number, by=resident(), at=TUESDAY, uow=database.unit())
        assert self.at(database, SATURDAY - timedelta(hours=20)) == 0

    def test_who_has_just_booked_it_for_tomorrow_knows(self, database: Database) -> None:
        booked(database, at=SATURDAY - timedelta(hours=20))
        assert self.at(database, SATURDAY - timedelta(hours=19)) == 0

    def test_a_moved_one_is_reminded_of_its_new_day(self, database: Database) -> None:
        made = booked(database)
        assert self.at(database, SATURDAY - timedelta(hours=20)) == 1
        monday = datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)
        move(
            made.number,
            Manner.REGULAR,
            monday,
            by=resident(),
            at=SATURDAY - timedelta(hours=15),
            agenda=AGENDA,
            uow=database.unit(),
        )
        assert self.at(database, monday - timedelta(hours=20)) == 1
        assert {n.body["when"] for n in notices(database)} == {
            "11月28日（周六）9:30–10:00",
            "11月30日（周一）9:00–9:30",
        }


class TestAgenda:
    @pytest.mark.parametrize(
        ("day", "first", "manners"),
        [
            (date(2026, 11, 25), "09:00", {"regular"}),
            (date(2026, 11, 26), "09:00", {"regular", "home"}),
            (date(2026, 11, 28), "09:30", {"flexible"}),
            (date(2026, 11, 29), "", set()),
            (date(2026, 10, 1), "", set()),  # a holiday, a Thursday
            (date(2026, 10, 10), "09:00", {"regular"}),  # a Saturday worked in exchange has a working day's hours
        ],
    )
    def test_holidays_and_make_up_days(self, day: date, first: str, manners: set[str]) -> None:
        slots = AGENDA.on("hall", day)
        assert {slot.manner.value for slot in slots} == manners
        assert (f"{slots[0].starts_at:%H:%M}" if slots else "") == first
