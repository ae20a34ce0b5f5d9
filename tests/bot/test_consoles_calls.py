"""Calls on the operators' pages: notes of a call go the way of any message, and calls to make are made once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from nicegui import ui
from nicegui.testing.user import User

from actions.accounts import Position
from actions.attendance import present
from actions.conversations.call import answer_call, call_id
from actions.conversations.calling_back import file_call_back
from actions.conversations.conversation import Alert, Conversation
from actions.conversations.handover import hand_over, system_says
from actions.conversations.message import Author, Message, Reply
from actions.conversations.reading import find_conversation, list_conversations, transcript
from actions.notify.notice import Notice
from actions.tickets.actor import Actor, Role
from actions.tickets.handling import accept, finish
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from bot.consoles.calls import to_call
from bot.consoles.roster import Line, lines
from bot.conversation.engine import EngineTurn
from bot.notices import make_senders
from knowledge.operators import Operators
from tests.bot.test_consoles_house import LAMP, Place, make_place, sign_in, until, visiting
from tests.bot.test_consoles_operator import press

PHONE = "13812341001"
CONFIRM = EngineTurn((Reply("这样登记对不对", {"buttons": [{"title": "确认提交", "payload": "确认"}]}),), (), LAMP)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("operator", Position.OPERATOR)
    made.engine.answers["灯坏了"] = CONFIRM
    return made


def caller(place: Place) -> Conversation:
    """The one conversation that is held on the phone."""
    found = [c for c in list_conversations(uow=place.house.database.reading()) if c.channel == "phone"]
    assert len(found) == 1
    return found[0]


def said(place: Place, conversation: str) -> list[Message]:
    return transcript(conversation, uow=place.house.database.reading())


async def begun(user: User, place: Place, number: str = PHONE) -> None:
    """A call that comes in and is written down."""
    await sign_in(user, place, "operator", expect="还没有居民来说话")
    press(user, "记来电")
    await user.should_see("来电号码", retries=30)
    user.find(kind=ui.input, content="来电号码").type(number)
    user.find(kind=ui.input, content="谁在说（可以不填）").type("王阿姨")
    press(user, "开始记")


async def note(user: User, words: str) -> None:
    await user.should_see(kind=ui.button, content="记下", retries=30)
    user.find(kind=ui.textarea).type(words)
    press(user, "记下")


def lamp(place: Place, conversation: str) -> Ticket:
    """A lamp that was reported by phone, and is mended; the outbox has brought the news."""
    number, worker = place.ticket(conversation=conversation, channel="phone").number, Actor(Role.WORKER, "w01")
    accept(number, by=worker, at=place.clock(), uow=place.house.database.unit())
    finish(number, "换了灯", by=worker, at=place.clock(), uow=place.house.database.unit())
    database = place.house.database
    senders = make_senders(database, place.house.hub, place.clock, {})
    with database.reading() as uow:
        waiting: list[Notice] = [n for n in uow.outbox.waiting(20) if n.audience == f"conversation:{conversation}"]
    for notice in waiting:
        senders["conversation"](notice)
    return place.now(number)


def called(place: Place, number: str = PHONE) -> str:
    """A caller who is known."""
    id_ = call_id(number, place.house.secret_key)
    return answer_call(id_, number, at=place.clock(), uow=place.house.database.unit()).id


class TestNotes:
    async def test_they_go_the_way_of_any_message_and_tell_who_speaks_and_who_writes(self, place: Place) -> None:
        async with visiting(place) as user:
            await begun(user, place)
            await note(user, "灯坏了")
            for text in (
                "来电人王阿姨（operator的名字 记）",
                "这样登记对不对",
                "市政建设 0.81",
                "幸福里小区3栋",
                "138****1001",
            ):
                await user.should_see(text, retries=30)
            await user.should_not_see(PHONE)
            press(user, "确认提交")
            await until(lambda: len(said(place, caller(place).id)) == 4)
        known, messages = caller(place), said(place, caller(place).id)
        assert (known.phone, known.owner) == (PHONE, "bot") and PHONE not in known.id
        assert [(m.author, m.text) for m in messages] == [
            (Author.RESIDENT, "灯坏了"), (Author.BOT, "这样登记对不对"), (Author.RESIDENT, "确认"), (Author.BOT, "听到：确认"),
        ]  # fmt: skip
        assert messages[0].payload["call"] == {"speaker": "王阿姨", "by": "operator的名字", "login": "operator"}
        assert messages[0].understood == LAMP

    async def test_a_number_that_is_none_is_refused_and_none_is_fine(self, place: Place) -> None:
        async with visiting(place) as user:
            await begun(user, place, "12345")
            await user.should_see("号码不对", retries=30)
            assert not list_conversations(uow=place.house.database.reading())
            user.find(kind=ui.input, content="来电号码").clear()
            press(user, "开始记")
            await user.should_see("来电 没有号码", retries=30)
        assert caller(place).phone is None

    async def test_the_same_number_goes_on_where_it_was(self, place: Place) -> None:
        id_ = called(place)
        place.hears(id_, "上次说的事")
        async with visiting(place) as user:
            await sign_in(user, place, "operator", expect="电话 1001")
            press(user, "记来电")
            await user.should_see("来电号码", retries=30)
            user.find(kind=ui.input, content="来电号码").type("138 1234 1001")
            press(user, "开始记")
            await user.should_see(kind=ui.button, content="记下", retries=30)
            await user.should_see("上次说的事")
        assert caller(place).id == id_

    async def test_who_is_wanted_is_there_already(self, place: Place) -> None:
        id_ = called(place)
        place.hears(id_, "你好")
        hand_over(id_, "险情", True, at=place.clock(), uow=place.house.database.unit())
        async with visiting(place) as user:
            await sign_in(user, place, "operator", expect="电话 1001")
            await user.open(f"/operator?open={id_}")
            await note(user, "灯坏了")
            await user.should_see("这样登记对不对", retries=30)
            await user.should_not_see("接手")
        assert caller(place).state == "bot"


class TestCalls:
    async def test_news_are_told_once(self, place: Place) -> None:
        number = lamp(place, called(place)).number
        async with visiting(place) as user:
            await sign_in(user, place, "operator", expect="电话 1001")
            await user.open("/calls")
            await user.should_see(f"工单 {number}）已办结", retries=30)
            await user.should_see("电话 1001")
            await user.should_see("138****1001")
            press(user, "看号码")
            await user.should_see(PHONE, retries=30)
            press(user, "没人接")
            await user.should_see("没人接 1 次", retries=30)
            press(user, "已转告")
            await user.should_see("现在没有要打的电话", retries=30)
        assert place.now(number).history[-1].note == "打电话没有人接"
        assert all(m.sent_at for m in said(place, caller(place).id) if m.author is Author.SYSTEM)

    @pytest.mark.parametrize(("solved", "state"), [("解决了", State.CLOSED), ("没有解决", State.ASSIGNED)])
    async def test_what_the_caller_says_of_the_work_is_taken_down(
        self, place: Place, solved: str, state: State
    ) -> None:
        number = lamp(place, called(place)).number
        async with visiting(place) as user:
            await sign_in(user, place, "operator", expect="电话 1001")
            await user.open("/calls")
            await user.should_see(kind=ui.button, content="记回访", retries=30)
            press(user, "记回访")
            await user.should_see("问题解决了吗", retries=30)
            press(user, "确定")
            await user.should_see("请先选", retries=30)
            options = {"解决了": "solved", "没有解决": "unsolved"}
            next(e for e in user.find(kind=ui.radio).elements if "solved" in e.options).set_value(options[solved])
            user.find(kind=ui.textarea).type("原话在这里")
            press(user, "确定")
            await user.should_see("现在没有要打的电话", retries=30)
        now = place.now(number)
        assert now.state is state and now.survey and now.survey.words == "原话在这里"
        assert (now.history[-1].by.role, now.history[-1].by.id) == (Role.OPERATOR, "operator")

    async def test_a_promised_call_is_made_and_what_came_of_it_kept(self, place: Place) -> None:
        place.hears("web:abc", "转人工")
        unit = place.house.database.unit
        ticket = file_call_back("web:abc", PHONE, "居民要回电", at=place.clock(), desk=place.house.desk, unit=unit)
        async with visiting(place) as user:
            await sign_in(user, place, "operator", expect="网页 abc")
            await user.open("/calls")
            await user.should_see("居民要回电", retries=30)
            press(user, "打通了")
            await user.should_see("说了什么", retries=30)
            user.find(kind=ui.textarea).type("停水的事已说明")
            press(user, "确定")
            await user.should_see("现在没有要打的电话", retries=30)
        assert place.now(ticket.number).history[-1].note == "已回电：停水的事已说明"

    async def test_only_who_may_know_tells_a_complainant(self, place: Place) -> None:
        ticket = place.ticket(conversation=called(place), channel="phone", category="staff_conduct", kind="")
        assert ticket.confidential
        id_ = caller(place).id
        system_says(id_, "处理结果", id_="n1", at=place.clock(), uow=place.house.database.unit(), ticket=ticket.number)
        with place.house.database.reading() as uow:
            assert to_call(uow, 0) == [] and len(to_call(uow, ticket.level)) == 1


def test_who_waits_for_what_one_knows_comes_first(place: Place) -> None:
    unit = place.house.database.unit
    for id_ in ("web:lamp", "web:hello", "web:late"):
        place.hears(id_, "楼道灯坏了")
        hand_over(id_, "居民要求人工", False, at=place.clock(), uow=unit())
    operators = Operators({"civil": {"civil_affairs"}, "works": {"municipal_works"}})
    with place.house.database.reading() as uow:
        found = lines(uow, "works", operators)
    assert [line.conversation.id for line in found] == ["web:lamp", "web:hello", "web:late"], (
        "the longest waiting first"
    )
    assert {line.topic for line in found} == {"municipal_works"}
    known = find_conversation("web:lamp", uow=place.house.database.reading())
    assert known
    ranks = [Line(known, "", topic).rank("works", operators)[0] for topic in ("municipal_works", None, "civil_affairs")]
    assert ranks == [1, 1, 2]
    assert Line(replace(known, alert=Alert.RING), "").rank("works", operators)[0] == 0


async def test_an_open_page_says_that_somebody_is_there(place: Place) -> None:
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="还没有居民来说话")
        await until(lambda: present(at=place.clock(), uow=place.house.database.reading()) == {"operator"})
