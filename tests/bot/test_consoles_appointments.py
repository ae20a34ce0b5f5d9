"""The list of a window's appointments, as an operator sees and works with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from nicegui import ui

from actions.accounts import Position
from actions.appointments.appointment import Appointment, Status, Wish
from actions.appointments.booking import book
from actions.appointments.slot import Manner
from actions.clock import SHANGHAI
from actions.office import load_agenda
from actions.tickets.actor import Actor, Role
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting

AFTERNOON = datetime(2026, 11, 24, 14, 0, tzinfo=SHANGHAI)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("operator", Position.OPERATOR)
    return made


def booked(place: Place) -> Appointment:
    wish = Wish(
        "m1", "web:abc", "elder_card", "老年证办理", "community_hall", Manner.REGULAR, AFTERNOON, phone="13812341001"
    )
    by = Actor(Role.RESIDENT, "web:abc")
    return book(wish, by=by, at=place.clock(), agenda=load_agenda(), uow=place.house.database.unit())


def status(place: Place, number: str) -> Status:
    with place.house.database.reading() as uow:
        return uow.appointments.get(number).status


async def test_today_s_list_with_the_phone_masked_and_who_came(place: Place) -> None:
    made = booked(place)
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="值班台")
        await user.open("/appointments")
        for words in ("老年证办理", made.number, "138****1001", "已预约"):
            await user.should_see(words, retries=30)
        await user.should_not_see("13812341001")
        user.find(kind=ui.button, content="到了").click()
        await user.should_see("已到场", retries=30)
    assert status(place, made.number) is Status.KEPT


async def test_a_cancelled_one_is_told_to_the_resident(place: Place) -> None:
    made = booked(place)
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="值班台")
        await user.open("/appointments")
        await user.should_see(made.number, retries=30)
        user.find(kind=ui.button, content="取消").click()
        user.find("为什么取消").type("窗口停电")
        user.find(kind=ui.button, content="确定取消").click()
        await until(lambda: status(place, made.number) is Status.CANCELLED)
    with place.house.database.reading() as uow:
        assert [n.body["note"] for n in uow.outbox.waiting(9)] == ["窗口停电"]


async def test_another_day_has_another_list(place: Place) -> None:
    made = booked(place)
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="值班台")
        await user.open("/appointments")
        await user.should_see(made.number, retries=30)
        user.find(kind=ui.button, content="后一天").click()
        await user.should_see("这一天没有预约", retries=30)


async def test_a_grid_worker_has_no_business_there(place: Place) -> None:
    place.account("w01", Position.WORKER, "w01")
    made = booked(place)
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect="我的工单")
        await user.open("/appointments")
        await user.should_see("我的工单", retries=30)
        await user.should_not_see(made.number)
