"""The list of all tickets and each one's own page: what is found, who sees it, and what is done from there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction

from actions.accounts import Position
from actions.tickets.actor import Actor, Role
from actions.tickets.handling import accept, finish
from actions.tickets.helping import invite
from actions.tickets.merging import merge
from actions.tickets.names import EVENT_NAMES
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved
from actions.tickets.wishing import extend, park, return_ticket
from actions.tickets.workflow import allowed
from bot.attachments import take
from bot.consoles import sieve
from bot.consoles.deed_table import DEEDS
from bot.consoles.photos import PATH as PHOTOS
from tests.actions.test_attachments import located
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting

WORKER = Actor(Role.WORKER, "w01")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("operator", Position.OPERATOR)
    made.account("manager", Position.MANAGER)
    made.account("s01", Position.WORKER, "s01")
    return made


async def entered(user: User, place: Place, login: str, path: str, expect: str) -> None:
    """Sign in and go to a page."""
    await sign_in(user, place, login, expect="退出")
    await user.open(path)
    await user.should_see(expect, retries=30)


def numbers(user: User) -> list[object]:
    return [row["number"] for row in user.find(kind=ui.table).elements.pop().rows]


def select(user: User, label: str) -> ui.select:
    return next(s for s in user.find(kind=ui.select).elements if s.props.get("label") == label)


def press(user: User, name: str) -> None:
    user.find(kind=ui.button, content=name).click()


def tap(user: User, words: str, kind: type[ui.element] = ui.label) -> None:
    """What bears these words."""
    (label,) = user.find(kind=kind, content=words).elements
    assert label.parent_slot
    UserInteraction(user, {label.parent_slot.parent}, None).trigger("click")


def choose(user: User, name: str) -> None:
    """Something from the menu behind "更多"."""
    tap(user, name, ui.item_section)


async def test_the_list_narrows_by_every_field(place: Place) -> None:
    lamp, pipe = place.ticket(), place.ticket("r2", what="水管爆了", category="property", kind="", channel="phone")
    far = place.ticket("r3", address="没人知道的地方", place={})
    accept(lamp.number, by=WORKER, at=place.clock(), uow=place.house.database.unit())
    async with visiting(place) as user:
        await entered(user, place, "operator", "/tickets", "共 3 件")
        for label, value, found in (
            ("状态", State.ACCEPTED.value, [lamp]),
            ("网格", lamp.grid, [lamp, pipe]),
            ("类别", "property", [pipe]),
            ("渠道", "phone", [pipe]),
            ("负责", far.assignee, [far]),
        ):
            untouched = select(user, label).value
            select(user, label).set_value(value)
            await until(lambda found=found: sorted(map(str, numbers(user))) == sorted(t.number for t in found))
            select(user, label).set_value(untouched)
            await until(lambda: len(numbers(user)) == 3)
        user.find("工单号、电话、地点或内容").type("爆了")
        press(user, "查找")
        await until(lambda: numbers(user) == [pipe.number])


async def test_what_is_looked_for_stands_in_the_address(place: Place) -> None:
    place.ticket()
    pipe = place.ticket("r2", what="水管爆了", channel="phone")
    async with visiting(place) as user:
        await entered(user, place, "operator", "/tickets?channel=phone&state=any&q=水管&grid=nonsense", "共 1 件")
        assert numbers(user) == [pipe.number]
        assert (select(user, "渠道").value, select(user, "状态").value, select(user, "网格").value) == (
            "phone",
            "any",
            "",
        )


async def test_what_waits_is_counted_and_chosen_with_one_touch(place: Place) -> None:
    place.ticket()
    asked = place.ticket("r2", what="等配件的")
    extend(
        asked.number,
        asked.due_at + timedelta(3),
        "等配件",
        by=WORKER,
        at=place.clock(),
        uow=place.house.database.unit(),
    )
    fire = place.ticket("r3", urgent=True)
    async with visiting(place) as user:
        await entered(user, place, "operator", "/tickets", "待批申请 1")
        assert numbers(user)[0] == fire.number, "what is urgent comes first"
        tap(user, "待批申请 1")
        await until(lambda: numbers(user) == [asked.number])
        tap(user, "待批申请 1")
        await until(lambda: len(numbers(user)) == 3)
        tap(user, "紧急 1")
        await until(lambda: numbers(user) == [fire.number])


async def test_every_page_says_how_many_requests_wait(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await entered(user, place, "operator", "/appointments", "前一天")
        await user.should_not_see(kind=ui.badge)
        return_ticket(
            number,
            "territory",
            "不在本片",
            by=WORKER,
            at=place.clock(),
            desk=place.house.desk,
            uow=place.house.database.unit(),
        )
        place.house.hub.publish("tickets", {"type": "ticket", "number": number})
        await user.should_see(kind=ui.badge, content="1", retries=30)


async def test_pages_turn_forward_and_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "SIZE", 2)
    filed = [place.ticket(f"r{n}", what=f"第{n}件").number for n in range(5)]
    async with visiting(place) as user:
        await entered(user, place, "operator", "/tickets?state=any", "共 5 件")
        await until(lambda: numbers(user) == filed[:2:-1])
        for name, page in (
            ("下一页", [filed[2], filed[1]]),
            ("下一页", [filed[0]]),
            ("上一页", [filed[2], filed[1]]),
            ("上一页", [filed[4], filed[3]]),
        ):
            press(user, name)
            await until(lambda page=page: numbers(user) == page)
        await user.should_not_see(kind=ui.button, content="上一页")


async def test_new_tickets_come_by_themselves(place: Place) -> None:
    async with visiting(place) as user:
        await entered(user, place, "manager", "/tickets", "共 0 件")
        number = place.ticket().number
        place.house.hub.publish("tickets", {"type": "ticket", "number": number})
        await until(lambda: numbers(user) == [number])


async def test_a_confidential_complaint_is_there_for_the_line_above_only(place: Place) -> None:
    about_worker = place.ticket(category="staff_conduct", kind="", what="周小敏态度差")
    about_supervisor = place.ticket("r2", category="staff_conduct", kind="", what="值班长推诿")
    assert (about_worker.level, about_supervisor.level) == (1, 2)
    sees = {"operator": [], "s01": [about_worker], "manager": [about_worker, about_supervisor]}
    for login, found in sees.items():
        async with visiting(place) as user:
            await entered(user, place, login, "/tickets?state=any", f"共 {len(found)} 件")
            assert sorted(map(str, numbers(user))) == sorted(t.number for t in found)
            for ticket in (about_worker, about_supervisor):
                page = (await user.http_client.get(f"/tickets/{ticket.number}")).text
                assert (ticket.what in page) == (ticket in found)
            assert about_worker.what not in (await user.http_client.get("/tickets?state=any")).text


async def test_workers_have_no_list_of_all_tickets(place: Place) -> None:
    place.account("w02", Position.WORKER, "w02")
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w02", expect="手上没有要办的工单")
        for path in ("/tickets", f"/tickets/{number}"):
            await user.open(path)
            await user.should_see("手上没有要办的工单", retries=30)


async def test_a_ticket_shows_all_that_is_known_of_it(place: Place) -> None:
    predicted = {
        "categories": [["property", 0.55], ["municipal_works", 0.4]],
        "units": [["供电公司", 0.72]],
        "model": "x",
    }
    ticket = place.ticket(predicted=predicted)
    at, desk, unit = place.clock(), place.house.desk, place.house.database.unit
    invite(ticket.number, "w02", "搬梯子", by=WORKER, at=at, desk=desk, uow=unit())
    twin = place.ticket("r2", conversation="web:xyz", what="我家楼道也黑")
    merge(twin.number, ticket.number, by=Actor(Role.OPERATOR, "li"), at=at, uow=unit())
    async with visiting(place) as user:
        await entered(user, place, "operator", f"/tickets/{ticket.number}", ticket.routed_why)
        for text in (
            "前联系居民，还剩",
            "前办结，还剩",
            "供电公司",
            "0.72",
            "派单表定的是",
            "物业管理",
            "现在归在“市政建设”",
            "搬梯子（还没办完）",
            f"{twin.number}：我家楼道也黑",
            "138****1001",
            "登记　居民",
        ):
            await user.should_see(text)
        await user.should_not_see("13800001001")
        press(user, "看完整的")
        await user.should_see("打电话 13800001001", retries=30)


async def test_what_was_sent_is_beside_the_ticket(place: Place) -> None:
    number = place.ticket().number
    sent = await take(place.house, located(), by=Actor(Role.RESIDENT, "web:abc"), ticket=number)
    async with visiting(place) as user:
        await entered(user, place, "operator", f"/tickets/{number}", "照片和录音")
        assert f"{PHOTOS}/{sent.id}" in {link.props["href"] for link in user.find(kind=ui.link).elements}
        assert (await user.http_client.get(f"{PHOTOS}/{sent.id}")).headers["content-type"] == "image/jpeg"


async def test_an_address_of_old_leads_back_to_the_first_page(place: Place) -> None:
    number = place.ticket().number
    async with visiting(place) as user:
        await entered(user, place, "operator", "/tickets?after=GY20200101-0001", "上一页")
        assert numbers(user) == []
        press(user, "上一页")
        await until(lambda: numbers(user) == [number])


@pytest.mark.parametrize(
    ("login", "role", "id_"),
    [("operator", Role.OPERATOR, "operator"), ("s01", Role.SUPERVISOR, "s01"), ("manager", Role.MANAGER, "manager")],
)
async def test_every_deed_that_the_table_allows_is_there_and_no_other(
    place: Place, login: str, role: Role, id_: str
) -> None:
    ticket = place.ticket()
    accept(ticket.number, by=WORKER, at=place.clock(), uow=place.house.database.unit())
    park(
        ticket.number,
        ticket.due_at + timedelta(9),
        "等拨款",
        by=WORKER,
        at=place.clock(),
        uow=place.house.database.unit(),
    )
    may = {EVENT_NAMES[e] for e in allowed(place.now(ticket.number), Actor(role, id_)) if e in DEEDS}
    async with visiting(place) as user:
        await entered(user, place, login, f"/tickets/{ticket.number}", "网格员周小敏申请挂账到")
        names = set(EVENT_NAMES.values())
        shown: set[Any] = {b.text for b in user.find(kind=ui.button).elements} & names
        shown |= {i.text for i in user.find(kind=ui.item_section).elements} & names
        assert shown == may and ("同意挂账" in may) == (role is not Role.OPERATOR)


async def test_the_desk_refuses_a_request_and_then_passes_the_ticket_on(place: Place) -> None:
    ticket = place.ticket()
    extend(
        ticket.number,
        ticket.due_at + timedelta(3),
        "等配件",
        by=WORKER,
        at=place.clock(),
        uow=place.house.database.unit(),
    )
    async with visiting(place) as user:
        await entered(user, place, "operator", f"/tickets/{ticket.number}", "延期到")
        press(user, "不同意申请")
        user.find(kind=ui.textarea).type("居民等不及")
        press(user, "确定")
        await until(lambda: place.now(ticket.number).wish is None)
        await user.should_not_see("网格员周小敏申请延期", retries=30)
        await user.should_see("居民等不及", retries=30)
        press(user, "转派")
        select(user, "转给谁").set_value("w02")
        user.find(kind=ui.textarea).type("请假了")
        press(user, "确定")
        await until(lambda: place.now(ticket.number).assignee == "w02")
        assert place.now(ticket.number).history[-1].by == Actor(Role.OPERATOR, "operator")


async def test_merging_offers_what_could_be_the_same_and_takes_a_number(place: Place) -> None:
    first, same = place.ticket(), place.ticket("r2", conversation="web:xyz", what="三单元灯不亮")
    other = place.ticket(
        "r3", conversation="web:qqq", category="other", kind="", what="别的事", address="别处", place={}
    )
    async with visiting(place) as user:
        await entered(user, place, "operator", f"/tickets/{same.number}", "三单元灯不亮")
        press(user, "并单")
        await user.should_see("并入哪张工单", retries=30)
        offered = user.find(kind=ui.radio).elements.pop()
        assert list(offered.options) == [first.number] and "同一地点，同一情形" in offered.options[first.number]
        press(user, "确定")
        await user.should_see("请先选一张工单，或者写工单号", retries=30)
        user.find("别的工单号").type(f"{other.number.lower()}9")
        press(user, "确定")
        await user.should_see("没有找到编号为", retries=30)
        user.find("别的工单号").clear()
        offered.set_value(first.number)
        press(user, "确定")
        await until(lambda: place.now(same.number).merged_into == first.number)
        await user.should_see(f"已并入 {first.number}", retries=30)
        press(user, "拆单")
        user.find(kind=ui.textarea).type("不是一个单元")
        press(user, "确定")
        await until(lambda: place.now(same.number).state is State.ASSIGNED)


@pytest.mark.parametrize(
    ("answer", "words", "state", "solved"),
    [("solved/yes", "", State.CLOSED, Solved.SOLVED), ("unsolved/no", "还是不亮", State.ASSIGNED, Solved.UNSOLVED)],
)
async def test_what_a_resident_says_on_the_telephone_is_written_down(
    place: Place, answer: str, words: str, state: State, solved: Solved
) -> None:
    number = place.ticket().number
    accept(number, by=WORKER, at=place.clock(), uow=place.house.database.unit())
    finish(number, "换了灯", by=WORKER, at=place.clock(), uow=place.house.database.unit())
    async with visiting(place) as user:
        await entered(user, place, "operator", f"/tickets/{number}", "换了灯")
        press(user, "评价")
        select(user, "居民怎么说").set_value(answer)
        user.find(kind=ui.textarea).type(words)
        press(user, "确定")
        await until(lambda: place.now(number).survey is not None)
        survey = place.now(number).survey
        assert survey and (place.now(number).state, survey.solved, survey.satisfied) == (
            state,
            solved,
            answer[-3:] == "yes",
        )


async def test_rejecting_sends_the_legal_way_along(place: Place) -> None:
    number = place.ticket().number
    remedy = next(iter(place.house.desk.remedies.values()))
    async with visiting(place) as user:
        await entered(user, place, "operator", f"/tickets/{number}", "楼道灯坏了三天")
        choose(user, "不予受理")
        select(user, "请居民去哪里").set_value(remedy.id)
        user.find(kind=ui.textarea).type("这是开发商的事")
        press(user, "确定")
        await until(lambda: place.now(number).state is State.REJECTED)
        assert place.now(number).history[-1].note == f"这是开发商的事。{remedy.text}"


async def test_trying_out_says_where_and_why_and_files_nothing(place: Place) -> None:
    place.engine.meanings["周小敏骂人"] = {"intent": "complain_staff", "category": "staff_conduct", "categories": []}
    async with visiting(place) as user:
        await entered(user, place, "manager", "/tickets", "共 0 件")
        press(user, "试派")
        press(user, "试一试")
        await user.should_see("先写一句居民会怎么说", retries=30)
        user.find("居民怎么说").type("楼道灯坏了")
        press(user, "试一试")
        await user.should_see("派给 周小敏", retries=30)
        for text in ("网格员周小敏当班", "市政建设 0.81", "幸福里小区3栋", "前联系居民"):
            await user.should_see(text)
        user.find("居民怎么说").clear().type("周小敏骂人")
        press(user, "试一试")
        await user.should_see("是，只有值班长以上看得到", retries=30)
        assert numbers(user) == [] and place.house.desk.routing.supervisor == "s01"


def test_the_events_without_a_button_come_with_merging() -> None:
    assert set(Event) - set(DEEDS) == {Event.OPEN, Event.JOIN, Event.LEAVE}
