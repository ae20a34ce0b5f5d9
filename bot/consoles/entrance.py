"""Signing in."""

from __future__ import annotations

import asyncio

from nicegui import ui

from bot.consoles.frame import dress
from bot.consoles.visit import HOME, enter
from bot.house import House

REFUSED = "登录名或密码不对；一分钟内错太多次要等一会儿。忘了密码请管理员用 linli account reset 换一个"


def register(house: House) -> None:
    """The page `/login`."""

    @ui.page("/login", title="登录 · 邻里")
    def login() -> None:
        dress()
        with (
            ui.column().classes("w-full items-center q-pa-md q-mt-lg"),
            ui.card().classes("panel w-full q-pa-lg").style("max-width:24rem"),
        ):
            ui.label("邻里").classes("text-2xl strong")
            ui.label(f"{house.settings.community_name} · 工作人员登录").classes("soft")
            Entrance(house)
            ui.link("居民请到聊天页", "/").classes("soft self-center q-mt-sm")


class Entrance:
    """The two fields and the button."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.login = ui.input("登录名").classes("w-full").props("outlined autocomplete=username autofocus")
        self.password = (
            ui.input("密码", password=True, password_toggle_button=True)
            .classes("w-full")
            .props("outlined autocomplete=current-password")
        )
        for field in (self.login, self.password):
            field.on("keydown.enter", self.try_it)
        ui.button("登录", on_click=self.try_it).classes("w-full tall").props("unelevated")

    async def try_it(self) -> None:
        """Let in who may come in."""
        account = await asyncio.to_thread(
            self.house.accounts.sign_in, (self.login.value or "").strip(), self.password.value or ""
        )
        if account is None:
            ui.notify(REFUSED, type="warning", position="top", multi_line=True)
            return
        enter(account)
        ui.navigate.to(HOME[account.role])
