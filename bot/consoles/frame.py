"""What all consoles share: who is signed in, the header, live news, and how an error is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nicegui import app, background_tasks, context, run, ui

from actions.accounts import Account, Position
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from bot.conversation.hub import Hub
from bot.house import House
from knowledge.wording import say

HOME = {Position.OPERATOR: "/operator", Position.WORKER: "/worker", Position.MANAGER: "/manager", Position.ADMIN: "/manager"}
ROLE_NAMES = {Position.OPERATOR: "话务员", Position.WORKER: "网格员", Position.MANAGER: "管理者", Position.ADMIN: "管理员"}
STYLE = """
body{background:#f6f4ef;color:#1d2a28;font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif}
.nicegui-content{padding:0;gap:0}
.panel{background:#fff;border:1px solid #e2ded4;border-radius:14px}
.soft{color:#5c6b68;font-size:.85rem}
.pill{border-radius:999px;padding:.05rem .6rem;font-size:.78rem;background:#e3eee9;color:#1f5f54;white-space:nowrap}
.pill.warn{background:#fbeae3;color:#9a3b1f}
.ringing{animation:ring 1s infinite alternate;border-color:#9a3b1f!important}
@keyframes ring{from{background:#fff}to{background:#fbeae3}}
.said{max-width:85%;padding:.5rem .8rem;border-radius:12px;background:#f1efe9;white-space:pre-wrap;overflow-wrap:anywhere}
.said.resident{background:#e3eee9}.said.operator{background:#1f5f54;color:#fff}.said.system{background:#fff;border:1px dashed #c9c4b8}
.q-btn{text-transform:none}.q-table td{white-space:normal}
"""


def signed_in() -> str | None:
    """The login of whoever looks at this page."""
    login = app.storage.user.get("login")
    return str(login) if login else None


def admitted(house: House, *positions: Position) -> Account | None:
    """The account if it may see the page; else None, and the visitor is led to where they may go. An admin may go anywhere."""
    account = house.accounts.of(signed_in() or "")
    if account is None:
        ui.navigate.to("/login")
        return None
    if account.role not in (*positions, Position.ADMIN):
        ui.navigate.to(HOME[account.role])
        return None
    return account


def actor(account: Account, house: House) -> Actor:
    """Who a deed is done by."""
    if account.role is Position.WORKER:
        worker = house.community.workers.get(account.worker or "")
        supervisor = worker is not None and worker.role == "supervisor"
        return Actor(Role.SUPERVISOR if supervisor else Role.WORKER, account.worker or account.login)
    roles = {Position.OPERATOR: Role.OPERATOR, Position.MANAGER: Role.MANAGER, Position.ADMIN: Role.MANAGER}
    return Actor(roles[account.role], account.login)


@contextmanager
def frame(account: Account, title: str, house: House) -> Iterator[None]:
    """The header, and below it the page."""
    ui.add_css(STYLE)
    ui.colors(primary="#1f5f54", negative="#9a3b1f")
    with ui.header().classes("items-center justify-between q-py-xs").style("background:#1f5f54"):
        with ui.row().classes("items-center gap-3 no-wrap"):
            ui.label(title).classes("text-lg font-medium")
            ui.label(house.settings.community_name).classes("text-sm opacity-80 gt-xs")
        with ui.row().classes("items-center gap-1 no-wrap"):
            for path, name in _rooms(account):
                ui.button(name, on_click=lambda p=path: ui.navigate.to(p)).props("flat dense color=white").classes("gt-xs")
            ui.label(f"{account.name} · {ROLE_NAMES[account.role]}").classes("text-sm")
            ui.button("退出", on_click=_sign_out).props("flat dense color=white")
    yield


def _rooms(account: Account) -> list[tuple[str, str]]:
    if account.role is not Position.ADMIN:
        return []
    return [("/operator", "值班台"), ("/manager", "管理")]


def _sign_out() -> None:
    app.storage.user.clear()
    ui.navigate.to("/login")


async def do(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Do a deed in a thread. What can't be done is said in words; then the result is None."""
    try:
        return await run.io_bound(function, *args, **kwargs)
    except ActionError as error:
        ui.notify(say(error.key, **error.values), type="warning", position="top")
        return None


def follow(hub: Hub, topics: tuple[str, ...], react: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """React to live news for as long as this page is open."""
    client = context.client

    async def listen() -> None:
        async with hub.subscribe(*topics) as news:
            async for item in news:
                with client:
                    await react(item)

    task = background_tasks.create(listen())
    client.on_delete(task.cancel)
