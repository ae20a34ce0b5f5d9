"""The managers' page: the log of what was said, and all tickets."""

from __future__ import annotations

from nicegui import ui

from actions.accounts import Position
from bot.consoles.board import Board
from bot.consoles.frame import PATIENCE, follow, frame
from bot.consoles.log import Log
from bot.consoles.visit import Visit, admit
from bot.house import House


def register(house: House) -> None:
    """The page `/manager`."""

    @ui.page("/manager", title="管理 · 邻里", response_timeout=PATIENCE)
    async def manager() -> None:
        visit = admit(house, Position.MANAGER)
        if visit is None:
            return
        with frame(visit, "管理"):
            await build(visit)


async def build(visit: Visit) -> None:
    """Two tabs; the tickets keep themselves up to date, a search stays as it was found."""
    over = ui.element()
    with ui.element("main").classes("sheet"):
        with ui.tabs().props("align=left no-caps") as tabs:
            said, filed = ui.tab("对话记录"), ui.tab("工单")
        with ui.tab_panels(tabs, value=said).classes("w-full bg-transparent").props("keep-alive"):
            with ui.tab_panel(said).classes("q-px-none gap-3"):
                log = Log(visit, over)
            with ui.tab_panel(filed).classes("q-px-none gap-3"):
                board = Board(visit, over)
    await log.look()
    await board.renew()
    follow(visit.house.hub, (f"line:{visit.by.level}", "tickets"), board.renew, board.heard)
