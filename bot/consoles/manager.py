"""The managers' page: the log of what was said."""

from __future__ import annotations

from nicegui import ui

from actions.accounts import Position
from bot.consoles.frame import PATIENCE, frame
from bot.consoles.log import Log
from bot.consoles.visit import admit
from bot.house import House


def register(house: House) -> None:
    """The page `/manager`."""

    @ui.page("/manager", title="对话记录 · 邻里", response_timeout=PATIENCE)
    async def manager() -> None:
        visit = admit(house, Position.MANAGER)
        if visit is None:
            return
        with frame(visit, "对话记录"):
            over = ui.element()
            with ui.element("main").classes("sheet"):
                log = Log(visit, over)
            await log.look()
