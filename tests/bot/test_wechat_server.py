"""A server of the two platforms for the tests, and a house that talks to it; the server itself is held to the documents here.

Everything between the platform and the engine is real: HTTP both ways, sealing, the message log, the flow. Only the
engine is a stand-in, which answers what it is told to.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from fastapi import FastAPI
from pydantic import SecretStr

from actions.conversations.message import Message
from actions.conversations.reading import transcript
from bot.house import House
from bot.settings import Settings
from bot.wechat.channel import WeChatChannel
from bot.wechat.envelope import Envelope
from bot.wechat.letter import fields_of, letter_of
from bot.wechat.opening import wechat_channels
from tests.bot.test_telegram_server import Thinker, Watch, make_house
from tests.bot.test_wechat_envelope import APP, KEY, seal, sign

CORP, AGENT = "ww1234567890abcdef", 1000002
WITHOUT_ACCESS = ("/cgi-bin/stable_token", "/cgi-bin/gettoken")
Fields = dict[str, Any]


class Platform:
    """The calls that we use, answering in the documented shapes; what was called is in `calls`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Fields]] = []
        self.failures: dict[str, list[int]] = defaultdict(list)
        self.files: dict[str, bytes] = {}
        self.tokens: list[str] = []

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """Its address."""
        app = web.Application(client_max_size=10**7)
        app.router.add_route("*", "/{path:.+}", self._call)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    def fail(self, path: str, *codes: int) -> None:
        """Answer the next calls with an error each."""
        self.failures[path] += codes

    def called(self, path: str) -> list[Fields]:
        """What an address was called with, and not refused."""
        return [fields for where, fields in self.calls if where == path and not fields["errcode"]]

    @property
    def texts(self) -> list[str]:
        """The texts that were taken, in order."""
        sends = (f for p, f in self.calls if p in ("/cgi-bin/message/custom/send", "/cgi-bin/message/send"))
        return [fields["text"]["content"] for fields in sends if not fields["errcode"] and fields["msgtype"] == "text"]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        fields: Fields = {**request.query, "errcode": 0}
        if request.content_type == "application/json":
            fields |= {"raw": await request.text(), **await request.json()}
        elif request.content_type.startswith("multipart/"):
            fields |= dict(await request.post())
        fields["errcode"] = self._error(request.path, fields)
        self.calls.append((request.path, fields))
        if fields["errcode"]:
            return web.json_response({"errcode": fields["errcode"], "errmsg": "refused"})
        if request.path == "/cgi-bin/media/get" and not self.files[fields["media_id"]].startswith(b"{"):
            return web.Response(body=self.files[fields["media_id"]], content_type="application/octet-stream")
        return web.json_response(self._result(request, fields))

    def _error(self, path: str, fields: Fields) -> int:
        if self.failures[path]:
            return self.failures[path].pop(0)
        if path in WITHOUT_ACCESS:
            return 0
        if fields.get("access_token") != (self.tokens or [""])[-1]:
            return 42001
        if len(fields.get("text", {}).get("content", "").encode()) > 2048:
            return 45002
        return 40007 if path == "/cgi-bin/media/get" and fields["media_id"] not in self.files else 0

    def _result(self, request: web.Request, fields: Fields) -> Fields:
        if request.path in WITHOUT_ACCESS:
            if not self.tokens or fields.get("force_refresh") or request.path == "/cgi-bin/gettoken":
                self.tokens.append(f"access-{len(self.tokens)}")
            return {"access_token": self.tokens[-1], "expires_in": 7200}
        if request.path == "/cgi-bin/media/get":
            return dict(json.loads(self.files[fields["media_id"]]))
        if request.path == "/cgi-bin/media/upload":
            return {"type": "image", "media_id": "uploaded", "created_at": 1}
        return {"errcode": 0, "errmsg": "ok"}


@dataclass
class Place:
    """A house with its channel, and the two ends that a test holds."""

    platform: Platform
    engine: Thinker
    watch: Watch
    house: House
    channel: WeChatChannel
    client: httpx.AsyncClient
    work: bool

    def log(self) -> list[Message]:
        """What is on record of the resident's conversation."""
        return transcript("wecom:li" if self.work else "wechat:o1", uow=self.house.database.reading())

    async def post(self, fields: Mapping[str, str | int]) -> httpx.Response:
        """A letter as the platform posts it, sealed."""
        inner = letter_of({"ToUserName": "gh_1", "FromUserName": "li" if self.work else "o1", **fields})
        sealed = seal(inner, CORP if self.work else APP)
        time, nonce = str(int(self.watch().timestamp())), "1372623149"
        query = {"msg_signature": sign("token", time, nonce, sealed), "timestamp": time, "nonce": nonce}
        if not self.work:
            query |= {"signature": sign("token", time, nonce), "encrypt_type": "aes"}
        outer = letter_of({"ToUserName": "gh_1", "Encrypt": sealed})
        return await self.client.post("/wechat/work" if self.work else "/wechat/official", params=query, content=outer)

    async def write(self, fields: Mapping[str, str | int]) -> str:
        """A letter, and the text of the passive reply; "" for none."""
        response = await self.post(fields)
        assert response.status_code == 200
        if response.text == "success":
            return ""
        sealed = fields_of(response.content)["Encrypt"]
        return fields_of(Envelope("token", KEY, CORP if self.work else APP).opened(sealed).encode())["Content"]

    async def say(self, text: str) -> str:
        """A text that is new."""
        return await self.write(text_letter(text))


_numbers = itertools.count(6054768590064713728)


def letter(kind: str, **fields: str) -> Fields:
    """A message with a number of its own."""
    return {"CreateTime": 1796086800, "MsgType": kind, **fields, "MsgId": str(next(_numbers))}


def text_letter(text: str) -> Fields:
    """A text."""
    return letter("text", Content=text)


def event(name: str, at: int = 1796086800, **fields: str) -> Fields:
    """An event, which has no number."""
    return {"CreateTime": at, "MsgType": "event", "Event": name, **fields}


@asynccontextmanager
async def opened(
    folder: Path,
    *,
    work: bool = False,
    patience: float = 60.0,
    start: bool = False,
    template: str = "",
    again: Place | None = None,
) -> AsyncGenerator[Place]:
    """A place with its routes served, closed afterwards; `again`: the same database in another process. `start` runs
    what runs beside the routes."""
    platform, engine, watch = Platform(), Thinker(), Watch()
    async with platform.serving() as address:
        house = make_house(folder, "", engine, watch, "", again.house.database if again else None)
        house = replace(house, settings=settings(folder, address, work, patience, template))
        (channel,) = wechat_channels(house)
        app = FastAPI()
        app.include_router(channel.router)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli")
        try:
            if start:
                await channel.start()
            yield Place(platform, engine, watch, house, channel, client, work)
        finally:
            await channel.stop()
            if again is None:
                house.database.close()


def settings(folder: Path, address: str, work: bool, patience: float, template: str) -> Settings:
    """The settings of one of the two platforms."""
    secret = {name: SecretStr(value) for name, value in {"secret": "s3cret", "token": "token", "aes_key": KEY}.items()}
    name = "wecom" if work else "wechat"
    more: Fields = {"wecom_corp_id": CORP, "wecom_agent_id": AGENT} if work else {"wechat_app_id": APP}
    more |= {f"{name}_{key}": value for key, value in secret.items()} | {f"{name}_api": address}
    return Settings(_env_file=None, data=folder, wechat_patience=patience, wechat_template=template, **more)


@pytest.mark.parametrize("codes", [(), (45015,)])
async def test_a_call_needs_the_last_token_and_fails_when_told_to(codes: Sequence[int]) -> None:
    platform = Platform()
    platform.fail("/cgi-bin/message/custom/send", *codes)
    body = {"touser": "o1", "msgtype": "text", "text": {"content": "好"}}
    async with platform.serving() as address, httpx.AsyncClient(base_url=address, trust_env=False) as client:

        async def code(token: str) -> int:
            answer = await client.post("/cgi-bin/message/custom/send", params={"access_token": token}, json=body)
            return int(answer.json()["errcode"])

        token = (await client.post("/cgi-bin/stable_token", json={"force_refresh": False})).json()["access_token"]
        assert [await code(token), await code("old")] == [*(codes or (0,)), 42001]
