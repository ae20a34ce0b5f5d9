"""What all consoles share: the look, the header, and staying up to date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nicegui import Client, background_tasks, context, ui

from actions.accounts import Position
from bot.consoles.visit import Visit, leave
from bot.conversation.hub import Hub

logger = logging.getLogger(__name__)
News = dict[str, Any]
CSS = Path(__file__).parent / "console.css"
PATIENCE = 20.0
"""Seconds that a page may take to be built on a busy machine."""
GAP = 0.5
"""Seconds between two readings of the store by one page, however much happens."""


def dress() -> None:
    """Colours and type, the same on every page."""
    ui.add_css(CSS)
    ui.colors(primary="#1f5f54", negative="#9a3b1f", info="#33566b", warning="#e3b64c")


@contextmanager
def frame(visit: Visit, title: str) -> Iterator[None]:
    """The header, and below it the page."""
    dress()
    with ui.header().classes("top items-center justify-between no-wrap q-py-none"):
        with ui.row().classes("items-center gap-3 no-wrap"):
            ui.label(title).classes("text-lg font-medium whitespace-nowrap")
            ui.label(visit.house.settings.community_name).classes("community text-sm opacity-80")
        with ui.row().classes("items-center gap-1 no-wrap"):
            for path, name in _rooms(visit):
                if name != title:
                    ui.button(name, on_click=lambda p=path: ui.navigate.to(p)).props("flat dense color=white no-wrap")
            ui.label(f"{visit.account.name} · {visit.part}").classes("whoami text-sm ellipsis")
            ui.button("退出", on_click=_sign_out).props("flat dense color=white")
    yield


def _rooms(visit: Visit) -> list[tuple[str, str]]:
    """Where else this person may go."""
    rooms = {"/operator": "值班台", "/manager": "管理", "/appointments": "预约", "/shortfalls": "知识缺口"}
    own = {
        Position.OPERATOR: ("/operator", "/appointments"),
        Position.MANAGER: ("/manager", "/appointments", "/shortfalls"),
        Position.ADMIN: tuple(rooms),
    }
    return [(path, rooms[path]) for path in own.get(visit.account.role, ())]


def _sign_out() -> None:
    leave()
    ui.navigate.to("/login")


def follow(
    hub: Hub, topics: tuple[str, ...], renew: Callable[[], Awaitable[None]], heard: Callable[[News], None] | None = None
) -> None:
    """Keep this page up to date for as long as it is open.

    `heard` gets each piece of news at once; `renew` reads the store again, and many pieces in a row make one reading.
    """
    client, stale = context.client, asyncio.Event()

    async def listen() -> None:
        async with hub.subscribe(*topics) as news:
            async for item in news:
                if heard:
                    await _within(client, heard, item)
                stale.set()

    async def read() -> None:
        while True:
            await stale.wait()
            stale.clear()
            await _within(client, renew)
            await asyncio.sleep(GAP)

    _while_open(client, listen(), read())


def _while_open(client: Client, *work: Coroutine[Any, Any, None]) -> None:
    for task in [background_tasks.create(one) for one in work]:
        client.on_delete(task.cancel)


async def _within(client: Client, react: Callable[..., Any], *args: Any) -> None:
    """React on that page. A failure is logged and the page goes on: the next news may fare better."""
    try:
        with client:
            result = react(*args)
            if isinstance(result, Awaitable):
                await result
    except Exception:
        logger.exception("a page could not take the news in")
