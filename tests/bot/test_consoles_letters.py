"""What could not be delivered: to whom, what, why; sending it again, and who did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction

from actions.accounts import Position
from actions.notify.notice import Notice
from actions.webhooks.hook import read_hooks
from bot.consoles.letters import reader_of, reason_of, words_of
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting

HOOK = "https://city.example/hook?key=hidden|0123456789abcdef0123"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path, webhooks=HOOK)
    made.account("manager", Position.MANAGER)
    return made


def died(place: Place, id_: str, audience: str, error: str, **fields: Any) -> None:
    """A letter that nobody could deliver."""
    body = {"name": "李", "text": "您好，打 13812341234"}
    with place.house.database.unit() as uow:
        if not fields.get("again"):
            uow.outbox.add(Notice(id_, "message.operator", audience, body, place.clock(), fields.get("ticket")))
        uow.outbox.failed(id_, error)
        uow.outbox.give_up(id_, place.clock())
        uow.commit()


def waiting(place: Place) -> list[str]:
    with place.house.database.reading() as uow:
        return sorted(notice.id for notice in uow.outbox.waiting(99))


def press(user: User, name: str) -> None:
    """The first of these buttons."""
    buttons = sorted(user.find(kind=ui.button, content=name).elements, key=lambda b: b.id)
    UserInteraction(user, {buttons[0]}, None).trigger("click")


async def opened(user: User, place: Place, expect: str) -> None:
    await sign_in(user, place, "manager", expect="对话记录")
    await user.open("/letters")
    await user.should_see(expect, retries=30)


async def test_nothing_dead_is_said(place: Place) -> None:
    async with visiting(place) as user:
        await opened(user, place, "都送到了")


async def test_a_letter_says_to_whom_what_and_why_and_is_sent_again(place: Place) -> None:
    died(place, "n1", "conversation:telegram:4242", "Forbidden: bot was blocked by the user")
    async with visiting(place) as user:
        await opened(user, place, "没送到的 1 封")
        for text in (
            "居民（Telegram 4242）",
            "李：您好，打 138****1234",
            "对方把机器人停用了",
            "bot was blocked",
            "试了 1 次",
        ):
            await user.should_see(text)
        press(user, "再发一次")
        await until(lambda: waiting(place) == ["n1"])
        await user.should_see("都送到了", retries=30)
        died(place, "n1", "", "ConnectError: ", again=True)
        await user.open("/letters")
        await user.should_see("manager再发过一次，没有送到", retries=30)
        await user.should_see("连不上对方")


async def test_all_are_sent_again_at_once(place: Place) -> None:
    hook = read_hooks(HOOK)[0]
    died(place, "n1", f"webhook:{hook.name}", "NotTaken: HTTP 503")
    died(place, "n2", "worker:w03", "ConnectError: ")
    async with visiting(place) as user:
        await opened(user, place, "推送（city.example）")
        await user.should_see("对方的系统出错了")
        await user.should_not_see("hidden")
        press(user, "全部再发一次")
        await user.should_see("已经重新发送 2 封", retries=30)
        assert waiting(place) == ["n1", "n2"]


async def test_what_somebody_else_has_sent_again_is_refused_in_words(place: Place) -> None:
    died(place, "n1", "worker:w03", "ConnectError: ")
    async with visiting(place) as user:
        await opened(user, place, "没送到的 1 封")
        with place.house.database.unit() as uow:
            uow.outbox.revive("n1", "another", place.clock())
            uow.commit()
        press(user, "再发一次")
        await user.should_see("待重发通知", retries=30)
        await user.should_see("都送到了", retries=30)


async def test_letters_about_a_complaint_against_her_are_not_hers(place: Place) -> None:
    secret = place.ticket(category="staff_conduct", kind="", what="社区主任不作为")
    seen = place.ticket("r2", category="staff_conduct", kind="", what="周小敏态度差")
    assert (secret.level, seen.level) == (3, 1)
    died(place, "n1", "line:3", "ConnectError: ", ticket=secret.number)
    died(place, "n2", "line:1", "ConnectError: ", ticket=seen.number)
    async with visiting(place) as user:
        await opened(user, place, "没送到的 1 封")
        await user.should_see(seen.number)
        await user.should_not_see(secret.number)


async def test_only_managers_see_them(place: Place) -> None:
    place.account("operator", Position.OPERATOR)
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="试铃")
        await user.open("/letters")
        await user.should_see("试铃", retries=30)


@pytest.mark.parametrize(
    ("audience", "reader"),
    [
        ("operators", "值班台"),
        ("worker:w01", "周小敏"),
        ("line:2", "提级至社区主任"),
        ("mail:w01", "邮件，给周小敏"),
        ("pocket:telegram:42", "工作人员的 Telegram"),
        ("webhook:0000", "推送（设置里已经没有的地址）"),
    ],
)
def test_whom_a_letter_is_for(place: Place, audience: str, reader: str) -> None:
    assert reader_of(audience, place.house) == reader


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("NoSender: x", "没有通往那里的渠道"),
        ("NotTaken: HTTP 404", "对方不收"),
        ("ReadTimeout", "很久没有应答"),
        (None, "发送时出错"),
    ],
)
def test_an_error_in_words(error: str | None, reason: str) -> None:
    assert reason in reason_of(error)


def test_a_letter_of_an_unknown_topic_is_shown_all_the_same(place: Place) -> None:
    assert words_of(Notice("n", "of.old", "operators", {}, place.clock())) == "of.old"
    assert (
        words_of(Notice("n", "webhook.ticket", "webhook:0", {"number": "GY1", "event_name": "办结"}, place.clock()))
        == "GY1：办结"
    )
