"""三率 on the screen: every rate with what it is of, silence apart, and the same in the file."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nicegui import ui
from nicegui.testing.user import User

from actions.accounts import Position
from actions.clock import SHANGHAI
from actions.tickets import feedback, handling, watching
from actions.tickets.actor import Actor, Role
from actions.tickets.rates import Rates, Share
from actions.tickets.survey import Solved, Survey
from bot.consoles.period import PERIODS, period
from bot.consoles.rate_charts import bars, counted, percent, trend
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting

WORKER = Actor(Role.WORKER, "w01")
NONE = Share(0, 0)
SOME = Rates(Share(1, 2), Share(2, 3), NONE, Share(1, 3), Share(0, 4))


def finished(place: Place, id_: str, **fields: object) -> str:
    """A ticket of w01's that is done."""
    number, unit = place.ticket(id_, **fields).number, place.house.database.unit
    handling.accept(number, by=WORKER, at=place.clock(), uow=unit())
    return handling.finish(number, "好了", by=WORKER, at=place.clock(), uow=unit()).number


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Three who answered, one of them content, and one who said nothing; opened in November, looked at in December."""
    made = make_place(tmp_path)
    made.account("manager", Position.MANAGER)
    desk, unit = made.house.desk, made.house.database.unit
    for id_, solved, content in (("a", Solved.SOLVED, True), ("b", Solved.SOLVED, None), ("c", Solved.HALF, None)):
        number = finished(made, id_, what=f"第{id_}件")
        survey = Survey(solved, content, "", made.clock())
        resident = Actor(Role.RESIDENT, "web:abc")
        feedback.rate(number, survey, by=resident, at=made.clock(), desk=desk, uow=unit())
    silent = finished(made, "d", category="property", kind="", what="没人答的")
    made.clock.at += timedelta(days=10)
    watching.look(silent, at=made.clock(), desk=desk, words=str, uow=unit())
    return made


def select(user: User, label: str) -> ui.select:
    return next(s for s in user.find(kind=ui.select).elements if s.props.get("label") == label)


def table(user: User, head: str) -> dict[str, dict[str, str]]:
    """The table of what stands in its first column, by that."""
    found = next(t for t in user.find(kind=ui.table).elements if t.columns[0]["label"] == head)
    return {row["group"]: row for row in found.rows}


async def shown(user: User, place: Place) -> None:
    await sign_in(user, place, "manager", expect="对话记录")
    await user.open("/rates")
    await user.should_see("登记的工单", retries=30)
    select(user, "登记时间").set_value("days30")
    await user.should_see("未答复 1 件", retries=30)


async def test_each_rate_says_what_it_is_of_and_silence_is_in_none(place: Place) -> None:
    async with visiting(place) as user:
        await shown(user, place)
        for text in ("4 / 4 件", "2 / 3 件", "1 / 1 件", "66.7%", "占已归档的 25.0%（1/4）", "部分解决 33.3%（1/3）"):
            await user.should_see(text)
        by_category = table(user, "类别")
        assert (by_category["市政建设"]["solved"], by_category["市政建设"]["unanswered"]) == (
            "66.7%（2/3）",
            "0.0%（0/3）",
        )
        silent = by_category["物业管理"]
        assert (silent["solved"], silent["satisfied"], silent["unanswered"]) == (
            "—（0 件）",
            "—（0 件）",
            "100.0%（1/1）",
        )
        assert list(table(user, "天")) == ["2026-11-24"] and table(user, "网格").keys() == {"幸福里一网格"}


async def test_period_grid_and_category_narrow_it(place: Place) -> None:
    async with visiting(place) as user:
        await shown(user, place)
        select(user, "类别").set_value("property")
        await user.should_see("1 / 1 件", retries=30)
        await user.should_not_see("2 / 3 件", retries=30)
        select(user, "类别").set_value("")
        select(user, "登记时间").set_value("month")  # December by now
        await user.should_see("这段时间没有可算的工单", retries=30)
        select(user, "登记时间").set_value("chosen")
        await user.should_see("请选从哪天到哪天", retries=30)
        user.find(kind=ui.input, content="从哪天").elements.pop().set_value("2026-11-24")
        user.find(kind=ui.input, content="到哪天").elements.pop().set_value("2026-11-24")
        await user.should_see("2 / 3 件", retries=30)


async def test_the_charts_hold_what_the_tables_say(place: Place) -> None:
    async with visiting(place) as user:
        await shown(user, place)
        options = [chart.options for chart in user.find(kind=ui.echart).elements]
        solved = {tuple(s["data"]) for o in options for s in o["series"] if s["name"] == "解决率"}
        assert len(options) == 2 and solved == {(66.7,)}


async def test_the_file_has_every_rate_with_its_whole(place: Place) -> None:
    async with visiting(place) as user:
        await shown(user, place)
        user.find(kind=ui.button, content="导出 CSV").click()
        await until(lambda: user.download.http_responses)
        content = user.download.http_responses[0].content
        rows = {row["分组"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}
        assert rows["合计"]["解决率"] == "66.7%" and (rows["合计"]["已解决"], rows["合计"]["已答复"]) == ("2", "3")
        assert (rows["按类别 物业管理"]["满意率"], rows["按类别 物业管理"]["未答复归档"]) == ("", "1")
        assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for UTF-8"


async def test_a_secret_is_not_counted_for_whoever_may_not_see_it(place: Place) -> None:
    place.account("s01", Position.WORKER, "s01")
    place.ticket("e", category="staff_conduct", kind="", what="值班长推诿")
    place.clock.at += timedelta(days=10)
    seen = {}
    for login in ("manager", "s01"):
        async with visiting(place) as user:
            await sign_in(user, place, login, expect="退出")
            await user.open("/rates")
            select(user, "登记时间").set_value("days90")
            await user.should_see("未答复 1 件", retries=30)
            seen[login] = "工作人员履职" in table(user, "类别")
    assert seen == {"manager": True, "s01": False}


async def test_workers_and_operators_have_no_rates(place: Place) -> None:
    place.account("w02", Position.WORKER, "w02")
    place.account("operator", Position.OPERATOR)
    for login, home in (("w02", "手上没有要办的工单"), ("operator", "试铃")):
        async with visiting(place) as user:
            await sign_in(user, place, login, expect=home)
            await user.open("/rates")
            await user.should_see(home, retries=30)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("month", "2026-01-01", "2026-01-15"),
        ("last_month", "2025-12-01", "2025-12-31"),
        ("days30", "2025-12-17", "2026-01-15"),
        ("days90", "2025-10-18", "2026-01-15"),
        ("year", "2026-01-01", "2026-01-15"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_periods_are_whole_days_here(name: str, first: str, last: str) -> None:
    since, until_ = period(name, datetime(2026, 1, 15, 9, tzinfo=SHANGHAI))
    assert (f"{since:%F}", f"{until_ - timedelta(days=1):%F}") == (first, last) and since.hour == until_.hour == 0
    assert name in PERIODS


def test_nothing_is_a_gap_and_never_a_nought() -> None:
    assert (percent(NONE), counted(NONE), counted(Share(25, 26))) == ("—", "—（0 件）", "96.2%（25/26）")
    for chart in (trend({"2026-11": SOME}), bars({"一网格": SOME})):
        assert [s["data"] for s in chart["series"]] == [[50.0], [66.7], [None]]
        assert "满意率—" in chart["aria"]["label"]["description"]
