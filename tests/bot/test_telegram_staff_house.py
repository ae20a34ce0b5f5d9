"""A house with the real community and a linked grid worker, for the tests of workers on Telegram; and how links are made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from actions.accounts import Position
from actions.attachments.folder import FolderStorage
from actions.conversations.message import Message
from actions.conversations.reading import transcript
from actions.errors import AccountUnknown
from actions.notify.notice import Notice
from actions.pocket.errors import NotAWorkersAccount, TooManyCodes
from actions.pocket.linking import VALID, linked_chat
from actions.store.database import open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.ticket import Ticket
from bot.conversation.engine import EngineDown
from bot.conversation.flow import Flow
from bot.conversation.hub import Hub
from bot.house import House
from bot.pocket.copies import WAY, copy_for, leave_copies
from bot.security.accounts import Accounts
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from bot.telegram.commands import MENU
from knowledge.wording import say
from tests.actions.samples import make_report
from tests.bot.test_consoles_house import furnished
from tests.bot.test_telegram_server import TOKEN, BotApi, Thinker, Watch, until
from tests.bot.test_telegram_updates import Fields, pressed, said
from tests.tables import lay_tables

WORKER, OTHER, RESIDENT = 501, 502, 42
"""Private chats: w01's, w02's, and one that is nobody's who works here."""


class Reader(Thinker):
    """An engine that can also be asked what a text means."""

    def __init__(self) -> None:
        super().__init__()
        self.meanings: dict[str, Fields] = {}
        self.down = False

    async def understand(self, text: str) -> Mapping[str, Any] | None:
        if self.down:
            raise EngineDown("out of order")
        return self.meanings.get(text)


@dataclass
class Place:
    """A house with its channel, and the ends that a test holds."""

    api: BotApi
    engine: Reader
    watch: Watch
    house: House
    channel: TelegramChannel
    numbers: dict[int, int] = field(default_factory=dict)

    def log(self, conversation: str) -> list[Message]:
        return transcript(conversation, uow=self.house.database.reading())

    def ticket(self, id_: str = "r1", **fields: Any) -> Ticket:
        """A ticket of w01's: the lamp in 幸福里小区3栋, unless told otherwise."""
        at = self.watch()
        report = make_report(id_, at=at, **fields)
        by, house = Actor(Role.RESIDENT, report.conversation), self.house
        return open_ticket(report, by=by, at=at, desk=house.desk, uow=house.database.unit())

    def now(self, number: str) -> Ticket:
        with self.house.database.reading() as uow:
            return uow.tickets.peek(number)

    def photos(self, number: str) -> list[str]:
        with self.house.database.reading() as uow:
            return [photo.id for photo in uow.attachments.of_tickets([number]).get(number, ())]

    def notices(self, audience: str) -> list[Notice]:
        with self.house.database.reading() as uow:
            return [n for n in uow.outbox.waiting(100) if n.audience == audience]

    async def tell(self, audience: str) -> None:
        """The outbox brings what waits for an audience to its linked chats."""
        for notice in self.notices(audience):
            leave_copies(notice, self.house)
        for copy in [n for w in (WORKER, OTHER) for n in self.notices(f"{WAY}:telegram:{w}")]:
            await asyncio.to_thread(self.channel.tell, copy)

    def link(self, login: str = "w01", chat: int = WORKER) -> str:
        """What the link on the worker's page sends."""
        code, _ = self.house.accounts.link_code(login, self.watch())
        return f"/start staff_{code}"

    async def linked(self, login: str = "w01", chat: int = WORKER) -> None:
        await self.api.push(self.says(self.link(login), chat))
        await until(lambda: any(f"telegram:{chat}" == link.chat for link in self.links(login)))
        await self.settled()
        self.api.calls.clear()

    def links(self, login: str) -> list[Any]:
        account = self.house.accounts.of(login)
        assert account
        link = linked_chat(account.id, uow=self.house.database.reading())
        return [link] if link else []

    def says(self, text: str | None = None, chat: int = WORKER, **fields: Any) -> Fields:
        self.numbers[chat] = self.numbers.get(chat, 0) + 1
        return said(text, id_=fields.pop("id_", self.numbers[chat]), chat=chat, user=chat, **fields)

    def presses(self, title: str, chat: int = WORKER) -> Fields:
        """The latest button of that title in a chat is pressed."""
        shown = [f for _, f in self.api.calls if int(f.get("chat_id", 0)) == chat and f.get("reply_markup")]
        rows = [row for f in reversed(shown) for row in f["reply_markup"].get("inline_keyboard", [])]
        data = next(b["callback_data"] for row in rows for b in row if title in b["text"])
        return self.presses_data(data, chat)

    def presses_data(self, data: str, chat: int = WORKER) -> Fields:
        self.numbers[0] = self.numbers.get(0, 0) + 1
        return pressed(data, id_=f"9{self.numbers[0]}", chat=chat, user=chat)

    async def settled(self) -> None:
        """Every letter of a worker is answered."""
        await until(lambda: not self.api.waiting)
        await until(lambda: not self.unanswered())

    def unanswered(self) -> list[Any]:
        with self.house.database.reading() as uow:
            return list(uow.pocket.unanswered(self.watch() + timedelta(days=9), 100))

    async def does(self, *updates: Fields) -> None:
        """Updates come one after the other, each when the one before is answered."""
        for update in updates:
            await self.api.push(update)
            await self.settled()

    def shown(self, chat: int = WORKER) -> list[str]:
        """All texts of a chat as they came or were changed, first to last."""
        mine = [f for _, f in self.api.calls if int(f.get("chat_id", 0)) == chat]
        return [f["text"] for f in mine if "text" in f and not f["failed"]]

    @property
    def toasts(self) -> list[str]:
        return [f.get("text", "") for f in self.api.called("answerCallbackQuery")]


def make_staff_house(folder: Path, api: str, engine: Reader, watch: Watch, **settings: Any) -> House:
    database, hub = open_database(lay_tables(f"sqlite:///{folder}/linli.db")), Hub()
    own: dict[str, Any] = {
        "settings": Settings(
            _env_file=None, telegram_token=SecretStr(TOKEN), telegram_api=api, data=folder, **settings
        ),  # type: ignore[call-arg]
        "database": database,
        "clock": watch,
        "hub": hub,
        "accounts": Accounts(database),
        "engine": engine,
        "flow": Flow(database, cast(Any, engine), hub, watch, 2000),
        "storage": FolderStorage(folder / "attachments"),
        "secret_key": "a key",
    }
    house = replace(furnished(), **own)
    for login, worker in (("w01", "w01"), ("w02", "w02"), ("s01", "s01"), ("m01", "m01")):
        house.accounts.add(login, house.community.workers[worker].name, Position.WORKER, worker)
    house.accounts.add("operator", "话务员", Position.OPERATOR)
    return house


@asynccontextmanager
async def working(folder: Path, *logins: str) -> AsyncGenerator[Place]:
    """A running place in which these workers' chats are linked."""
    api, engine, watch = BotApi(), Reader(), Watch()
    async with api.serving() as address:
        house = make_staff_house(folder, address, engine, watch)
        place = Place(api, engine, watch, house, TelegramChannel(house))
        try:
            await place.channel.start()
            for login, chat in zip(logins, (WORKER, OTHER), strict=False):
                await place.linked(login, chat)
            yield place
        finally:
            engine.open.set()
            await place.channel.stop()
            house.database.close()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def test_the_link_from_the_page_makes_a_chat_a_workers(tmp_path: Path) -> None:
    async with working(tmp_path) as place:
        await place.does(place.says(place.link()))
        assert place.links("w01")[0].chat == "telegram:501"
        assert say("staff_linked", name="周小敏") in place.shown()
        menu = next(c for c in place.api.called("setMyCommands") if "scope" in c)
        assert [c["command"] for c in menu["commands"]] == ["tasks", "patrol", "unlink", *MENU]
        assert place.log("telegram:501") == [] and place.engine.heard == []


async def test_a_code_works_once_and_for_ten_minutes(tmp_path: Path) -> None:
    async with working(tmp_path) as place:
        start, late = place.link(), place.link("w02")
        await place.does(place.says(start), place.says(start, OTHER))
        assert place.shown(OTHER) == [say("staff_link_wrong")] and place.links("w01")[0].chat == "telegram:501"
        place.watch.ahead = VALID + timedelta(seconds=1)
        await place.does(place.says(late, OTHER))
        place.watch.ahead = timedelta()
        await place.does(place.says(late, OTHER))
        assert place.shown(OTHER) == [say("staff_link_wrong")] * 3 and place.links("w02") == []


async def test_who_guesses_is_stopped(tmp_path: Path) -> None:
    async with working(tmp_path) as place:
        for n in range(6):
            await place.does(place.says(f"/start staff_aaaaaaaa{n + 2}", RESIDENT))
        assert place.shown(RESIDENT) == [say("staff_link_wrong")] * 5 + [say("staff_link_too_often")]
        await place.does(place.says(place.link(), RESIDENT))
        assert place.links("w01") == []


async def test_a_new_code_makes_the_old_one_worthless_and_too_many_are_refused(tmp_path: Path) -> None:
    async with working(tmp_path) as place:
        old, _ = place.link(), [place.link() for _ in range(5)]
        await place.does(place.says(old))
        assert place.links("w01") == []
        with pytest.raises(TooManyCodes):
            place.link()
        with pytest.raises(NotAWorkersAccount):
            place.link("operator")
        with pytest.raises(AccountUnknown):
            place.link("nobody")


async def test_a_second_phone_takes_the_first_ones_place_and_the_first_is_told(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        await place.does(place.says(place.link(), OTHER))
        assert place.links("w01")[0].chat == "telegram:502"
        assert place.shown() == [say("staff_linked_elsewhere")]


@pytest.mark.parametrize("how", ["command", "page", "password"])
async def test_unlinked_nothing_comes_any_more_and_old_buttons_are_answered(tmp_path: Path, how: str) -> None:
    async with working(tmp_path, "w01") as place:
        number = place.ticket().number
        await place.tell("worker:w01")
        accept = place.presses("签收")
        if how == "command":
            await place.does(place.says("/unlink"))
        elif how == "page":
            assert place.house.accounts.unlink("w01") == "telegram:501"
        else:
            place.house.accounts.reset("w01")
        place.api.calls.clear()
        await place.does(accept)
        assert place.toasts == [say("staff_unlinked_button")] and place.now(number).state == "assigned"
        await asyncio.to_thread(
            place.channel.tell, copy_for("telegram:501", place.notices("worker:w01")[0], place.watch())
        )
        assert place.shown() == []
        await place.does(place.says("/tasks"))
        assert place.shown() == [say("staff_not_linked")]


async def test_a_disabled_account_is_nobodys(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        with place.house.database.unit() as uow:
            account = uow.accounts.by_login("w01")
            assert account
            uow.accounts.save(replace(account, disabled=True))
            uow.commit()
        await place.does(place.says("/tasks"))
        assert place.shown() == [say("staff_not_linked")]


async def test_a_resident_who_types_a_workers_command_is_told_whose_it_is(tmp_path: Path) -> None:
    async with working(tmp_path) as place:
        await place.does(place.says("/tasks", RESIDENT))
        await place.api.push(place.says("灯坏了", RESIDENT))
        await until(lambda: "听到：灯坏了" in place.api.texts)
        assert place.shown(RESIDENT) == [say("staff_not_linked"), "听到：灯坏了"]
