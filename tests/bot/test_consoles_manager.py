"""The managers' page: finding what was said, and reading how it was understood."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction

from actions.accounts import Position
from actions.clock import SHANGHAI
from bot.consoles.log import day, intents, parts
from tests.bot.test_consoles_house import Place, make_place, sign_in, visiting


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
