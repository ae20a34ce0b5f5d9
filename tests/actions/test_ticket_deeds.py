"""The deeds: each is one transaction, one entry in the history, and its news."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions.errors import (
    CannotMerge,
    NotYours,
    ReasonMissing,
    RemediesBroken,
    RemedyUnknown,
    ReportEmpty,
    TicketUnknown,
    WorkerUnknown,
)
from actions.office import load_remedies
from actions.tickets import dispatching, feedback, handling, merging, wishing
from actions.tickets.actor import SYSTEM, Actor, Role
from actions.tickets.opening import find_duplicates, join_ticket, open_ticket
from actions.tickets.remedy import read_remedies
from actions.tickets.report import Report
from actions.tickets.states import State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from knowledge.wording import say
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, SUPERVISOR = Actor(Role.RESIDENT, "web:abc"), Actor(Role.SUPERVISOR, "s01")
WORKER, OPERATOR = Actor(Role.WORKER, "w01"), Actor(Role.OPERATOR, "li")
DESK = make_desk()
LATER = MONDAY + timedelta(hours=1)


def opened(uow: FakeUnit, report: Report | None = None, **fields: Any) -> Ticket:
    return open_ticket(report or make_report(**fields), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)


def finished(uow: FakeUnit) -> str:
    number = opened(uow).number
    handling.accept(number, by=WORKER, at=LATER, uow=uow)
    return handling.finish(number, "换了灯泡", by=WORKER, at=LATER, uow=uow).number


def last(uow: FakeUnit) -> tuple[str, str]:
    return uow.outbox.kept[-1].topic, uow.outbox.kept[-1].audience


class TestOpening:
    def test_a_report_becomes_a_ticket_on_somebody_s_list(self, uow: FakeUnit) -> None:
        ticket = opened(uow)
        assert (ticket.number, ticket.state, ticket.assignee, ticket.grid) == (
            "GY20261207-0001",
            State.ASSIGNED,
            "w01",
            "g01",
        )
        assert ticket.due_at == MONDAY + timedelta(days=7) and ticket.contact_due_at == MONDAY + timedelta(days=1)
        assert ticket.predicted["model"] == "20261201-1" and ticket.category == "municipal_works"
        assert uow.commits == 1 and last(uow) == ("ticket.assigned", "worker:w01")

    def test_the_same_report_is_filed_once(self, uow: FakeUnit) -> None:
        assert opened(uow) == opened(uow)
        assert len(uow.tickets.kept) == 1 and len(uow.outbox.kept) == 1

    def test_numbers_run_through_the_day_and_begin_anew(self, uow: FakeUnit) -> None:
        numbers = [opened(uow, make_report(f"r{n}")).number for n in range(3)]
        assert numbers == ["GY20261207-0001", "GY20261207-0002", "GY20261207-0003"]
        tomorrow = MONDAY + timedelta(days=1)
        assert open_ticket(make_report("x"), by=RESIDENT, at=tomorrow, desk=DESK, uow=uow).number == "GY20261208-0001"

    def test_an_empty_report_is_none(self, uow: FakeUnit) -> None:
        with pytest.raises(ReportEmpty):
            opened(uow, what=" \n")
        assert not uow.tickets.kept

    def test_urgent_ones_have_hours_and_ring_at_the_desk_too(self, uow: FakeUnit) -> None:
        assert opened(uow, urgent=True).due_at == MONDAY + timedelta(hours=24)
        assert [(n.topic, n.audience) for n in uow.outbox.kept] == [
            ("ticket.assigned", "worker:w01"),
            ("ticket.urgent", "operators"),
        ]

    def test_no_word_of_a_confidential_one_leaves_by_notification(self, uow: FakeUnit) -> None:
        ticket = opened(uow, category="staff_conduct", kind="bad_attitude", what="网格员张三骂人", urgent=True)
        assert ticket.confidential and ticket.assignee == "s01"
        assert {notice.audience for notice in uow.outbox.kept} == {"worker:s01"}
        assert all("张三" not in str(notice.body) and "幸福里" not in str(notice.body) for notice in uow.outbox.kept)

    def test_one_on_hold_waits_for_the_desk_and_its_clock_with_it(self, uow: FakeUnit) -> None:
        held = open_ticket(make_report(), by=SYSTEM, at=MONDAY, desk=DESK, uow=uow, hold=True)
        assert (held.state, held.assignee, held.dispatched_at) == (State.PENDING_CONFIRM, "s01", None)
        assert last(uow) == ("ticket.pending", "operators")
        dispatching.confirm(held.number, by=OPERATOR, at=LATER, uow=uow)
        sent = dispatching.dispatch(held.number, "w02", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        assert (sent.assignee, sent.dispatched_at, sent.due_at) == ("w02", LATER, LATER + timedelta(days=7))


class TestDuplicates:
    def test_a_neighbour_s_lamp_is_the_same_lamp(self, uow: FakeUnit) -> None:
        first = opened(uow)
        again = make_report(
            "r2", conversation="web:two", address="幸福里3栋1单元", place={"estate": "幸福里小区", "building": "3"}
        )
        assert find_duplicates(again, desk=DESK, uow=uow) == [first]

    @pytest.mark.parametrize(
        "other",
        [
            {"place": {"estate": "幸福里小区", "building": "4"}},
            {"category": "city_appearance", "kind": "garbage_uncollected"},
            {"place": {}, "address": ""},
            {"confidential": True},
        ],
    )
    def test_another_house_another_matter_or_no_place_is_not(self, uow: FakeUnit, other: dict[str, Any]) -> None:
        opened(uow)
        assert find_duplicates(make_report("r2", **other), desk=DESK, uow=uow) == []

    def test_the_same_words_for_a_place_are_the_same_place(self, uow: FakeUnit) -> None:
        first = opened(uow, place={}, address="中华北路 天桥下")
        assert find_duplicates(make_report("r2", place={}, address="中华北路，天桥下"), desk=DESK, uow=uow) == [first]

    def test_what_is_solved_is_not_offered(self, uow: FakeUnit) -> None:
        finished(uow)
        assert find_duplicates(make_report("r2"), desk=DESK, uow=uow) == []

    def test_who_joins_hears_of_everything(self, uow: FakeUnit) -> None:
        number, report = opened(uow).number, make_report("r2", conversation="web:two")
        for _ in range(2):
            joined = join_ticket(number, report, by=Actor(Role.RESIDENT, "web:two"), at=LATER, uow=uow)
        assert joined.followers == ("web:two",) and len(joined.history) == 2
        handling.accept(number, by=WORKER, at=LATER, uow=uow)
        assert [n.audience for n in uow.outbox.kept[-2:]] == ["conversation:web:abc", "conversation:web:two"]


class TestHandling:
    def test_the_resident_hears_when_it_is_accepted_and_done(self, uow: FakeUnit) -> None:
        number = finished(uow)
        topics = [(n.topic, n.audience) for n in uow.outbox.kept[1:]]
        assert topics == [("ticket.accepted", "conversation:web:abc"), ("ticket.finished", "conversation:web:abc")]
        assert uow.tickets.kept[number].finished_at == LATER
        assert "换了灯泡" in say("notice.ticket.finished", **uow.outbox.kept[-1].body)

    def test_a_tap_sent_twice_is_one_deed(self, uow: FakeUnit) -> None:
        number = opened(uow).number
        once = handling.accept(number, by=WORKER, at=LATER, uow=uow, deed="tap-1")
        assert handling.accept(number, by=WORKER, at=LATER, uow=uow, deed="tap-1") == once
        assert len(once.history) == 2 and len(uow.outbox.kept) == 2

    def test_two_deeds_of_one_message_are_two(self, uow: FakeUnit) -> None:
        number = opened(uow).number
        feedback.supplement(number, "是三单元", by=RESIDENT, at=LATER, desk=DESK, uow=uow, deed="m1")
        assert len(feedback.urge(number, by=RESIDENT, at=LATER, uow=uow, deed="m1").history) == 3

    def test_a_returned_one_is_the_desk_s_until_it_is_dispatched_and_keeps_its_date(self, uow: FakeUnit) -> None:
        first = opened(uow)
        wishing.return_ticket(first.number, "territory", "不是我的网格", by=WORKER, at=LATER, desk=DESK, uow=uow)
        back = wishing.grant_return(first.number, by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        assert (back.state, back.assignee) == (State.PENDING_DISPATCH, "s01") and last(uow) == (
            "ticket.returned",
            "operators",
        )
        again = dispatching.dispatch(back.number, "w04", by=SUPERVISOR, at=LATER, desk=DESK, uow=uow)
        assert (again.assignee, again.due_at) == ("w04", first.due_at)

    def test_the_first_contact_stops_the_first_clock(self, uow: FakeUnit) -> None:
        number = opened(uow).number
        handling.contact(number, by=WORKER, at=LATER, uow=uow)
        assert handling.contact(number, by=WORKER, at=LATER + timedelta(days=1), uow=uow).contacted_at == LATER


class TestDispatching:
    def test_only_to_somebody_who_exists(self, uow: FakeUnit) -> None:
        with pytest.raises(WorkerUnknown):
            dispatching.reassign(opened(uow).number, "w99", "换人", by=OPERATOR, at=LATER, desk=DESK, uow=uow)

    def test_what_turns_out_to_be_about_staff_leaves_the_worker(self, uow: FakeUnit) -> None:
        number = opened(uow).number
        changed = dispatching.recategorise(
            number, "staff_conduct", "bad_attitude", "投诉网格员", by=OPERATOR, at=LATER, desk=DESK, uow=uow
        )
        assert (
            changed.confidential
            and changed.assignee == "s01"
            and changed.predicted["categories"][0][0] == "municipal_works"
        )
        with pytest.raises(NotYours):
            handling.accept(number, by=WORKER, at=LATER, uow=uow)

    def test_what_is_not_taken_up_comes_with_the_legal_way_to_go(self, uow: FakeUnit) -> None:
        number = opened(uow).number
        with pytest.raises(RemedyUnknown):
            dispatching.reject(number, "nowhere", "是房产纠纷", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        with pytest.raises(ReasonMissing):
            dispatching.reject(number, "court", " ", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        over = dispatching.reject(number, "court", "是房产纠纷。", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
        assert over.state is State.REJECTED and last(uow) == ("ticket.rejected", "conversation:web:abc")
        assert "是房产纠纷。可以到人民法院起诉。" in say("notice.ticket.rejected", **uow.outbox.kept[-1].body)

    def test_the_ways_on_file_can_be_read_and_a_broken_one_is_refused(self) -> None:
        assert {"court", "arbitration", "police"} <= set(load_remedies())
        with pytest.raises(RemediesBroken):
            read_remedies({"court": {"name": "法院"}})

    def test_merged_reporters_follow_the_ticket_that_stays(self, uow: FakeUnit) -> None:
        into = opened(uow).number
        gone = opened(uow, make_report("r2", conversation="web:two")).number
        merged = merging.merge(gone, into, by=OPERATOR, at=LATER, uow=uow)
        assert (merged.state, merged.merged_into) == (State.MERGED, into)
        assert uow.tickets.kept[into].followers == ("web:two",)
        assert ("ticket.merged", "conversation:web:two") in {(n.topic, n.audience) for n in uow.outbox.kept}

    def test_some_things_cannot_be_merged(self, uow: FakeUnit) -> None:
        number, secret = opened(uow).number, opened(uow, make_report("r2", confidential=True)).number
        for a, b in ((number, number), (number, secret)):
            with pytest.raises(CannotMerge):
                merging.merge(a, b, by=SUPERVISOR, at=LATER, uow=uow)
        done = FakeUnit()
        solved, other = finished(done), opened(done, make_report("r3")).number
        with pytest.raises(CannotMerge):
            merging.merge(other, solved, by=SUPERVISOR, at=LATER, uow=done)


class TestFeedback:
    @pytest.mark.parametrize(
        ("solved", "satisfied", "state"),
        [
            (Solved.SOLVED, True, State.CLOSED),
            (Solved.SOLVED, False, State.CLOSED),
            (Solved.HALF, True, State.CLOSED),
            (Solved.HALF, False, State.ASSIGNED),
            (Solved.UNSOLVED, None, State.ASSIGNED),
        ],
    )
    def test_what_the_resident_says_decides(
        self, uow: FakeUnit, solved: Solved, satisfied: bool | None, state: State
    ) -> None:
        survey = Survey(solved, satisfied, "", LATER)
        rated = feedback.rate(finished(uow), survey, by=RESIDENT, at=LATER, desk=DESK, uow=uow)
        assert (rated.state, rated.survey) == (state, survey)

    def test_done_again_means_new_clocks_and_the_same_worker(self, uow: FakeUnit) -> None:
        again = feedback.reopen(finished(uow), "又坏了", by=RESIDENT, at=LATER, desk=DESK, uow=uow)
        assert (again.reopened, again.assignee, again.due_at) == (1, "w01", LATER + timedelta(days=7))
        assert last(uow) == ("ticket.reopened", "worker:w01") and again.finished_at is None

    def test_silence_is_not_satisfaction(self, uow: FakeUnit) -> None:
        closed = feedback.close(finished(uow), by=SYSTEM, at=LATER, uow=uow, note="三天未答复")
        assert closed.state is State.CLOSED and closed.survey is None

    def test_a_phone_that_is_given_later_is_kept(self, uow: FakeUnit) -> None:
        number = opened(uow, phone=None).number
        assert (
            feedback.supplement(number, "电话", phone="13900000000", by=RESIDENT, at=LATER, desk=DESK, uow=uow).phone
            == "13900000000"
        )

    def test_no_such_ticket(self, uow: FakeUnit) -> None:
        with pytest.raises(TicketUnknown):
            feedback.urge("GY20261207-0404", by=RESIDENT, at=LATER, uow=uow)
