"""The operators' page: who comes first, taking over, answering, handing back, and what stays hidden until asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction

from actions.accounts import Position
from actions.conversations.alarm import ring
from actions.conversations.conversation import Alert, Conversation, Owner, Stage
from actions.conversations.handover import hand_over, take_over
from actions.conversations.message import Author, Message
from actions.conversations.reading import find_conversation, transcript
from actions.conversations.recording import remember_resident
from bot.consoles.aside import mask_address
from bot.consoles.roster import lines
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting

RESIDENT = "web:abc"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("operator", Position.OPERATOR)
    return made


def known(place: Place, id_: str = RESIDENT) -> Conversation:
    found = find_conversation(id_, uow=place.house.database.reading())
    assert found
    return found


def said(place: Place) -> list[Message]:
    return transcript(RESIDENT, uow=place.house.database.reading())


def press(user: User, name: str) -> None:
    user.find(kind=ui.button, content=name).click()


def entry(user: User, name: str) -> ui.element:
    """The whole line of the list in which a name stands."""
    element = user.find(content=name).elements.pop()
    while element.tag != "button":
        assert element.parent_slot
        element = element.parent_slot.parent
    return element


def labels(user: User) -> set[str]:
    """The words of every label in sight."""
    return {label.text for label in user.find(kind=ui.label).elements}


async def opened(user: User, place: Place) -> None:
    await sign_in(user, place, "operator", expect="网页 abc")
    UserInteraction(user, {entry(user, "网页 abc")}, None).trigger("click")
    await user.should_see("接手之后才能回复", retries=30)


def test_ringing_comes_first_then_waiting_then_mine(place: Place) -> None:
    for id_ in ("web:bot", "web:mine", "web:theirs", "web:waiting", "web:ringing"):
        place.hears(id_, "你好")
    reading, unit = place.house.database.reading, place.house.database.unit
    ring("web:ringing", "险情", at=place.clock(), uow=unit())
    hand_over("web:waiting", "居民要求人工", False, at=place.clock(), uow=unit())
    take_over("web:mine", "operator", at=place.clock(), uow=unit())
    take_over("web:theirs", "another", at=place.clock(), uow=unit())
    with reading() as uow:
        order = [line.conversation.id for line in lines(uow, "operator")]
    assert order == ["web:ringing", "web:waiting", "web:mine", "web:theirs", "web:bot"]


async def test_an_empty_list_says_what_to_expect(place: Place) -> None:
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="还没有居民来说话")


async def test_the_transcript_shows_who_speaks_and_what_was_understood(place: Place) -> None:
    place.hears(RESIDENT, "楼道灯坏了")
    ticket = place.ticket()
    async with visiting(place) as user:
        await opened(user, place)
        for text in (
            "居民　",
            "机器人　",
            "楼道灯坏了",
            "反映问题 0.97",
            "市政建设 0.81",
            "20261124-test",
            ticket.number,
        ):
            await user.should_see(text)


async def test_take_over_answer_and_hand_back(place: Place) -> None:
    place.hears(RESIDENT, "转人工")
    async with visiting(place) as user:
        await opened(user, place)
        async with place.house.hub.subscribe(f"conversation:{RESIDENT}") as news:
            press(user, "接手")
            await user.should_see(kind=ui.button, content="交还机器人", retries=30)
            assert [(await anext(news))["type"], await anext(news)] == ["message", {"type": "owner", "owner": "person"}]
            assert (known(place).owner, known(place).operator) == (Owner.PERSON, "operator")

            user.find(kind=ui.textarea).type("您好")
            press(user, "发送")
            await until(lambda: said(place)[-1].author is Author.OPERATOR)
            assert (said(place)[-1].text, said(place)[-1].author_name) == ("您好", "operator的名字")
            await until(lambda: user.find(kind=ui.textarea).elements.pop().value == "")

            press(user, "交还机器人")
            await until(lambda: known(place).state is Stage.BOT)
            await user.should_see("已结束接待", retries=30)


async def test_a_conversation_that_another_has_is_refused_in_words(place: Place) -> None:
    place.hears(RESIDENT, "你好")
    async with visiting(place) as user:
        await opened(user, place)
        take_over(RESIDENT, "another", at=place.clock(), uow=place.house.database.unit())
        await user.should_not_see("another")
        press(user, "接手")
        await user.should_see("another", retries=30)
        await user.should_not_see(kind=ui.button, content="交还机器人")
        assert known(place).operator == "another"


async def test_an_answer_that_is_being_written_stays_when_others_write(place: Place) -> None:
    place.hears(RESIDENT, "你好")
    async with visiting(place) as user:
        await opened(user, place)
        press(user, "接手")
        await user.should_see(kind=ui.textarea, retries=30)
        user.find(kind=ui.textarea).type("正在写")
        place.hears(RESIDENT, "还有一件事")
        place.hears("web:xyz", "别人的话")
        place.house.hub.publish("operators", {"type": "conversation", "id": RESIDENT})
        await user.should_see("还有一件事", retries=30)
        await user.should_see("网页 xyz")
        assert user.find(kind=ui.textarea).elements.pop().value == "正在写"


async def test_an_empty_answer_is_refused_and_nothing_is_kept(place: Place) -> None:
    place.hears(RESIDENT, "你好")
    async with visiting(place) as user:
        await opened(user, place)
        press(user, "接手")
        await user.should_see(kind=ui.button, content="发送", retries=30)
        before = len(said(place))
        press(user, "发送")
        await user.should_see("消息是空的", retries=30)
        assert len(said(place)) == before


async def test_ringing_is_seen_and_ends_with_taking_over(place: Place) -> None:
    place.hears(RESIDENT, "着火了")
    async with visiting(place) as user:
        await opened(user, place)
        await user.should_not_see("险情")
        ring(RESIDENT, "险情：着火了", at=place.clock(), uow=place.house.database.unit())
        place.house.hub.publish("operators", {"type": "ring", "id": RESIDENT, "text": "马上接手这一个"})
        await user.should_see("马上接手这一个", retries=30)
        await user.should_see("险情：着火了", retries=30)
        await until(lambda: "紧急" in labels(user))
        press(user, "接手")
        await until(lambda: known(place).alert is Alert.NONE)
        await until(lambda: "紧急" not in labels(user) and "人工接待" in labels(user))


async def test_address_and_phone_stay_masked_until_asked_for(place: Place) -> None:
    place.hears(RESIDENT, "你好")
    remember_resident(
        RESIDENT,
        at=place.clock(),
        uow=place.house.database.unit(),
        address="幸福里小区3栋2单元501",
        phone="13812341001",
    )
    async with visiting(place) as user:
        await opened(user, place)
        await user.should_see("138****1001")
        await user.should_not_see("13812341001")
        await user.should_not_see("2单元501")
        press(user, "看完整的")
        await user.should_see("13812341001", retries=30)
        await user.should_see("幸福里小区3栋2单元501")


async def test_confidential_tickets_are_not_for_operators(place: Place) -> None:
    place.hears(RESIDENT, "我要投诉网格员")
    ticket = place.ticket(category="staff_conduct", kind="")
    plain = place.ticket("r2", what="楼道灯也坏了")
    assert ticket.confidential and not plain.confidential
    async with visiting(place) as user:
        await opened(user, place)
        await user.should_see(plain.number)
        await user.should_not_see(ticket.number)


@pytest.mark.parametrize(("address", "masked"), [(None, "未留"), ("幸福里小区3栋2单元501", "幸福里小…"), ("3栋", "…")])
def test_a_masked_address(address: str | None, masked: str) -> None:
    assert mask_address(address) == masked
