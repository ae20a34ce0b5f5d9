"""Signing in."""

from __future__ import annotations

from nicegui import app, run, ui

from bot.consoles.frame import HOME, STYLE
from bot.house import House


def register(house: House) -> None:
    """The page `/login`."""

    @ui.page("/login", title="登录 · 邻里")
    def login() -> None:
        ui.add_css(STYLE)
        ui.colors(primary="#1f5f54", negative="#9a3b1f")
        with ui.column().classes("w-full items-center q-pa-lg"), ui.card().classes("panel w-full q-pa-lg").style("max-width:24rem").props("flat"):
            ui.label("邻里").classes("text-2xl font-medium")
            ui.label(f"{house.settings.community_name} · 工作人员登录").classes("soft")
            name = ui.input("登录名").classes("w-full").props("autocomplete=username autofocus")
            password = ui.input("密码", password=True, password_toggle_button=True).classes("w-full").props("autocomplete=current-password")

            async def enter() -> None:
                account = await run.io_bound(house.accounts.sign_in, name.value.strip(), password.value)
                if account is None:
                    ui.notify("登录名或密码不对；一分钟内错太多次要等一会儿。忘了密码请管理员用 linli account reset 换一个", type="warning", position="top")
                    return
                app.storage.user["login"] = account.login
                ui.navigate.to(HOME[account.role])

            password.on("keydown.enter", enter)
            ui.button("登录", on_click=enter).classes("w-full q-mt-sm").props("unelevated size=lg")
