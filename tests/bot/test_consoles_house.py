"""A house to test pages with: the real knowledge, an empty database, an engine that repeats; and who is let in where."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_simulation import user_simulation

from actions.accounts import Position
from actions.clock import SHANGHAI
from actions.conversations.message import Inbound, Message, Reply
from actions.conversations.recording import record_inbound, record_replies
from actions.store.database import open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.ticket import Ticket
from bot.app import open_house
from bot.consoles.mounting import register
from bot.consoles.visit import HOME
from bot.conversation.engine import EngineTurn
from bot.conversation.flow import Flow
from bot.conversation.hub import Hub
from bot.house import House
from bot.security.accounts import Accounts
from bot.settings import Settings
from tests.actions.samples import make_report
from tests.tables import lay_tables

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
LAMP = {
    "intent": "report_issue", "confidence": 0.97, "intents": [["report_issue", 0.97], ["seek_help", 0.02], ["inform", 0.01]],
    "category": "municipal_works", "categories": [["municipal_works", 0.81], ["property", 0.15], ["environment", 0.02]],
    "kind": "", "entities": [{"entity": "address", "value": "幸福里小区3栋"}], "model": "20261124-test",
}  # fmt: skip


class Echo:
    """An engine that repeats what it hears, unless it was told what to answer."""

    def __init__(self) -> None:
        self.answers: dict[str, EngineTurn] = {}
        self.meanings: dict[str, Mapping[str, Any]] = {}

    async def turn(self, conversation: str, text: str, metadata: dict[str, Any]) -> EngineTurn:
        return self.answers.get(text) or EngineTurn((Reply(f"听到：{text}"),), (), LAMP)

    async def understand(self, text: str) -> Mapping[str, Any] | None:
        return self.meanings.get(text, LAMP)

    async def alive(self) -> bool:
        return True

    async def close(self) -> None:
        return None


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: datetime = TUESDAY

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Place:
    """A house and what tests do around it."""

    house: House
    clock: Clock
    engine: Echo
    passwords: dict[str, str] = field(default_factory=dict)

    def account(self, login: str, role: Position, worker: str | None = None) -> None:
        """An account that can sign in."""
        self.passwords[login] = self.house.accounts.add(login, f"{login}的名字", role, worker)

    def hears(self, conversation: str, text: str) -> Message:
        """A resident says something and the bot answers."""
        database, at = self.house.database, self.clock()
        said, _ = record_inbound(Inbound(f"{conversation}.{at:%H%M%S}", conversation, text), at=at, uow=database.unit())
        record_replies(said, [Reply("听到了")], LAMP, {"events": [], "owner": "bot"}, at=at, uow=database.unit())
        return said

    def ticket(self, id_: str = "r1", **fields: Any) -> Ticket:
        """A ticket of w01's: the lamp in 幸福里小区3栋, unless told otherwise."""
        report, at = make_report(id_, at=self.clock(), **fields), self.clock()
        return open_ticket(
            report,
            by=Actor(Role.RESIDENT, report.conversation),
            at=at,
            desk=self.house.desk,
            uow=self.house.database.unit(),
        )

    def now(self, number: str) -> Ticket:
        """The ticket as it stands."""
        with self.house.database.reading() as uow:
            return uow.tickets.get(number)


@cache
def furnished() -> House:
    """A house with the real knowledge, which is read once for all tests; its other parts are replaced for each."""
    house = open_house(Settings(_env_file=None, data=Path(mkdtemp()), database_url=""), Echo(), lambda: True)  # type: ignore[arg-type, call-arg]
    gc.freeze()
    return house


def make_place(tmp_path: Path, **settings: Any) -> Place:
    """A house on a database of its own."""
    chosen = Settings(_env_file=None, data=tmp_path, database_url="", **settings)  # type: ignore[call-arg]
    database, clock, hub, engine = open_database(lay_tables(chosen.database)), Clock(), Hub(), Echo()
    flow = Flow(database, engine, hub, clock, chosen.longest_message)  # type: ignore[arg-type]
    own: dict[str, Any] = {
        "settings": chosen,
        "database": database,
        "clock": clock,
        "hub": hub,
        "accounts": Accounts(database),
        "flow": flow,
        "engine": engine,
    }
    return Place(replace(furnished(), **own), clock, engine)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


@asynccontextmanager
async def visiting(place: Place) -> AsyncIterator[User]:
    """A person at a browser, with the consoles' pages there to be opened."""
    async with user_simulation() as user:
        register(place.house)
        yield user


async def sign_in(user: User, place: Place, login: str, *, expect: str) -> None:
    """Sign in and wait for the page that one is led to."""
    await user.open("/login")
    user.find("登录名").type(login)
    user.find("密码").type(place.passwords[login])
    user.find(kind=ui.button, content="登录").click()
    await user.should_see(expect, retries=30)


async def until(holds: Callable[[], Any], seconds: float = 5.0) -> None:
    """Wait until something holds."""
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")


SECRET = "只给该看的人看的话"
ROOMS = (
    "/operator",
    "/calls",
    "/worker",
    "/tickets",
    "/manager",
    "/rates",
    "/appointments",
    "/shortfalls",
    "/letters",
)
"""Every room, and below the address of one ticket."""


async def shown_to(user: User, path: str) -> str:
    """The whole page, as the browser gets it; where one is led elsewhere, nothing of the page is in it."""
    return (await user.http_client.get(path)).text


@pytest.mark.parametrize(
    ("login", "role", "own", "may"),
    [
        ("w01", Position.WORKER, "我的工单", {"/worker"}),
        ("operator", Position.OPERATOR, "值班台", {"/operator", "/calls", "/tickets", "/appointments"}),
        (
            "manager",
            Position.MANAGER,
            "对话记录",
            {"/calls", "/tickets", "/manager", "/rates", "/appointments", "/shortfalls", "/letters"},
        ),
        ("s01", Position.WORKER, "我的工单", {"/worker", "/calls", "/tickets", "/rates"}),
    ],
)
async def test_each_is_let_into_her_own_rooms_and_led_home_from_the_others(
    place: Place, login: str, role: Position, own: str, may: set[str]
) -> None:
    place.account(login, role, login if role is Position.WORKER else None)
    async with visiting(place) as user:
        await sign_in(user, place, login, expect=own)
        for room in ROOMS:
            await user.open(room)
            home = room if room in may else HOME[role]
            await until(lambda home=home: user.client and user.client.page.path == home)


async def test_what_is_said_and_filed_reaches_only_the_rooms_of_those_who_may_read_it(place: Place) -> None:
    """Each page that may show it does: without that, its absence elsewhere would say nothing."""
    for login, role in (("w02", Position.WORKER), ("operator", Position.OPERATOR), ("manager", Position.MANAGER)):
        place.account(login, role, "w02" if role is Position.WORKER else None)
    place.hears("web:abc", SECRET)
    number, talk = place.ticket(what=SECRET).number, "/operator?open=web:abc"
    shows = {
        "w02": set(),
        "operator": {talk, "/tickets", f"/tickets/{number}"},
        "manager": {"/manager", "/tickets", f"/tickets/{number}"},
    }
    for login, expected in shows.items():
        async with visiting(place) as user:
            await sign_in(user, place, login, expect="退出")
            pages = {path: await shown_to(user, path) for path in (*ROOMS, talk, f"/tickets/{number}")}
        assert {path for path, text in pages.items() if SECRET in text} == expected, login


async def test_an_admin_may_go_everywhere_but_to_a_workers_bag(place: Place) -> None:
    place.account("admin", Position.ADMIN)
    async with visiting(place) as user:
        await sign_in(user, place, "admin", expect="对话记录")
        for room in set(ROOMS) - {"/worker"}:
            await user.open(room)
            await until(lambda room=room: user.client and user.client.page.path == room)


async def test_nobody_gets_in_without_signing_in(place: Place) -> None:
    number = place.ticket(what=SECRET).number
    async with visiting(place) as user:
        for path in (*ROOMS, f"/tickets/{number}"):
            assert SECRET not in await shown_to(user, path)
            await user.open(path)
            await user.should_see("工作人员登录", retries=30)


async def test_a_wrong_password_is_refused_in_words(place: Place) -> None:
    place.account("operator", Position.OPERATOR)
    async with visiting(place) as user:
        await user.open("/login")
        user.find("登录名").type("operator")
        user.find("密码").type("nonsense")
        user.find(kind=ui.button, content="登录").click()
        await user.should_see("登录名或密码不对", retries=30)
        await user.open("/operator")
        await user.should_see("工作人员登录", retries=30)


async def test_a_new_password_ends_the_sessions_of_the_old_one(place: Place) -> None:
    place.account("w01", Position.WORKER, "w01")
    number = place.ticket().number
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        place.house.accounts.reset("w01")
        user.find(kind=ui.button, content="签收").click()  # the page was open before
        await user.should_see("工作人员登录", retries=30)
        assert [entry.event for entry in place.now(number).history] == ["open"]
        await user.open("/worker")
        await user.should_see("工作人员登录", retries=30)


async def test_who_signs_out_is_out(place: Place) -> None:
    place.account("manager", Position.MANAGER)
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        user.find("退出").click()
        await user.should_see("工作人员登录", retries=30)
        await user.open("/manager")
        await user.should_see("工作人员登录", retries=30)
