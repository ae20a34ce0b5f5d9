"""The managers' page: finding what was said, reading how it was understood, and looking over the tickets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction

from actions.accounts import Position
from actions.clock import SHANGHAI
from actions.tickets.actor import Actor, Role
from actions.tickets.handling import accept
from bot.consoles.log import day, intents, parts
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("manager", Position.MANAGER)
    return made


def table(user: User, key: str) -> ui.table:
    """The table that has this key."""
    return next(t for t in user.find(kind=ui.table).elements if t.row_key == key)


def rows(user: User, key: str) -> list[dict[str, object]]:
    return list(table(user, key).rows)


def tap(user: User, key: str, row: int) -> None:
    UserInteraction(user, {table(user, key)}, None).trigger("rowClick", [{}, rows(user, key)[row], row])


def select(user: User, label: str) -> ui.select:
    return next(s for s in user.find(kind=ui.select).elements if s.props.get("label") == label)


async def test_a_search_finds_and_marks(place: Place) -> None:
    place.hears("web:abc", "三单元的灯坏了三天")
    place.hears("web:xyz", "垃圾没人收")
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        await user.should_see("共 4 条", retries=30)
        user.find("找什么话").type("灯 三天")
        user.find("找什么话").trigger("keydown.enter")
        await user.should_see("共 1 条", retries=30)
        (row,) = rows(user, "id")
        assert row["parts"] == [("三单元的", False), ("灯", True), ("坏了", False), ("三天", True)]
        assert (row["who"], row["intent"], row["category"]) == ("居民", "反映问题 0.97", "市政建设")


async def test_intent_and_channel_narrow_a_search(place: Place) -> None:
    place.hears("web:abc", "灯坏了")
    place.hears("telegram:42", "灯坏了")
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="共 4 条")
        select(user, "渠道").set_value("telegram")
        await user.should_see("共 2 条", retries=30)
        select(user, "意图").set_value("greet")
        await user.should_see("共 0 条", retries=30)
        select(user, "意图").set_value("report_issue")
        await user.should_see("共 1 条", retries=30)
        assert rows(user, "id")[0]["conversation"] == "telegram:42"


async def test_a_hit_opens_the_whole_talk_with_what_was_understood(place: Place) -> None:
    place.hears("web:abc", "先说一句")
    place.hears("web:abc", "灯坏了")
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="共 4 条")
        tap(user, "id", 0)
        await user.should_see("会话 网页 abc，共 4 句", retries=30)
        for text in (
            "先说一句",
            "反映问题 0.97",
            "求助 0.02、提供信息 0.01",
            "市政建设 0.81、物业管理 0.15、环保 0.02",
            "地址 幸福里小区3栋",
            "20261124-test",
        ):
            await user.should_see(text)


async def test_the_table_counts_and_filters_tickets(place: Place) -> None:
    first, second = place.ticket(), place.ticket("r2", what="第二件", urgent=True)
    accept(first.number, by=Actor(Role.WORKER, "w01"), at=place.clock(), uow=place.house.database.unit())
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        user.find(kind=ui.tab, content="工单").click()
        await user.should_see("已派单 1", retries=30)
        await user.should_see("已签收 1")
        assert [row["number"] for row in rows(user, "number")] == [second.number, first.number]
        select(user, "状态").set_value("accepted")
        await until(lambda: [row["number"] for row in rows(user, "number")] == [first.number])
        select(user, "状态").set_value("")
        select(user, "缓急").set_value("urgent")
        await until(lambda: [row["number"] for row in rows(user, "number")] == [second.number])


async def test_a_ticket_is_passed_on_from_the_table(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        user.find(kind=ui.tab, content="工单").click()
        await user.should_see("已派单 1", retries=30)
        tap(user, "number", 0)
        await user.should_see(f"工单 {number}", retries=30)
        await user.should_see("138****1001")
        user.find(kind=ui.button, content="转派").click()
        select(user, "转给谁").set_value("w02")
        user.find(kind=ui.textarea).type("请假了")
        user.find(kind=ui.button, content="确定").click()
        await until(lambda: place.now(number).assignee == "w02")
        assert place.now(number).history[-1].note == "请假了"


async def test_the_tickets_keep_themselves_up_to_date(place: Place) -> None:
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        user.find(kind=ui.tab, content="工单").click()
        number = place.ticket().number
        place.house.hub.publish("tickets", {"type": "ticket", "number": number})
        await user.should_see("已派单 1", retries=30)
        assert [row["number"] for row in rows(user, "number")] == [number]


async def test_a_confidential_address_is_not_in_the_table(place: Place) -> None:
    place.ticket(category="staff_conduct", kind="", address="某网格员的办公室")
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        user.find(kind=ui.tab, content="工单").click()
        await user.should_see("已派单 1", retries=30)
        assert rows(user, "number")[0]["address"] == "（保密）"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("灯坏了", [], [("灯坏了", False)]),
        ("a.b axb", ["A.B"], [("a.b", True), (" axb", False)]),
        ("路灯灯", ["灯", "路灯"], [("路灯", True), ("灯", True)]),
        ("<b>灯</b>", ["灯"], [("<b>", False), ("灯", True), ("</b>", False)]),
    ],
)
def test_hits_are_marked_as_they_are_written(text: str, words: list[str], expected: list[tuple[str, bool]]) -> None:
    assert parts(text, words) == expected


def test_a_day_begins_on_the_communitys_clock() -> None:
    assert day("2026-11-24") == datetime(2026, 11, 24, tzinfo=SHANGHAI)
    assert day("") is None and day("昨天") is None


def test_every_intent_can_be_chosen() -> None:
    assert len(intents()) == 30 and intents()["report_issue"] == "反映问题"
