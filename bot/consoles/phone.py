"""Beside the tickets: the worker's Telegram is linked or unlinked here, and the page for poor connections is shown."""

from __future__ import annotations

import asyncio

from nicegui import ui

from actions.clock import local
from actions.errors import ActionError
from actions.pocket.link import Link
from actions.store.unit import SqlUnitOfWork
from bot.consoles.visit import Visit
from bot.telegram.address import start_link
from knowledge.wording import say

START = "staff_"
"""How the code is brought: /start staff_<code>."""


def my_link(uow: SqlUnitOfWork, account: str) -> Link | None:
    """The account's chat, None where it has none."""
    return uow.pocket.chat_of(account)


class Phone:
    """The line above the tickets."""

    def __init__(self, visit: Visit, over: ui.element) -> None:
        self.visit, self.over = visit, over
        self.line = ui.row().classes("w-full items-center gap-2")

    async def renew(self) -> None:
        """Show whether the chat is linked."""
        visit = self.visit
        link = await visit.read(my_link, visit.account.id)
        self.line.clear()
        with self.line:
            ui.link(say("phone_pocket"), "/pocket").classes("call")
            if not (visit.account.worker and visit.house.settings.telegram_token.get_secret_value()):
                return
            if link is None:
                ui.button(say("phone_link"), on_click=self.offer).classes("tall").props("outline")
                return
            since = local(link.linked_at)
            ui.label(say("phone_linked", day=f"{since.month}月{since.day}日")).classes("soft")
            ui.button(say("phone_unlink"), on_click=self.unlink).classes("tall").props("flat")

    async def offer(self) -> None:
        """A fresh code, as a link to be tapped and as words to be typed."""
        house = self.visit.house
        try:
            code, until = await asyncio.to_thread(house.accounts.link_code, self.visit.account.login, house.clock())
        except ActionError as error:
            ui.notify(say(error.key, **error.values), type="warning", position="top", multi_line=True)
            return
        link = await start_link(house.settings, START + code)
        with self.over, ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:28rem"):
            ui.label(say("phone_link")).classes("strong")
            if link:
                ui.label(say("phone_tap", until=f"{local(until):%H:%M}")).classes("any")
                ui.link(say("phone_open"), link, new_tab=True).classes("call")
            ui.label(say("phone_type")).classes("soft any")
            ui.label(f"/start {START}{code}").classes("any").style("font-family:monospace;user-select:all")
            with ui.row().classes("w-full justify-end"):
                ui.button(say("phone_done"), on_click=dialog.close).classes("tall").props("unelevated")
        dialog.on_value_change(lambda change: None if change.value else self._closed(dialog))
        dialog.open()

    async def _closed(self, dialog: ui.dialog) -> None:
        dialog.delete()
        await self.renew()

    async def unlink(self) -> None:
        """Nothing goes to that phone any more."""
        if await self.visit.do(self.visit.house.accounts.unlink, self.visit.account.login):
            ui.notify(say("phone_unlinked"), type="positive", position="top")
        await self.renew()
