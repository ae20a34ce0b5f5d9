"""A person, please: the queue, closed hours with a call back, and words that answer an earlier ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversations.calling_back import CALL_BACK
from actions.conversations.handover import announce, hand_back, hand_over, operator_says, take_over
from actions.conversations.joining import offer_code, redeem_code
from actions.conversations.message import Inbound
from actions.conversations.queue import place_in_queue
from actions.conversations.reading import find_conversation
from actions.conversations.recording import record_inbound, remember_resident
from actions.conversations.summary import summary_of
from actions.dialogue.counter import Counter
from actions.dialogue.following import QueryTicket, UrgeTicket, WithdrawTicket
from actions.dialogue.people import AskBack, HandOver
from actions.store.database import Database, open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from knowledge.categories import load_categories
from knowledge.errors import BadFile
from knowledge.reception import Reception, load_reception
from knowledge.wording import say
from knowledge.workdays import load_calendar
from tests.actions.counters import DESK, make_counter
from tests.actions.samples import MONDAY, make_report

WEB, TELEGRAM, GROUP = "web:abc", "telegram:42", "telegram:-100:42"
PHONE = "13800001001"
OFFICE = Reception((8 * 60, 18 * 60), None, load_calendar())
NIGHT = MONDAY.replace(hour=22)


@pytest.fixture
def database(sqlite: str) -> Iterator[Database]:
    opened = open_database(sqlite)
    for n, conversation in enumerate((WEB, TELEGRAM, GROUP, "web:1", "web:2", "web:3", "web:4")):
        record_inbound(Inbound(f"m{n}", conversation, "你好"), at=MONDAY, uow=opened.unit())
    yield opened
    opened.close()


def counter(database: Database, at: datetime = MONDAY) -> Counter:
    return make_counter(database, at, reception=OFFICE)


def tell(action: Action, text: str, conversation: str = WEB, intent: str = "", **metadata: Any) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    entities = [{"entity": "phone", "value": PHONE}] if PHONE in text else []
    latest = {
        "text": text,
        "intent": {"name": intent},
        "entities": entities,
        "metadata": {"message_id": "x1", **metadata},
    }
    tracker = Tracker(conversation, {}, latest, [], False, None, {}, "action_listen")
    action.run(dispatcher, tracker, {})
    return cast(dict[str, Any], dispatcher.messages[0]["custom"])


def filed(database: Database, conversation: str = WEB) -> str:
    report = make_report(conversation=conversation, kind="street_light_out")
    by = Actor(Role.RESIDENT, conversation)
    return open_ticket(report, by=by, at=MONDAY, desk=DESK, uow=database.unit()).number


def ticket(database: Database, number: str) -> Ticket:
    with database.reading() as uow:
        return uow.tickets.peek(number)


def waited(database: Database, conversation: str, minutes: int) -> None:
    hand_over(conversation, "", False, at=MONDAY, uow=database.unit())
    take_over(conversation, "op", at=MONDAY + timedelta(minutes=minutes), uow=database.unit())


class TestQueue:
    def test_the_first_hears_so_and_no_time_is_made_up(self, database: Database) -> None:
        said = tell(HandOver(counter(database)), "转人工")
        assert say("queue_first") in said["text"] and say("queue_unknown") in said["text"]
        assert [event["type"] for event in said["events"]] == ["handoff"]

    def test_who_came_later_hears_how_many_are_ahead(self, database: Database) -> None:
        for n, conversation in enumerate(("web:1", "web:2")):
            hand_over(conversation, "", False, at=MONDAY - timedelta(minutes=n + 1), uow=database.unit())
        said = tell(HandOver(counter(database)), "转人工")
        assert say("queue_ahead", ahead=2) in said["text"]

    def test_speaking_while_one_waits_costs_no_place(self, database: Database) -> None:
        hand_over(WEB, "", False, at=MONDAY, uow=database.unit())
        hand_over("web:1", "", False, at=MONDAY + timedelta(minutes=1), uow=database.unit())
        record_inbound(Inbound("m99", WEB, "有人吗"), at=MONDAY + timedelta(minutes=2), uow=database.unit())
        assert place_in_queue(WEB, at=MONDAY, uow=database.reading()).ahead == 0

    def test_danger_goes_first(self, database: Database) -> None:
        hand_over(WEB, "", False, at=MONDAY, uow=database.unit())
        hand_over("web:1", "", True, at=MONDAY + timedelta(minutes=1), uow=database.unit())
        assert place_in_queue(WEB, at=MONDAY, uow=database.reading()).ahead == 1

    def test_the_time_that_is_told_is_what_others_waited(self, database: Database) -> None:
        waited(database, "web:1", 3)
        waited(database, "web:2", 5)
        assert place_in_queue(WEB, at=MONDAY, uow=database.reading()).minutes is None, "two say nothing"
        waited(database, "web:3", 90)
        later = MONDAY + timedelta(hours=2)
        assert place_in_queue(WEB, at=later, uow=database.reading()).minutes == 5
        assert place_in_queue(WEB, at=later + timedelta(days=8), uow=database.reading()).minutes is None

    def test_taken_over_unasked_is_no_wait(self, database: Database) -> None:
        for n in (1, 2, 3, 4):
            take_over(f"web:{n}", "op", at=MONDAY, uow=database.unit())
        assert place_in_queue(WEB, at=MONDAY, uow=database.reading()).minutes is None


class TestClosed:
    def test_without_a_phone_it_is_asked_for_and_the_bot_stays(self, database: Database) -> None:
        said = tell(HandOver(counter(database, NIGHT)), "转人工")
        assert "没有人值班" in said["text"] and "手机号" in said["text"] and not said["events"]
        known = find_conversation(WEB, uow=database.reading())
        assert known and known.owner == "bot"

    def test_with_a_phone_a_call_back_is_filed_once(self, database: Database) -> None:
        remember_resident(WEB, at=MONDAY, uow=database.unit(), phone=PHONE)
        numbers = {tell(HandOver(counter(database, NIGHT)), "转人工")["events"][0]["ticket"]["number"] for _ in "ab"}
        assert len(numbers) == 1
        found = ticket(database, numbers.pop())
        assert (found.phone, found.what) == (PHONE, say("callback_what"))

    def test_a_phone_out_of_the_blue_is_remembered(self, database: Database) -> None:
        said = tell(AskBack(counter(database)), f"我的电话是{PHONE}", intent="inform")
        known = find_conversation(WEB, uow=database.reading())
        assert said["text"] == say("phone_kept") and known and known.phone == PHONE

    def test_a_phone_beside_an_affair_is_no_answer_to_it(self, database: Database) -> None:
        said = tell(AskBack(counter(database)), f"3栋2单元门口的路灯坏了，我电话{PHONE}", intent="inform")
        assert said["text"] == say("ask_back")


class TestHours:
    @pytest.mark.parametrize(
        ("hour", "day", "there"), [(7, 7, False), (8, 7, True), (17, 7, True), (18, 7, False), (10, 6, False)]
    )
    def test_somebody_is_there_or_not(self, hour: int, day: int, there: bool) -> None:
        assert OFFICE.open_at(MONDAY.replace(hour=hour, day=day)) is there

    def test_the_sample_is_always_open(self) -> None:
        reception = load_reception()
        assert reception.open_at(MONDAY.replace(hour=0, minute=0)) and reception.open_at(
            MONDAY.replace(hour=23, minute=59)
        )
        assert OFFICE.spoken == "工作日 8:00–18:00，其余日子 没有人"

    @pytest.mark.parametrize("hours", ["18:00-8:00", "上午", "8-18", "8:00-25:00"])
    def test_hours_that_are_none_are_refused(self, tmp_path: Path, hours: str) -> None:
        path = tmp_path / "reception.yml"
        path.write_text(f"sample: false\nworkdays: {hours}\nother_days: ''\n", "utf-8")
        with pytest.raises(BadFile):
            load_reception(path)


class TestEarlierTicket:
    def test_words_in_reply_to_a_ticket_are_added_to_it(self, database: Database) -> None:
        number = filed(database)
        said = tell(AskBack(counter(database)), "是3栋2单元", intent="inform", ticket=number)
        assert number in said["text"] and ticket(database, number).history[-1].event is Event.SUPPLEMENT

    def test_the_ticket_that_is_replied_to_is_the_one_that_is_meant(self, database: Database) -> None:
        first = filed(database)
        report = make_report("r2", conversation=WEB, kind="street_light_out")
        open_ticket(
            report, by=Actor(Role.RESIDENT, WEB), at=MONDAY + timedelta(hours=1), desk=DESK, uow=database.unit()
        )
        assert first in tell(QueryTicket(counter(database)), "怎么样了", ticket=first)["text"]

    def test_a_ticket_of_somebody_else_is_not_told_of(self, database: Database) -> None:
        number = filed(database, "web:1")
        assert tell(QueryTicket(counter(database)), f"查进度 {number}", ticket=number)["text"] == say("ticket_none")

    def test_in_a_group_no_word_of_the_handling_is_told(self, database: Database) -> None:
        filed(database, GROUP)
        tell(UrgeTicket(counter(database)), "催一下，我家501", GROUP)
        assert "501" not in tell(QueryTicket(counter(database)), "查进度", GROUP)["text"]

    def test_joined_residents_act_for_themselves_on_either_channel(self, database: Database) -> None:
        number = filed(database)
        offer_code(WEB, PHONE, "123456", at=MONDAY, uow=database.unit())
        redeem_code(TELEGRAM, PHONE, "123456", new="p", at=MONDAY, uow=database.unit())
        assert number in tell(QueryTicket(counter(database)), "查进度", TELEGRAM)["text"]
        tell(WithdrawTicket(counter(database)), "不用了", TELEGRAM)
        assert ticket(database, number).state is State.WITHDRAWN


class TestHandingBack:
    def test_the_summary_says_how_long_and_what_goes_on(self, database: Database) -> None:
        number = filed(database)
        waited(database, WEB, 1)
        said = {"operator": "op", "name": "小李", "at": MONDAY + timedelta(minutes=5)}
        operator_says(WEB, "您好", id_="o1", uow=database.unit(), **said)  # type: ignore[arg-type]
        at = MONDAY + timedelta(minutes=13)
        summary = summary_of(WEB, at=at, uow=database.reading())
        assert (summary.minutes, summary.answers, summary.under_way) == (12, 1, (number,))
        hand_back(WEB, "op", at=at, uow=database.unit())

    def test_who_speaks_is_told_on_every_channel(self, database: Database) -> None:
        for _ in "ab":
            announce(TELEGRAM, "小李来接待您了。", id_="a1", at=MONDAY, uow=database.unit())
        with database.reading() as uow:
            due = [(notice.audience, say(f"notice.{notice.topic}", **notice.body)) for notice in uow.outbox.waiting(9)]
        assert due == [(f"conversation:{TELEGRAM}", "小李来接待您了。")]

    def test_an_operators_words_sent_twice_are_said_once(self, database: Database) -> None:
        take_over(WEB, "op", at=MONDAY, uow=database.unit())
        for _ in "ab":
            operator_says(WEB, "您好", id_="o1", operator="op", name="小李", at=MONDAY, uow=database.unit())
        with database.reading() as uow:
            assert [notice.id for notice in uow.outbox.waiting(9)] == ["message.o1"]


def test_the_category_of_a_call_back_is_there() -> None:
    assert CALL_BACK in load_categories()
