"""The grid worker's page: the right tickets, the right buttons, and what pressing them does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from nicegui import ui
from nicegui.testing.user import User

from actions.accounts import Position
from actions.pocket.linking import linked_chat, redeem_link
from actions.tickets.actor import Actor, Role
from actions.tickets.helping import invite
from actions.tickets.remaining import due_line, length
from actions.tickets.states import Event, State
from actions.tickets.watching import look
from actions.tickets.wishing import extend, grant_return, return_ticket
from actions.tickets.workflow import TABLE
from bot.consoles.deed_table import DEEDS
from bot.consoles.deeds import Deeds
from bot.consoles.visit import Visit
from bot.notices import make_senders
from knowledge.wording import say
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting
from tests.bot.test_telegram_server import TOKEN, BotApi


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("w01", Position.WORKER, "w01")
    made.account("s01", Position.WORKER, "s01")
    return made


def press(user: User, name: str) -> None:
    user.find(kind=ui.button, content=name).click()


async def test_a_ticket_shows_what_where_who_and_until_when(place: Place) -> None:
    ticket = place.ticket()
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=ticket.number)
        for text in (
            "楼道灯坏了三天",
            "幸福里小区3栋2单元",
            "打电话 13800001001",
            due_line(ticket, place.clock.at)[:12],
            "登记",
        ):
            await user.should_see(text)


async def test_only_my_own_tickets_are_there(place: Place) -> None:
    mine, other = place.ticket(), place.ticket("r2", address="没人知道的地方", place={})
    assert other.assignee != mine.assignee == "w01"
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=mine.number)
        await user.should_not_see(other.number)


async def test_an_empty_bag_says_what_to_do(place: Place) -> None:
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect="手上没有要办的工单")


async def test_accepting_moves_the_ticket_and_the_buttons(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        await user.should_not_see(kind=ui.button, content="开始办理")
        press(user, "签收")
        await user.should_see(kind=ui.button, content="开始办理", retries=30)
        entry = place.now(number).history[-1]
        assert (entry.to_state, entry.by) == (State.ACCEPTED, Actor(Role.WORKER, "w01"))


async def test_tapping_twice_does_it_once(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        press(user, "联系居民")
        press(user, "联系居民")
        await until(lambda: len(place.now(number).history) > 1)
        await user.should_see("联系居民　网格员周小敏", retries=30)
        assert [entry.event for entry in place.now(number).history] == ["open", "contact"]


async def test_finishing_needs_a_note_and_keeps_the_dialog_until_there_is_one(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        press(user, "签收")
        await user.should_see(kind=ui.button, content="办结", retries=30)
        press(user, "办结")
        press(user, "确定")
        await user.should_see("“办结”需要写一句说明", retries=30)
        assert place.now(number).state is State.ACCEPTED
        user.find(kind=ui.textarea).type("换了感应开关")
        press(user, "确定")
        await until(lambda: place.now(number).state is State.AWAITING_FEEDBACK)
        assert place.now(number).history[-1].note == "换了感应开关"


async def test_what_is_being_written_survives_news(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        press(user, "签收")
        await user.should_see(kind=ui.button, content="请居民补充", retries=30)
        press(user, "请居民补充")
        user.find(kind=ui.textarea).type("门禁几点")
        other = place.ticket("r2", what="又一件事")
        place.house.hub.publish("worker:w01", {"type": "ticket", "number": other.number})
        await user.should_see("又一件事", retries=30)
        assert user.find(kind=ui.textarea).elements.pop().value == "门禁几点"


async def test_news_is_said_and_an_overdue_ticket_is_marked(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        await user.should_not_see("已超期")
        place.clock.at += timedelta(days=60)
        place.house.hub.publish("worker:w01", {"type": "notice", "text": "催办：工单等着您"})
        await user.should_see("催办：工单等着您", retries=30)
        await user.should_see("已超期", retries=30)


async def test_the_supervisor_passes_on_what_came_back(place: Place) -> None:
    number = place.ticket().number
    at, desk, unit = place.clock(), place.house.desk, place.house.database.unit
    return_ticket(number, "territory", "不在本片", by=Actor(Role.WORKER, "w01"), at=at, desk=desk, uow=unit())
    grant_return(number, by=Actor(Role.OPERATOR, "li"), at=at, desk=desk, uow=unit())
    async with visiting(place) as user:
        await sign_in(user, place, "s01", expect=number)
        await user.should_see("值班长")
        press(user, "派单")
        press(user, "确定")
        await user.should_see("请先选：派给谁", retries=30)
        user.find(kind=ui.select).elements.pop().set_value("w02")
        press(user, "确定")
        await until(lambda: place.now(number).assignee == "w02")
        assert place.now(number).state is State.ASSIGNED


async def test_the_supervisor_grants_what_a_worker_asks_for(place: Place) -> None:
    number = place.ticket().number
    worker = Actor(Role.WORKER, "w01")
    until_day = place.now(number).due_at + timedelta(days=3)
    extend(number, until_day, "等配件", by=worker, at=place.clock(), uow=place.house.database.unit())
    async with visiting(place) as user:
        await sign_in(user, place, "s01", expect=number)
        for text in ("待批申请", "待批延期"):
            await user.should_see(text)
        press(user, "同意延期")
        await until(lambda: place.now(number).due_at == until_day)
        await user.should_not_see(number, retries=30)


async def test_what_goes_up_the_line_is_said_to_who_sits_there(place: Place) -> None:
    ticket = place.ticket()
    at, unit = ticket.due_at, place.house.database.unit
    look(ticket.number, at=at, desk=place.house.desk, words=lambda name: say(f"stage.{name}"), uow=unit())
    with place.house.database.reading() as uow:
        notice = next(n for n in uow.outbox.waiting(20) if n.audience == "line:1")
    async with visiting(place) as user:
        await sign_in(user, place, "s01", expect=ticket.number)
        await user.should_see("督办中")
        make_senders(place.house.database, place.house.hub, place.clock, {})["line"](notice)
        await user.should_see(f"值班长督办：工单 {ticket.number}", retries=30)


async def test_more_time_is_asked_for_with_a_day_and_a_reason(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        account = place.house.accounts.of("w01")
        assert account

        async def done() -> None:
            return None

        with user:
            Deeds(Visit(place.house, account), ui.element(), done).ask(
                Event.EXTEND, DEEDS[Event.EXTEND], place.now(number)
            )
        press(user, "确定")
        await user.should_see("请先选：延到哪天", retries=30)
        day = place.now(number).due_at.date() + timedelta(days=5)
        user.find(kind=ui.input, content="延到哪天").elements.pop().set_value(day.isoformat())
        user.find(kind=ui.textarea).type("等配件")
        press(user, "确定")
        await until(lambda: place.now(number).wish is not None)
        wish = place.now(number).wish
        assert wish and wish.until and (wish.until.date(), wish.until.hour, wish.reason) == (day, 17, "等配件")


async def test_who_was_asked_to_help_sees_it_and_says_when_the_part_is_done(place: Place) -> None:
    place.account("w02", Position.WORKER, "w02")
    number = place.ticket().number
    owner = Actor(Role.WORKER, "w01")
    invite(
        number, "w02", "搬开杂物", by=owner, at=place.clock(), desk=place.house.desk, uow=place.house.database.unit()
    )
    async with visiting(place) as user:
        await sign_in(user, place, "w02", expect=number)
        await user.should_see("我协办的")
        press(user, "协办完成")
        user.find(kind=ui.textarea).type("搬走了")
        press(user, "确定")
        await until(lambda: not place.now(number).open_parts)
        assert place.now(number).helpers[0].outcome == "搬走了"


async def test_a_deed_by_the_handler_itself_refuses_somebody_elses_ticket(place: Place) -> None:
    ticket = place.ticket("r2", address="没人知道的地方", place={})
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect="手上没有")
        account = place.house.accounts.of("w01")
        assert account

        async def done() -> None:
            raise AssertionError("nothing was done")

        with user:
            deeds = Deeds(Visit(place.house, account), ui.element(), done)
            assert await deeds.perform(next(iter(DEEDS)), ticket.number, deed="d1") is None
        await user.should_see(f"工单 {ticket.number}", retries=30)
        assert place.now(ticket.number).state is ticket.state


async def test_telegram_is_linked_and_unlinked_from_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with BotApi().serving() as address:
        place = make_place(tmp_path, telegram_token=TOKEN, telegram_api=address)
        place.account("w01", Position.WORKER, "w01")
        async with visiting(place) as user:
            await sign_in(user, place, "w01", expect="绑定 Telegram")
            press(user, "绑定 Telegram")
            await user.should_see("打开 Telegram 绑定", retries=30)
            link = user.find(kind=ui.link, content="打开 Telegram 绑定").elements.pop().props["href"]
            start = "https://t.me/LinliBot?start=staff_"
            assert link.startswith(start)
            await user.should_see(f"/start staff_{link.removeprefix(start)}")
            at, unit = place.clock(), place.house.database.unit
            made = redeem_link("telegram:501", link.removeprefix(start), at=at, uow=unit())
            assert made and made[0].login == "w01"
            press(user, "好了")
            await user.should_see("Telegram 已绑定", retries=30)
            press(user, "解除绑定")
            await until(lambda: linked_chat(made[0].id, uow=unit()) is None)
            await user.should_see("绑定 Telegram", retries=30)


async def test_without_a_bot_there_is_nothing_to_link(place: Place) -> None:
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect="巡查上报 · 简版页面")
        await user.should_not_see("绑定 Telegram")


async def test_what_residents_write_is_text(place: Place) -> None:
    number = place.ticket(what="<script>alert(1)</script><b>灯</b>").number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        page = (await user.http_client.get("/worker")).text
        assert "alert(1)" in page and "<script>alert(1)" not in page
        assert not [e for e in user.find("alert(1)").elements if isinstance(e, ui.html)]


def test_every_deed_of_staff_has_a_button() -> None:
    come_with_merging = {"join", "leave"}
    assert {row.event for row in TABLE} - set(DEEDS) == come_with_merging


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=3, hours=5), "3 天"),
        (timedelta(hours=5, minutes=59), "5 小时"),
        (timedelta(seconds=90), "1 分钟"),
    ],
)
def test_a_span_in_words(span: timedelta, words: str) -> None:
    assert length(span) == words
