"""A Bot API server for the tests, and a house that talks to it; the server itself is held to the documents here.

Everything between the resident's phone and the engine is real: HTTP, polling, the message log, the flow. Only the engine
is a stand-in, which answers what it is told to.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
from aiohttp import web
from pydantic import SecretStr

from actions.attachments.folder import FolderStorage
from actions.clock import SHANGHAI
from actions.conversations.message import Message, Reply
from actions.conversations.reading import transcript
from actions.store.database import Database, open_database
from bot.conversation.engine import EngineTurn
from bot.conversation.flow import Flow
from bot.conversation.hub import Hub
from bot.conversation.own_data import OwnData
from bot.house import House
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from tests.actions.samples import make_desk
from tests.bot.test_telegram_updates import BOT, Fields, chat_with, said
from tests.tables import lay_tables

TOKEN = "7000:test-token"
LONGEST = 15
"""Seconds until a test gives up waiting."""
POLL = 0.5
"""Seconds for which `getUpdates` is held open."""


class BotApi:
    """The methods that we use, answering in the documented shapes; what was called is in `calls`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Fields]] = []
        self.failures: dict[str, list[tuple[int, Fields]]] = defaultdict(list)
        self.waiting: list[Fields] = []
        self.files: dict[str, bytes] = {}
        self._number, self._message = 0, 1000
        self._news = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """Its address."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    async def push(self, *updates: Fields) -> None:
        """Updates from residents, numbered one after the other."""
        for update in updates:
            self._number += 1
            self.waiting.append({"update_id": self._number, **update})
        self._news.set()

    def fail(self, method: str, status: int, description: str, **parameters: int) -> None:
        """Answer the next call of a method with an error."""
        body: Fields = {"ok": False, "error_code": status, "description": description}
        self.failures[method].append((status, body | ({"parameters": parameters} if parameters else {})))

    def called(self, method: str) -> list[Fields]:
        """What a method was called with."""
        return [fields for name, fields in self.calls if name == method]

    @property
    def sent(self) -> list[Fields]:
        """Messages that were taken."""
        return [fields for fields in self.called("sendMessage") if not fields["failed"]]

    @property
    def texts(self) -> list[str]:
        """Their texts."""
        return [fields["text"] for fields in self.sent]

    async def _call(self, request: web.Request) -> web.Response:
        fields = {name: _decoded(value) for name, value in (await request.post()).items()}
        method = request.match_info["method"]
        failure = self.failures[method].pop(0) if self.failures[method] else None
        if request.match_info["token"] != TOKEN:
            failure = 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        self.calls.append((method, fields | {"failed": failure is not None}))
        if failure:
            return web.json_response(failure[1], status=failure[0])
        return web.json_response({"ok": True, "result": await self._result(method, fields)})

    async def _file(self, request: web.Request) -> web.Response:
        """A file by the path that `getFile` told."""
        return web.Response(body=self.files[request.match_info["path"].removeprefix("files/")])

    async def _result(self, method: str, fields: Fields) -> Any:
        if method == "getMe":
            return BOT
        if method == "getUpdates":
            return await self._updates(int(fields.get("offset", 0)), float(fields.get("timeout", 0)))
        if method == "getFile" and fields["file_id"] in self.files:
            size = len(self.files[fields["file_id"]])
            return {
                "file_id": fields["file_id"],
                "file_unique_id": "u1",
                "file_size": size,
                "file_path": f"files/{fields['file_id']}",
            }
        if method == "sendPhoto":
            chat = chat_with(int(fields["chat_id"]))
            return {"message_id": 1, "date": 1, "chat": chat, "from": BOT, "photo": [], "caption": fields["caption"]}
        if method == "sendDocument":
            return {"message_id": 1, "date": 1, "chat": chat_with(int(fields["chat_id"])), "from": BOT}
        if method == "sendMessage":
            self._message += 1
            chat = chat_with(int(fields["chat_id"]))
            return {"message_id": self._message, "date": 1, "chat": chat, "from": BOT, "text": fields["text"]}
        return True

    async def _updates(self, offset: int, timeout: float) -> list[Fields]:
        """An offset confirms all updates before it; those are never sent again."""
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        if not self.waiting and timeout:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), POLL)
        return list(self.waiting)


def _decoded(value: Any) -> Any:
    if isinstance(value, web.FileField):
        return value.file.read()
    return json.loads(value) if value[:1] in "[{" else value


class Thinker:
    """The engine's stand-in: says what it was told to say to a text, else repeats the text."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.positions: list[Any] = []
        self.tickets: list[Any] = []
        self.forgotten: list[str] = []
        self.events: dict[str, Sequence[Fields]] = {}
        self.answers: dict[str, Sequence[Reply]] = {}
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.heard]

    async def forget(self, conversation: str) -> None:
        self.forgotten.append(conversation)

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> EngineTurn:
        self.heard.append((conversation, text))
        self.positions.append(metadata.get("location"))
        self.tickets.append(metadata.get("ticket"))
        if self.broken:
            raise RuntimeError("a bug")
        await self.open.wait()
        return EngineTurn(
            self.answers.get(text, (Reply(f"听到：{text}"),)), self.events.get(text, ()), {"intent": "report_issue"}
        )


class Watch:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(SHANGHAI) + self.ahead


@dataclass
class Place:
    """A house with its channel, and the two ends that a test holds."""

    api: BotApi
    engine: Thinker
    watch: Watch
    house: House
    channel: TelegramChannel

    def log(self, conversation: str = "telegram:42") -> list[Message]:
        """What is on record of a conversation."""
        return transcript(conversation, uow=self.house.database.reading())

    async def answered(self, text: str) -> None:
        """Wait until the engine's answer to a text was sent."""
        await until(lambda: any(f"听到：{text}" in sent for sent in self.api.texts))


async def until(holds: Callable[[], object]) -> None:
    """Wait for something to come true; an error where it does not in time."""
    async with asyncio.timeout(LONGEST):
        while not holds():
            await asyncio.sleep(0.02)


def make_house(
    folder: Path,
    api: str,
    engine: Thinker,
    watch: Watch,
    token: str = TOKEN,
    database: Database | None = None,
    explains: bool = False,
    **settings: Any,
) -> House:
    """A house whose every part that the channel needs is real. With `explains` it knows of residents' own data."""
    if database is None:
        database = open_database(lay_tables(f"sqlite:///{folder}/linli.db"))
    hub = Hub()
    none, storage = cast(Any, None), FolderStorage(folder / "attachments")
    own_data = OwnData(database, storage, cast(Any, engine), watch) if explains else None
    return House(
        settings=Settings(_env_file=None, telegram_token=SecretStr(token), telegram_api=api, data=folder, **settings),  # type: ignore[call-arg]
        database=database,
        desk=make_desk(),
        community=none,
        categories={},
        statutes=(),
        catalog={},
        clock=watch,
        hub=hub,
        accounts=none,
        limits=none,
        engine=cast(Any, engine),
        flow=Flow(database, cast(Any, engine), hub, watch, 2000, own_data),
        worker_alive=lambda: True,
        secret_key="a key",
        storage=storage,
        answerer=none,
    )


@asynccontextmanager
async def opened(
    folder: Path, start: bool = True, token: str = TOKEN, database: Database | None = None, **more: Any
) -> AsyncGenerator[Place]:
    """A running place, closed afterwards."""
    api, engine, watch = BotApi(), Thinker(), Watch()
    async with api.serving() as address:
        house = make_house(folder, address, engine, watch, token, database, **more)
        place = Place(api, engine, watch, house, TelegramChannel(house))
        try:
            if start:
                await place.channel.start()
            yield place
        finally:
            engine.open.set()  # a test that failed while the engine thought must not wait for it for ever
            await place.channel.stop()
            house.database.close()


async def test_an_update_comes_until_a_later_offset_confirms_it() -> None:
    api = BotApi()
    async with api.serving() as address, httpx.AsyncClient(base_url=f"{address}/bot{TOKEN}", trust_env=False) as client:
        await api.push(said("一"), said("二"))

        async def ids(offset: int) -> list[int]:
            answer = (await client.post("/getUpdates", data={"offset": offset})).json()
            return [update["update_id"] for update in answer["result"]]

        assert [await ids(0), await ids(1), await ids(2), await ids(3), await ids(0)] == [[1, 2], [1, 2], [2], [], []]


async def test_a_wrong_token_is_refused() -> None:
    async with BotApi().serving() as address, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(f"{address}/botwrong/getMe")).status_code == 401
