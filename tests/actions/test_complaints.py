"""Complaints about staff (第四十四条): above those complained of, out of everybody else's sight, and answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.conversations.message import Inbound
from actions.conversations.recording import record_inbound
from actions.conversations.wanted import MessageFilter
from actions.errors import LineTooShort, NotAllowed, NotForThem, NotNow, NotYours
from actions.office import load_desk
from actions.store.database import Database
from actions.tickets import dispatching, feedback, handling, watching
from actions.tickets.actor import SYSTEM, Actor, Role
from actions.tickets.opening import find_duplicates, open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from actions.tickets.workflow import allowed, may_see
from knowledge.wording import say
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, WORKER, OPERATOR = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01"), Actor(Role.OPERATOR, "li")
SUPERVISOR, MANAGER, OVERSEER = (
    Actor(Role.SUPERVISOR, "s01"),
    Actor(Role.MANAGER, "m01"),
    Actor(Role.OVERSEER, "d01"),
)
STAFF = (WORKER, Actor(Role.WORKER, "w02"), OPERATOR, SUPERVISOR, MANAGER, OVERSEER)
DESK = make_desk()
LATER = MONDAY + timedelta(hours=1)


def complaint(uow: FakeUnit, what: str, **fields: object) -> Ticket:
    report = make_report(what=what, category="staff_conduct", kind="bad_attitude", **fields)
    return open_ticket(report, by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)


ABOUT = [
    pytest.param("网格员张三骂人", ("w01",), "s01", {SUPERVISOR, MANAGER, OVERSEER}, id="a grid worker"),
    pytest.param("态度太差了", (), "s01", {SUPERVISOR, MANAGER, OVERSEER}, id="nobody by name"),
    pytest.param("钱七推诿不办", ("s01",), "m01", {MANAGER, OVERSEER}, id="the supervisor"),
    pytest.param("值班长不接电话", ("s01",), "m01", {MANAGER, OVERSEER}, id="the supervisor by title"),
    pytest.param(
        "张三和钱七一起吃拿卡要", ("w01", "s01"), "m01", {MANAGER, OVERSEER}, id="a worker and the supervisor"
    ),
    pytest.param("孙八滥用职权", ("m01",), "d01", {OVERSEER}, id="the manager"),
    pytest.param("区监察部门让我来说张三骂人", ("w01",), "s01", {SUPERVISOR, MANAGER, OVERSEER}, id="the office above"),
]


@pytest.mark.parametrize(("what", "about", "handler", "sees"), ABOUT)
def test_it_goes_above_those_complained_of_and_nobody_below_sees_it(
    uow: FakeUnit, what: str, about: tuple[str, ...], handler: str, sees: set[Actor]
) -> None:
    ticket = complaint(uow, what, urgent=True)
    assert (ticket.confidential, ticket.about, ticket.assignee) == (True, about, handler)
    assert {by for by in STAFF if may_see(ticket, by)} == sees
    assert {by for by in STAFF if allowed(ticket, by)} == sees
    assert {notice.audience for notice in uow.outbox.kept} == {f"worker:{handler}"}


@pytest.mark.parametrize("worker", ["w01", "w02", "s01"])
def test_nobody_passes_it_down_again(uow: FakeUnit, worker: str) -> None:
    number = complaint(uow, "钱七推诿不办").number
    with pytest.raises(NotForThem):
        dispatching.reassign(number, worker, "你来办", by=MANAGER, at=LATER, desk=DESK, uow=uow)
    assert dispatching.reassign(number, "d01", "请上级办", by=MANAGER, at=LATER, desk=DESK, uow=uow).assignee == "d01"


def test_what_turns_out_to_be_a_complaint_leaves_those_below_at_once(uow: FakeUnit) -> None:
    report = make_report(what="灯不亮，值班长不管")
    number = open_ticket(report, by=RESIDENT, at=MONDAY, desk=DESK, uow=uow).number
    changed = dispatching.recategorise(
        number, "staff_conduct", "bad_attitude", "是投诉", by=OPERATOR, at=LATER, desk=DESK, uow=uow
    )
    assert (changed.assignee, changed.about, changed.level) == ("m01", ("s01",), 2)
    assert changed.answer_due_at == LATER + timedelta(days=14)
    with pytest.raises(NotAllowed):
        handling.add_note(number, "看看", by=SUPERVISOR, at=LATER, uow=uow)
    with pytest.raises(NotYours):
        handling.accept(number, by=WORKER, at=LATER, uow=uow)


def test_it_is_laid_beside_nobody_else_s_report(uow: FakeUnit) -> None:
    complaint(uow, "态度太差了")
    again = make_report("r2", what="态度太差了", category="staff_conduct", kind="bad_attitude")
    assert find_duplicates(again, desk=DESK, uow=uow) == []


class TestAnswer:
    def test_the_complainant_is_told_what_came_of_it_in_full(self, uow: FakeUnit) -> None:
        ticket = complaint(uow, "网格员张三骂人")
        assert ticket.answer_due_at == MONDAY + timedelta(days=14)
        answered = handling.answer(ticket.number, "已批评教育并道歉", by=SUPERVISOR, at=LATER, uow=uow)
        notice = uow.outbox.kept[-1]
        assert (notice.audience, answered.answered_at) == ("conversation:web:abc", LATER)
        assert "已批评教育并道歉" in say("notice.ticket.answered", **notice.body)
        assert all("张三" not in str(n.body) for n in uow.outbox.kept)

    def test_finishing_tells_it_too(self, uow: FakeUnit) -> None:
        number = complaint(uow, "网格员张三骂人").number
        handling.accept(number, by=SUPERVISOR, at=LATER, uow=uow)
        done = handling.finish(number, "已批评教育", by=SUPERVISOR, at=LATER, uow=uow)
        assert done.answered_at == LATER and "已批评教育" in str(uow.outbox.kept[-1].body)

    def test_nobody_answers_where_nobody_complained(self, uow: FakeUnit) -> None:
        number = open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow).number
        with pytest.raises(NotNow):
            handling.answer(number, "好", by=SUPERVISOR, at=LATER, uow=uow)

    def test_the_duty_is_kept_apart_from_the_solution_reminded_of_and_supervised(self, uow: FakeUnit) -> None:
        number = complaint(uow, "网格员张三骂人").number
        handling.accept(number, by=SUPERVISOR, at=LATER, uow=uow)
        asked = handling.ask_resident(number, "几点的事？", by=SUPERVISOR, at=LATER, uow=uow)
        assert asked.paused_at and asked.answer_due_at
        for at, stage, event in (
            (asked.answer_due_at - timedelta(days=4), "answer_soon", Event.URGE),
            (asked.answer_due_at, "answer_late", Event.SUPERVISE),
        ):
            looked = watching.look(number, at=at, desk=DESK, words=str, uow=uow)
            assert (looked.history[-1].event, looked.history[-1].note) == (event, stage)
        assert looked.level == 2 and uow.outbox.kept[-1].audience == "line:2", "the manager watches the supervisor"

    def test_done_again_is_answered_again(self, uow: FakeUnit) -> None:
        number = complaint(uow, "网格员张三骂人").number
        handling.accept(number, by=SUPERVISOR, at=LATER, uow=uow)
        handling.finish(number, "已批评教育", by=SUPERVISOR, at=LATER, uow=uow)
        again = feedback.reopen(number, "没有道歉", by=RESIDENT, at=LATER, desk=DESK, uow=uow)
        assert again.answered_at is None and again.answer_due_at == LATER + timedelta(days=14)


def test_a_report_on_hold_is_no_way_round(uow: FakeUnit) -> None:
    report = make_report(what="钱七推诿", category="staff_conduct", kind="bad_attitude")
    held = open_ticket(report, by=SYSTEM, at=MONDAY, desk=DESK, uow=uow, hold=True)
    assert (held.state, held.assignee) == (State.PENDING_CONFIRM, "m01")


def test_screens_ask_for_what_their_reader_may_see(database: Database) -> None:
    for n, what in enumerate(("网格员张三骂人", "钱七推诿不办", "孙八滥用职权")):
        report = make_report(f"r{n}", what=what, category="staff_conduct", kind="bad_attitude")
        open_ticket(report, by=RESIDENT, at=MONDAY, desk=DESK, uow=database.unit())
    open_ticket(make_report("lamp"), by=RESIDENT, at=MONDAY, desk=DESK, uow=database.unit())

    def seen(up_to: int) -> set[str]:
        with database.reading() as uow:
            return {t.what for t in uow.tickets.find(TicketFilter(up_to=up_to)).items} - {"楼道灯坏了三天"}

    assert (seen(0), seen(1)) == (set(), {"网格员张三骂人"})
    assert seen(2) == {"网格员张三骂人", "钱七推诿不办"} and len(seen(3)) == 3


def test_the_log_keeps_from_its_reader_what_is_said_of_her(database: Database) -> None:
    for n, what in enumerate(("网格员张三骂人", "孙八滥用职权", "路灯不亮")):
        said = Inbound(f"m{n}", f"web:{n}", what)
        record_inbound(said, at=MONDAY, uow=database.unit())
        kind = {"category": "staff_conduct", "kind": "bad_attitude"} if n < 2 else {}
        report = make_report(f"r{n}", conversation=f"web:{n}", what=what, **kind)
        open_ticket(report, by=RESIDENT, at=MONDAY, desk=DESK, uow=database.unit())
    with database.reading() as uow:
        found = [{m.text for m in uow.messages.search(MessageFilter(up_to=level)).items} for level in (0, 2, 3)]
    assert found == [{"路灯不亮"}, {"路灯不亮", "网格员张三骂人"}, {"路灯不亮", "网格员张三骂人", "孙八滥用职权"}]


def test_somebody_stands_above_the_supervisor() -> None:
    with pytest.raises(LineTooShort):
        replace(DESK, routing=replace(DESK.routing, above=())).check()
    assert load_desk().routing.above == ("m01", "d01")
    assert load_desk().routing.complained_of("找社区主任赵立平投诉网格长") == ("s01", "m01")
