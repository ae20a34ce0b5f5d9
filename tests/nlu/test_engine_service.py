"""The engine's way to the service: one connection for many calls, and a service that comes and goes is found again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import numpy as np
import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError

from nlu.benchmark.server import free_port
from nlu.engine.plain import as_json
from nlu.engine.service import Service

BODY = {
    "next_action": "action_contact",
    "tracker": {"latest_message": {"text": "一“问”/\u2028\ud83d", "at": 1732461234.1234567}},
}


class Outside:
    """A service that notes who called and what was said."""

    def __init__(self) -> None:
        self.callers: list[tuple[str, int]] = []
        self.said: list[object] = []
        self.tokens: list[str | None] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.callers.append(request.transport.get_extra_info("peername"))  # type: ignore[union-attr]
        self.said.append(await request.json())
        self.tokens.append(request.headers.get("x-linli-token"))
        if self.said[-1] == {"next_action": "unknown"}:
            return web.json_response({"error": "没有这个动作", "action_name": "unknown"}, status=400)
        return web.json_response({"events": [], "responses": [{"text": "办好了"}]})

    @asynccontextmanager
    async def on(self, port: int) -> AsyncIterator[str]:
        """Its URL while it is up."""
        app = web.Application()
        app.router.add_post("/actions", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        try:
            yield f"http://127.0.0.1:{port}/actions"
        finally:
            await runner.cleanup()


def test_calls_share_a_connection_and_bring_what_was_said() -> None:
    async def run() -> Outside:
        outside = Outside()
        async with outside.on(free_port()) as url:
            service = Service(url, {"x-linli-token": "secret"})
            for _ in range(3):
                assert await service.request(json=BODY, method="post", timeout=10, compress=False) == {
                    "events": [],
                    "responses": [{"text": "办好了"}],
                }
            await service.close()
        return outside

    outside = asyncio.run(run())
    assert len(set(outside.callers)) == 1
    assert outside.said == [BODY] * 3
    assert outside.tokens == ["secret"] * 3


def test_a_refusal_is_rasas_own_error() -> None:
    async def run() -> None:
        async with Outside().on(free_port()) as url:
            service = Service(url, {})
            try:
                await service.request(json={"next_action": "unknown"})
            finally:
                await service.close()

    with pytest.raises(ClientResponseError) as refused:
        asyncio.run(run())
    assert refused.value.status == 400 and json.loads(refused.value.text)["error"] == "没有这个动作"


def test_a_service_that_was_started_again_is_found() -> None:
    async def run() -> Outside:
        outside, port = Outside(), free_port()
        service = Service(f"http://127.0.0.1:{port}/actions", {})
        async with outside.on(port):
            await service.request(json=BODY)
        with pytest.raises(aiohttp.ClientConnectionError):
            await service.request(json=BODY)
        async with outside.on(port):
            await service.request(json=BODY)
        await service.close()
        return outside

    assert len(set(asyncio.run(run()).callers)) == 2


def test_what_leaves_the_engine_is_json_with_numpys_numbers_too() -> None:
    understood = {
        "intent": {"name": "greet", "confidence": np.float32(0.5)},
        "kinds": np.int64(3),
        "unsure": np.bool_(True),
    }
    plain = {"intent": {"name": "greet", "confidence": 0.5}, "kinds": 3, "unsure": True}
    assert json.loads(as_json(understood)) == json.loads(as_json(understood, readable=True)) == plain
    assert as_json("灯/", readable=True) == '"灯/"'
    assert json.loads(as_json("半个\ud83d")) == "半个\ud83d"
    with pytest.raises(TypeError):
        as_json({"vector": np.zeros(2)})
