"""并单, 拆单, and neighbours who leave: who follows what, and who owns it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.errors import CannotMerge, CannotUnmerge, NotNow
from actions.tickets import feedback, handling, merging
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import join_ticket, open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

OPERATOR, SUPERVISOR = Actor(Role.OPERATOR, "li"), Actor(Role.SUPERVISOR, "s01")
DESK = make_desk()
LATER = MONDAY + timedelta(days=3)


def resident(conversation: str) -> Actor:
    return Actor(Role.RESIDENT, conversation)


def opened(uow: FakeUnit, conversation: str, **fields: object) -> str:
    report = make_report(conversation, conversation=conversation, **fields)
    return open_ticket(report, by=resident(conversation), at=MONDAY, desk=DESK, uow=uow).number


def kept(uow: FakeUnit, number: str) -> Ticket:
    return uow.tickets.kept[number]


def test_apart_again_each_has_its_own_people_and_new_clocks(uow: FakeUnit) -> None:
    into, gone = opened(uow, "web:a"), opened(uow, "web:b")
    join_ticket(gone, make_report("j", conversation="web:c"), by=resident("web:c"), at=MONDAY, uow=uow)
    merging.merge(gone, into, by=OPERATOR, at=MONDAY, uow=uow)
    assert kept(uow, into).residents == ("web:a", "web:b", "web:c")
    back = merging.unmerge(gone, "是另一栋", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
    assert (back.state, back.merged_into, back.residents) == (State.ASSIGNED, None, ("web:b", "web:c"))
    assert back.due_at == LATER + timedelta(days=7) and back.assignee
    assert kept(uow, into).residents == ("web:a",)
    assert [notice.audience for notice in uow.outbox.kept[-3:]] == [
        "conversation:web:b",
        "conversation:web:c",
        f"worker:{back.assignee}",
    ]


def test_who_joined_the_other_one_herself_stays_there(uow: FakeUnit) -> None:
    into, gone = opened(uow, "web:a"), opened(uow, "web:b")
    join_ticket(into, make_report("j", conversation="web:b"), by=resident("web:b"), at=MONDAY, uow=uow)
    third = opened(uow, "web:c")
    merging.merge(third, into, by=OPERATOR, at=MONDAY, uow=uow)
    merging.merge(gone, into, by=OPERATOR, at=MONDAY, uow=uow)
    merging.unmerge(gone, "不是一件事", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
    assert kept(uow, into).residents == ("web:a", "web:b", "web:c")


def test_a_chain_is_taken_apart_from_its_end(uow: FakeUnit) -> None:
    a, b, c = opened(uow, "web:a"), opened(uow, "web:b"), opened(uow, "web:c")
    merging.merge(a, b, by=OPERATOR, at=MONDAY, uow=uow)
    merging.merge(b, c, by=OPERATOR, at=MONDAY, uow=uow)
    with pytest.raises(CannotUnmerge):
        merging.unmerge(a, "不是", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
    merging.unmerge(b, "不是", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
    assert kept(uow, c).residents == ("web:c",) and kept(uow, b).residents == ("web:b", "web:a")
    merging.unmerge(a, "不是", by=OPERATOR, at=LATER, desk=DESK, uow=uow)
    assert kept(uow, b).residents == ("web:b",)


def test_what_was_never_merged_cannot_be_taken_apart(uow: FakeUnit) -> None:
    with pytest.raises(NotNow):
        merging.unmerge(opened(uow, "web:a"), "不是", by=OPERATOR, at=LATER, desk=DESK, uow=uow)


def test_also_from_one_that_is_over(uow: FakeUnit) -> None:
    into, gone = opened(uow, "web:a"), opened(uow, "web:b")
    merging.merge(gone, into, by=OPERATOR, at=MONDAY, uow=uow)
    owner = Actor(Role.WORKER, kept(uow, into).assignee)
    handling.accept(into, by=owner, at=MONDAY, uow=uow)
    handling.finish(into, "好了", by=owner, at=MONDAY, uow=uow)
    feedback.close(into, by=OPERATOR, at=MONDAY, uow=uow)
    assert merging.unmerge(gone, "不是", by=OPERATOR, at=LATER, desk=DESK, uow=uow).state is State.ASSIGNED
    assert kept(uow, into).state is State.CLOSED


def test_complaints_about_different_people_stay_apart(uow: FakeUnit) -> None:
    one = opened(uow, "web:a", category="staff_conduct", kind="bad_attitude", what="张三骂人")
    other = opened(uow, "web:b", category="staff_conduct", kind="bad_attitude", what="李四骂人")
    with pytest.raises(CannotMerge):
        merging.merge(one, other, by=SUPERVISOR, at=LATER, uow=uow)


class TestLeaving:
    def test_a_neighbour_s_problem_is_not_withdrawn_by_another(self, uow: FakeUnit) -> None:
        number = opened(uow, "web:a")
        join_ticket(number, make_report("j", conversation="web:b"), by=resident("web:b"), at=MONDAY, uow=uow)
        left = feedback.withdraw(number, by=resident("web:a"), at=LATER, uow=uow, deed="m1")
        assert (left.state, left.residents, left.history[-1].event) == (State.ASSIGNED, ("web:b",), Event.LEAVE)
        assert feedback.withdraw(number, by=resident("web:a"), at=LATER, uow=uow, deed="m1") == left
        gone = feedback.withdraw(number, by=resident("web:b"), at=LATER, uow=uow)
        assert gone.state is State.WITHDRAWN

    def test_every_update_reaches_everybody_who_joined(self, uow: FakeUnit) -> None:
        number = opened(uow, "web:a")
        join_ticket(number, make_report("j", conversation="web:b"), by=resident("web:b"), at=MONDAY, uow=uow)
        owner, told = Actor(Role.WORKER, kept(uow, number).assignee), len(uow.outbox.kept)
        handling.accept(number, by=owner, at=LATER, uow=uow)
        handling.finish(number, "换了灯泡", by=owner, at=LATER, uow=uow)
        feedback.reopen(number, "又坏了", by=resident("web:a"), at=LATER, desk=DESK, uow=uow)
        heard = [(n.topic, n.audience) for n in uow.outbox.kept[told:] if n.audience == "conversation:web:b"]
        assert [topic for topic, _ in heard] == ["ticket.accepted", "ticket.finished", "ticket.again"]
