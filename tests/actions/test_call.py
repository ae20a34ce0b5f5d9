"""Telephone calls: a caller is known again and nobody reads the number from an id; what she is to hear waits to be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from actions.conversations.alarm import ring
from actions.conversations.call import Errand, answer_call, call_id, called_back, errands, take_note, told
from actions.conversations.calling_back import file_call_back
from actions.conversations.conversation import Alert, Conversation, Owner, Stage
from actions.conversations.handover import hand_over, system_says
from actions.conversations.message import Inbound
from actions.conversations.reading import find_conversation
from actions.conversations.recording import record_inbound
from actions.conversations.waiting import too_long
from actions.dialogue.draft import CONTACT
from actions.dialogue.people import HandOver
from actions.dialogue.reporting import with_callers_number
from actions.store.database import Database, open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.feedback import withdraw
from actions.tickets.opening import open_ticket
from knowledge.wording import say
from tests.actions.samples import MONDAY, make_report
from tests.actions.test_people_dialogue import DESK, PHONE, counter, tell

CALLER = call_id(PHONE, "secret")


@pytest.fixture
def database(sqlite: str) -> Iterator[Database]:
    opened = open_database(sqlite)
    answer_call(CALLER, PHONE, at=MONDAY, uow=opened.unit())
    yield opened
    opened.close()


def known(database: Database) -> Conversation:
    found = find_conversation(CALLER, uow=database.reading())
    assert found
    return found


def news(database: Database, id_: str, conversation: str = CALLER, ticket: str | None = None) -> None:
    system_says(conversation, f"进展{id_}", id_=id_, at=MONDAY, uow=database.unit(), ticket=ticket)


def to_call(database: Database) -> list[Errand]:
    with database.reading() as uow:
        return errands(uow)


def test_the_same_number_is_the_same_caller_however_it_is_written() -> None:
    assert call_id("138 0000 1001", "secret") == CALLER != call_id(PHONE, "another secret")
    assert call_id("13800001002", "secret") != CALLER
    assert PHONE not in CALLER and CALLER.endswith("-1001")


def test_a_caller_who_calls_again_keeps_what_is_known(database: Database) -> None:
    first = known(database)
    again = answer_call(CALLER, None, at=MONDAY + timedelta(days=3), uow=database.unit())
    assert (again.phone, again.created_at) == (PHONE, first.created_at)


def test_nobody_is_waited_for_while_an_operator_is_on_the_phone(database: Database) -> None:
    hand_over(CALLER, "居民要求人工", True, at=MONDAY, uow=database.unit())
    take_note(CALLER, at=MONDAY, uow=database.unit())
    now = known(database)
    assert (now.owner, now.state, now.alert, now.reason) == (Owner.BOT, Stage.BOT, Alert.NONE, "")
    ring(CALLER, "险情", at=MONDAY, uow=database.unit())
    assert answer_call(CALLER, None, at=MONDAY, uow=database.unit()).alert is Alert.NONE
    hand_over(CALLER, "", False, at=MONDAY, uow=database.unit())
    assert too_long(timedelta(minutes=1), at=MONDAY + timedelta(hours=1), uow=database.reading()) == []


def test_who_is_on_the_phone_is_not_put_into_a_queue(database: Database) -> None:
    said = tell(HandOver(counter(database)), "转人工", CALLER)
    assert said["text"] == say("handoff_on_the_phone") and not said["events"]
    assert known(database).owner is Owner.BOT


def test_news_for_callers_wait_until_somebody_tells_them(database: Database) -> None:
    record_inbound(Inbound("w1", "web:abc", "你好"), at=MONDAY, uow=database.unit())
    news(database, "n1")
    news(database, "n2")
    news(database, "n3", "web:abc")
    (errand,) = to_call(database)
    assert (errand.conversation.id, [m.id for m in errand.news]) == (CALLER, ["n1", "n2"])
    told(["n1"], at=MONDAY, uow=database.unit())
    assert [m.id for m in to_call(database)[0].news] == ["n2"]
    told(["n1", "n2"], at=MONDAY, uow=database.unit())
    assert to_call(database) == []


def test_the_tickets_that_the_news_are_about_come_along(database: Database) -> None:
    by = Actor(Role.RESIDENT, CALLER)
    report = make_report(conversation=CALLER, channel="phone")
    number = open_ticket(report, by=by, at=MONDAY, desk=DESK, uow=database.unit()).number
    news(database, "n1", ticket=number)
    news(database, "n2", ticket=number)
    (errand,) = to_call(database)
    assert [ticket.number for ticket in errand.tickets] == [number] and errand.to_rate == []


def test_promised_calls_come_first_and_leave_when_made_or_withdrawn(database: Database) -> None:
    for n in (1, 2):
        record_inbound(Inbound(f"w{n}", f"web:{n}", "你好"), at=MONDAY, uow=database.unit())
        file_call_back(f"web:{n}", PHONE, "请回电", at=MONDAY, desk=DESK, unit=database.unit)
    news(database, "n1")
    first, second, third = to_call(database)
    assert first.call_back and second.call_back and third.news
    called_back("web:1", at=MONDAY, uow=database.unit())
    withdraw(second.call_back.number, by=Actor(Role.OPERATOR, "op"), at=MONDAY, uow=database.unit())
    assert [e.conversation.id for e in to_call(database)] == [CALLER]


def test_the_number_that_called_goes_into_the_report() -> None:
    caller = Conversation(CALLER, "phone", Owner.BOT, Stage.BOT, MONDAY, MONDAY, phone=PHONE)
    writer = Conversation("web:abc", "web", Owner.BOT, Stage.BOT, MONDAY, MONDAY, phone=PHONE)
    assert with_callers_number({}, caller) == {CONTACT: PHONE}
    assert with_callers_number({CONTACT: "13900000000"}, caller) == {CONTACT: "13900000000"}
    assert with_callers_number({}, writer) == with_callers_number({}, None) == {}
