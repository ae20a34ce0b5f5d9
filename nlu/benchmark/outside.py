"""Stands in for the service that both servers call when something is to be done: it does nothing, at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

ANSWER = {"events": [], "responses": [{"text": "办好了"}]}


@asynccontextmanager
async def outside(port: int) -> AsyncIterator[str]:
    """Its URL, as long as it is up."""
    app = web.Application()
    app.router.add_post("/actions", lambda request: _answer())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/actions"
    finally:
        await runner.cleanup()


async def _answer() -> web.Response:
    return web.json_response(ANSWER)
