"""What all consoles share: the look, the header, and staying up to date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nicegui import Client, background_tasks, context, ui

from actions.accounts import Position
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from bot.consoles.visit import Visit, leave
from bot.conversation.hub import Hub

logger = logging.getLogger(__name__)
News = dict[str, Any]
CSS = Path(__file__).parent / "console.css"
PATIENCE = 20.0
"""Seconds that a page may take to be built on a busy machine."""
GAP = 0.5
"""Seconds between two readings of the store by one page, however much happens."""


ROOMS = {
    "/operator": "值班台",
    "/calls": "电话",
    "/worker": "我的工单",
    "/tickets": "工单",
    "/manager": "对话记录",
    "/rates": "三率",
    "/appointments": "预约",
    "/shortfalls": "知识缺口",
    "/letters": "没送到的",
}
OWN = {
    Position.OPERATOR: ("/operator", "/calls", "/tickets", "/appointments"),
    Position.MANAGER: ("/tickets", "/manager", "/rates", "/appointments", "/shortfalls", "/letters"),
    Position.ADMIN: tuple(path for path in ROOMS if path != "/worker"),
}


def dress() -> None:
    """Colours and type, the same on every page."""
    ui.add_css(CSS)
    ui.colors(primary="#1f5f54", negative="#9a3b1f", info="#33566b", warning="#e3b64c")


@contextmanager
def frame(visit: Visit, title: str) -> Iterator[None]:
    """The header, and below it the page."""
    dress()
    rooms = rooms_of(visit)
    with ui.header().classes("top items-center justify-between no-wrap q-py-none"):
        with ui.row().classes("items-center gap-3 no-wrap"):
            ui.label(title).classes("text-lg font-medium whitespace-nowrap")
            ui.label(visit.house.settings.community_name).classes("community text-sm opacity-80")
        with ui.row().classes("items-center gap-1 no-wrap"):
            with ui.element("nav").classes("rooms").props('aria-label="各块屏幕"'):
                for path, name in rooms:
                    if name != title:
                        with ui.link(target=path).classes("room"):
                            ui.label(name)
                            if path == "/tickets":
                                _waiting(visit)
            ui.label(f"{visit.account.name} · {visit.part}").classes("whoami text-sm ellipsis")
            if len(rooms) > 1:
                _menu(visit, rooms, title)
            ui.button("退出", on_click=_sign_out).props("flat dense color=white")
    yield


def wishes(uow: SqlUnitOfWork, by: Actor, at: datetime) -> int:
    """How many requests (退单, 延期, 挂账) wait for somebody else's answer, of those that this person may see."""
    return uow.tickets.waiting(by.level, str(by), at).wished


def _waiting(visit: Visit) -> None:
    """How many requests wait, for as long as the page is open."""
    badge = ui.badge().props("color=warning text-color=dark").classes("q-ml-xs")
    badge.set_visibility(False)

    async def renew() -> None:
        count = await visit.read(wishes, visit.by, visit.house.clock())
        badge.set_text(f"{count}")
        badge.props(f'aria-label="待批申请 {count} 件" title="待批申请 {count} 件"')
        badge.set_visibility(count > 0)

    follow(visit.house.hub, ("tickets",), renew, at_once=True)


def _menu(visit: Visit, rooms: list[tuple[str, str]], title: str) -> None:
    """The same ways on a small screen."""
    with ui.button("菜单").props("flat dense color=white").classes("narrow-only"):
        if "/tickets" in dict(rooms):
            _waiting(visit)
        with ui.menu():
            for path, name in rooms:
                if name != title:
                    ui.menu_item(name, on_click=lambda p=path: ui.navigate.to(p)).classes("tall items-center")


def rooms_of(visit: Visit) -> list[tuple[str, str]]:
    """Where this person may go: address and name."""
    if visit.account.role is Position.WORKER:
        own: tuple[str, ...] = ("/worker", "/tickets", "/rates") if visit.by.level else ()
    else:
        own = OWN[visit.account.role]
    return [(path, ROOMS[path]) for path in own]


def _sign_out() -> None:
    leave()
    ui.navigate.to("/login")


def follow(
    hub: Hub,
    topics: tuple[str, ...],
    renew: Callable[[], Awaitable[None]],
    heard: Callable[[News], None] | None = None,
    *,
    at_once: bool = False,
) -> None:
    """Keep this page up to date for as long as it is open.

    `heard` gets each piece of news at once; `renew` reads the store again, and many pieces in a row make one reading;
    with `at_once` it reads before there is any.
    """
    client, stale = context.client, asyncio.Event()
    if at_once:
        stale.set()

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
