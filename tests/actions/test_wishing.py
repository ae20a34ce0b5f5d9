"""退单, 延期, 挂账: asked for with a reason, granted or refused by somebody else, and what follows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from actions.errors import (
    DateTooEarly,
    NotAllowed,
    NoWish,
    OwnWish,
    ReasonMissing,
    TooLateToExtend,
    TooLateToReturn,
    WishPending,
)
from actions.tickets import dispatching, handling, wishing
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wish import ReturnCode, WishKind
from actions.tickets.workflow import allowed
from knowledge.wording import say
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, WORKER, OPERATOR = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01"), Actor(Role.OPERATOR, "li")
SUPERVISOR, MANAGER = Actor(Role.SUPERVISOR, "s01"), Actor(Role.MANAGER, "m01")
DESK = make_desk()
NUMBER = "GY20261207-0001"
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def ticket(uow: FakeUnit) -> Ticket:
    """Accepted by w01, due the Monday after."""
    open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)
    return handling.accept(NUMBER, by=WORKER, at=MONDAY, uow=uow)


def told(uow: FakeUnit) -> list[tuple[str, str]]:
    return [(notice.topic, notice.audience) for notice in uow.outbox.kept]


def give_back(uow: FakeUnit, at: datetime = LATER) -> Ticket:
    return wishing.return_ticket(NUMBER, ReturnCode.TERRITORY, "不在本片", by=WORKER, at=at, desk=DESK, uow=uow)


class TestReturning:
    def test_asking_changes_nothing_yet(self, uow: FakeUnit, ticket: Ticket) -> None:
        asked = give_back(uow)
        assert (asked.state, asked.assignee) == (State.ACCEPTED, "w01")
        assert asked.wish and (asked.wish.kind, asked.wish.code) == (WishKind.RETURN, ReturnCode.TERRITORY)
        assert told(uow)[-2:] == [("ticket.wish", "operators"), ("ticket.wish", "line:1")]
        assert "不在本片" in say("notice.ticket.wish", **uow.outbox.kept[-1].body)

    def test_granted_it_is_the_desk_s_and_who_asked_hears(self, uow: FakeUnit, ticket: Ticket) -> None:
        give_back(uow)
        back = wishing.grant_return(NUMBER, by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        assert (back.state, back.assignee, back.wish, back.due_at) == (
            State.PENDING_DISPATCH,
            "s01",
            None,
            ticket.due_at,
        )
        assert told(uow)[-2:] == [("ticket.granted", "worker:w01"), ("ticket.returned", "operators")]

    def test_refused_it_stays_and_who_asked_hears_why(self, uow: FakeUnit, ticket: Ticket) -> None:
        give_back(uow)
        kept = wishing.refuse(NUMBER, "就在你片区", by=SUPERVISOR, at=LATER, uow=uow)
        assert (kept.state, kept.assignee, kept.wish) == (State.ACCEPTED, "w01", None)
        assert told(uow)[-1] == ("ticket.refused", "worker:w01")
        assert "就在你片区" in say("notice.ticket.refused", **uow.outbox.kept[-1].body)

    @pytest.mark.parametrize(
        ("given", "asked", "fine"),
        [
            ("2026-12-07 09:00", "2026-12-09 09:00", True),
            ("2026-12-07 09:00", "2026-12-09 09:01", False),
            ("2026-12-11 09:00", "2026-12-15 09:00", True),
        ],
    )
    def test_within_two_working_days_from_when_she_got_it(
        self, uow: FakeUnit, given: str, asked: str, fine: bool
    ) -> None:
        at, later = (datetime.fromisoformat(text).replace(tzinfo=MONDAY.tzinfo) for text in (given, asked))
        number = open_ticket(make_report(), by=RESIDENT, at=at, desk=DESK, uow=uow).number
        if fine:
            wishing.return_ticket(number, "function", "归水务管", by=WORKER, at=later, desk=DESK, uow=uow)
        else:
            with pytest.raises(TooLateToReturn):
                wishing.return_ticket(number, "function", "归水务管", by=WORKER, at=later, desk=DESK, uow=uow)

    def test_who_gets_it_later_has_two_days_of_her_own(self, uow: FakeUnit, ticket: Ticket) -> None:
        later = MONDAY + timedelta(days=7)
        dispatching.reassign(NUMBER, "w02", "换人", by=OPERATOR, at=later, desk=DESK, uow=uow)
        second = Actor(Role.WORKER, "w02")
        back = wishing.return_ticket(NUMBER, "ownership", "是物业的", by=second, at=later, desk=DESK, uow=uow)
        assert back.wish

    def test_no_reason_no_return(self, uow: FakeUnit, ticket: Ticket) -> None:
        with pytest.raises(ReasonMissing):
            wishing.return_ticket(NUMBER, "ownership", " ", by=WORKER, at=LATER, desk=DESK, uow=uow)


class TestExtending:
    def test_the_clock_follows_only_when_it_is_granted(self, uow: FakeUnit, ticket: Ticket) -> None:
        until = ticket.due_at + timedelta(days=4)
        asked = wishing.extend(NUMBER, until, "等配件", by=WORKER, at=LATER, uow=uow)
        assert asked.due_at == ticket.due_at
        granted = wishing.grant_extension(NUMBER, by=OPERATOR, at=LATER, uow=uow)
        assert (granted.due_at, granted.wish, granted.state) == (until, None, State.ACCEPTED)
        assert told(uow)[-2:] == [("ticket.granted", "worker:w01"), ("ticket.extended", "conversation:web:abc")]
        assert "12月18日09:00" in say("notice.ticket.extended", **uow.outbox.kept[-1].body)

    def test_refused_the_date_stays(self, uow: FakeUnit, ticket: Ticket) -> None:
        wishing.extend(NUMBER, ticket.due_at + timedelta(days=4), "等配件", by=WORKER, at=LATER, uow=uow)
        assert wishing.refuse(NUMBER, "先修", by=OPERATOR, at=LATER, uow=uow).due_at == ticket.due_at

    def test_it_is_asked_for_before_the_time_is_up(self, uow: FakeUnit, ticket: Ticket) -> None:
        with pytest.raises(TooLateToExtend):
            wishing.extend(
                NUMBER,
                ticket.due_at + timedelta(days=9),
                "等配件",
                by=WORKER,
                at=ticket.due_at + timedelta(seconds=1),
                uow=uow,
            )
        with pytest.raises(DateTooEarly):
            wishing.extend(NUMBER, ticket.due_at, "等配件", by=WORKER, at=LATER, uow=uow)
        assert uow.tickets.kept[NUMBER] == ticket


class TestParking:
    def test_only_the_line_above_parks_and_the_day_of_review_is_when_it_is_due(
        self, uow: FakeUnit, ticket: Ticket
    ) -> None:
        review = MONDAY + timedelta(days=60)
        wishing.park(NUMBER, review, "等老旧小区改造立项", by=WORKER, at=LATER, uow=uow)
        with pytest.raises(NotAllowed):
            wishing.grant_parking(NUMBER, by=OPERATOR, at=LATER, uow=uow)
        parked = wishing.grant_parking(NUMBER, by=SUPERVISOR, at=LATER, uow=uow)
        assert (parked.state, parked.due_at, parked.paused_at) == (State.PARKED, review, None)
        assert not parked.overdue(review) and parked.overdue(review + timedelta(seconds=1))
        assert told(uow)[-1] == ("ticket.parked", "conversation:web:abc")
        resumed = handling.resume(NUMBER, by=WORKER, at=review, desk=DESK, uow=uow)
        assert (resumed.state, resumed.due_at) == (State.IN_PROGRESS, review)

    def test_not_into_the_past(self, uow: FakeUnit, ticket: Ticket) -> None:
        with pytest.raises(DateTooEarly):
            wishing.park(NUMBER, MONDAY, "等", by=WORKER, at=LATER, uow=uow)


class TestAnswering:
    def test_one_wish_at_a_time(self, uow: FakeUnit, ticket: Ticket) -> None:
        give_back(uow)
        with pytest.raises(WishPending):
            wishing.extend(NUMBER, ticket.due_at + timedelta(days=4), "等配件", by=WORKER, at=LATER, uow=uow)
        assert not {Event.RETURN, Event.EXTEND, Event.PARK} & set(allowed(uow.tickets.kept[NUMBER], WORKER))

    def test_only_what_was_asked_for_is_granted(self, uow: FakeUnit, ticket: Ticket) -> None:
        give_back(uow)
        with pytest.raises(NoWish):
            wishing.grant_extension(NUMBER, by=OPERATOR, at=LATER, uow=uow)
        granting = {Event.GRANT_RETURN, Event.GRANT_EXTENSION, Event.GRANT_PARKING, Event.REFUSE}
        buttons = granting & set(allowed(uow.tickets.kept[NUMBER], SUPERVISOR))
        assert buttons == {Event.GRANT_RETURN, Event.REFUSE}

    def test_nobody_grants_her_own_wish(self, uow: FakeUnit) -> None:
        open_ticket(make_report(address="月亮上", place={}), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)
        own = wishing.extend(NUMBER, MONDAY + timedelta(days=20), "等配件", by=SUPERVISOR, at=LATER, uow=uow)
        assert own.assignee == "s01" and told(uow)[-1] == ("ticket.wish", "line:2")
        with pytest.raises(OwnWish):
            wishing.grant_extension(NUMBER, by=SUPERVISOR, at=LATER, uow=uow)
        assert wishing.grant_extension(NUMBER, by=MANAGER, at=LATER, uow=uow).due_at == MONDAY + timedelta(days=20)

    def test_a_wish_ends_with_the_ownership_it_came_from(self, uow: FakeUnit, ticket: Ticket) -> None:
        give_back(uow)
        passed_on = dispatching.reassign(NUMBER, "w02", "换人", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        assert passed_on.wish is None

    def test_a_tap_sent_twice_asks_once(self, uow: FakeUnit, ticket: Ticket) -> None:
        def once() -> Ticket:
            return wishing.return_ticket(
                NUMBER, "territory", "不在本片", by=WORKER, at=LATER, desk=DESK, uow=uow, deed="tap"
            )

        assert once() == once()
