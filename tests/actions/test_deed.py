"""What all deeds have in common: one transaction, one entry in the history, one piece of news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from actions.tickets import dispatching, feedback, handling
from actions.tickets.actor import Actor, Role
from actions.tickets.news import NEWS
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from knowledge.wording import say
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, WORKER, OPERATOR = Actor(Role.RESIDENT, "web:abc"), Actor(Role.WORKER, "w01"), Actor(Role.OPERATOR, "li")
DESK = make_desk()
LATER = MONDAY + timedelta(hours=1)


def opened(uow: FakeUnit) -> Ticket:
    return open_ticket(make_report(), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)


DEEDS: dict[Event, Callable[[FakeUnit, str], Ticket]] = {
    Event.ACCEPT: lambda u, n: handling.accept(n, by=WORKER, at=LATER, uow=u),
    Event.URGE: lambda u, n: feedback.urge(n, by=RESIDENT, at=LATER, uow=u),
    Event.SUPPLEMENT: lambda u, n: feedback.supplement(n, "在三楼", by=RESIDENT, at=LATER, desk=DESK, uow=u),
    Event.WITHDRAW: lambda u, n: feedback.withdraw(n, by=RESIDENT, at=LATER, uow=u),
    Event.REASSIGN: lambda u, n: dispatching.reassign(n, "w02", "换人", by=OPERATOR, at=LATER, desk=DESK, uow=u),
}


@pytest.mark.parametrize("event", DEEDS)
def test_a_deed_is_one_transaction_one_entry_one_piece_of_news(uow: FakeUnit, event: Event) -> None:
    number = opened(uow).number
    after = DEEDS[event](uow, number)
    assert uow.commits == 2 and len(after.history) == 2 and len(uow.outbox.kept) == 2
    assert after.history[-1].event is event and uow.outbox.kept[-1].topic == NEWS[event][0][0]


def test_a_crash_before_the_commit_leaves_nothing(uow: FakeUnit) -> None:
    def crash() -> None:
        raise ConnectionError("the power is gone")

    uow.commit = crash  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        opened(uow)
    assert not uow.tickets.kept and not uow.outbox.kept


TOPICS = {topic for told in NEWS.values() for topic, _ in told} | {
    "ticket.urgent",
    "ticket.pending",
    "ticket.unanswered",
}


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_every_topic_has_its_wording(uow: FakeUnit, topic: str) -> None:
    opened(uow)
    assert say(f"notice.{topic}", **uow.outbox.kept[0].body)
