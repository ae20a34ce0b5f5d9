"""The managers' page: search the log, open a transcript with what the model understood, look over the tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nicegui import run, ui

from actions.accounts import Account, Position
from actions.clock import SHANGHAI, local
from actions.conversations.message import Message
from actions.conversations.reading import search_messages, transcript
from actions.conversations.wanted import MessageFilter
from actions.dialogue.card import spoken
from actions.page import Page
from actions.tickets.names import STATE_NAMES
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.consoles.frame import admitted, follow, frame
from bot.consoles.transcript import SPEAKERS, intent_name, show_messages
from bot.house import House

INTENTS = (
    "emergency self_harm report_issue seek_help complain_staff suggest praise ask_regulation ask_service book_service ask_contact "
    "find_grid_worker query_ticket urge_ticket add_to_ticket withdraw_ticket rate_service volunteer talk_to_human ask_privacy ask_bot "
    "inform affirm deny cancel greet goodbye thank abuse out_of_scope"
).split()
LOG_COLUMNS = [
    {"name": "at", "label": "时间", "field": "at", "align": "left", "style": "white-space:nowrap"},
    {"name": "who", "label": "谁", "field": "who", "align": "left", "style": "white-space:nowrap"},
    {"name": "text", "label": "说了什么", "field": "text", "align": "left"},
    {"name": "intent", "label": "意图", "field": "intent", "align": "left", "style": "white-space:nowrap"},
    {"name": "category", "label": "类别", "field": "category", "align": "left", "style": "white-space:nowrap"},
]
TICKET_COLUMNS = [
    {"name": "number", "label": "工单号", "field": "number", "align": "left"},
    {"name": "kind", "label": "案由", "field": "kind", "align": "left"},
    {"name": "address", "label": "地点", "field": "address", "align": "left"},
    {"name": "who", "label": "负责", "field": "who", "align": "left", "style": "white-space:nowrap"},
    {"name": "state", "label": "状态", "field": "state", "align": "left", "style": "white-space:nowrap"},
    {"name": "due", "label": "期限", "field": "due", "align": "left", "style": "white-space:nowrap"},
]


class Log:
    """The search of what was said."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def build(self) -> None:
        """Fields above, hits below."""
        categories = {"": "全部类别", **{c.id: c.name for c in self.house.categories.values()}}
        with ui.row().classes("w-full items-end gap-3"):
            self.text = ui.input("找什么话").props("outlined dense clearable").classes("col-12 col-sm").on("keydown.enter", self.search)
            self.intent = ui.select({"": "全部意图", **{i: intent_name(i) for i in INTENTS}}, value="", label="意图").props("outlined dense").style("min-width:9rem")
            self.category = ui.select(categories, value="", label="类别").props("outlined dense").style("min-width:9rem")
            self.since = ui.input("从哪天").props("outlined dense type=date stack-label")
            self.until = ui.input("到哪天").props("outlined dense type=date stack-label")
            ui.button("查找", on_click=self.search).props("unelevated")
        self.count = ui.label("").classes("soft")
        self.table = ui.table(columns=LOG_COLUMNS, rows=[], row_key="id").classes("w-full panel cursor-pointer").props('flat no-data-label="没有找到。换个词，或者把条件放宽一些。" hide-pagination :rows-per-page-options="[0]"')
        self.table.on("rowClick", lambda event: self.open(event.args[1]))
        await self.search()

    def wanted(self) -> MessageFilter:
        """What the fields ask for; the last day is included."""
        until = _day(self.until.value)
        return MessageFilter(
            text=self.text.value or "",
            intent=self.intent.value or None,
            category=self.category.value or None,
            since=_day(self.since.value),
            until=until + timedelta(days=1) if until else None,
            size=100,
        )

    async def search(self) -> None:
        """Look, and show the latest hundred."""
        page: Page[Message] = await run.io_bound(search_messages, self.wanted(), uow=self.house.database.reading())
        self.table.rows = [_log_row(message, self.house) for message in page.items]
        self.count.set_text(f"共 {page.total} 条" + ("，列出最近 100 条" if page.total > 100 else "") + "；点一行看整段对话")

    async def open(self, row: dict[str, Any]) -> None:
        """The whole conversation around a hit."""
        messages = await run.io_bound(transcript, row["conversation"], uow=self.house.database.reading())
        with ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:52rem;max-height:88dvh"):
            with ui.row().classes("w-full justify-between items-center"):
                ui.label(f"会话 {row['conversation']}").classes("font-medium")
                ui.button("关闭", on_click=dialog.close).props("flat dense")
            with ui.column().classes("w-full gap-2").style("overflow-y:auto"):
                show_messages(messages, self.house.categories, row["id"])
        dialog.open()


class Board:
    """All tickets."""

    def __init__(self, house: House, account: Account) -> None:
        self.house, self.account = house, account

    async def build(self) -> None:
        """Counts, then the table."""
        self.counts = ui.row().classes("w-full gap-2")
        with ui.row().classes("w-full items-end gap-3"):
            self.text = ui.input("工单号、地点或内容").props("outlined dense clearable").classes("col-12 col-sm").on("keydown.enter", self.refresh)
            self.state = ui.select({"": "全部状态", **{s.value: n for s, n in STATE_NAMES.items()}}, value="", label="状态", on_change=self.refresh).props("outlined dense").style("min-width:9rem")
            ui.button("查找", on_click=self.refresh).props("unelevated")
        self.table = ui.table(columns=TICKET_COLUMNS, rows=[], row_key="number").classes("w-full panel").props('flat no-data-label="没有这样的工单。" hide-pagination :rows-per-page-options="[0]"')
        await self.refresh()

    async def refresh(self) -> None:
        """Read counts and tickets again."""
        counts, page = await run.io_bound(self._read)
        self.counts.clear()
        with self.counts:
            for state, count in counts.items():
                ui.label(f"{STATE_NAMES[state]} {count}").classes("pill")
        self.table.rows = [_ticket_row(ticket, self.house) for ticket in page.items]

    def _read(self) -> tuple[dict[State, int], Page[Ticket]]:
        states = [State(self.state.value)] if self.state.value else None
        with self.house.database.reading() as uow:
            return dict(uow.tickets.counts()), uow.tickets.find(TicketFilter(states=states, text=self.text.value or "", size=100))


def _day(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if text else None


def _log_row(message: Message, house: House) -> dict[str, Any]:
    understood = message.understood or {}
    category = house.categories.get(str(understood.get("category")))
    intent = f"{intent_name(understood['intent'])} {understood.get('confidence', 0):.2f}" if understood.get("intent") else ""
    return {
        "id": message.id,
        "conversation": message.conversation,
        "at": f"{local(message.created_at):%m-%d %H:%M}",
        "who": message.author_name or SPEAKERS[message.author],
        "text": message.text,
        "intent": intent,
        "category": category.name if category and understood.get("intent") else "",
    }


def _ticket_row(ticket: Ticket, house: House) -> dict[str, Any]:
    worker, grid = house.community.workers.get(ticket.assignee), house.community.grids.get(ticket.grid or "")
    late = "（超期）" if ticket.overdue(house.clock()) else ""
    return {
        "number": ticket.number,
        "kind": ("【紧急】" if ticket.urgent else "") + ticket.kind_name,
        "address": "（保密）" if ticket.confidential else ticket.address or "待核实",
        "who": f"{worker.name if worker else ticket.assignee}{f' · {grid.name}' if grid else ''}",
        "state": STATE_NAMES[ticket.state],
        "due": spoken(ticket.due_at) + late,
    }


def register(house: House) -> None:
    """The page `/manager`."""

    @ui.page("/manager", title="管理 · 邻里")
    async def manager() -> None:
        account = admitted(house, Position.MANAGER)
        if account is None:
            return
        with frame(account, "管理", house), ui.column().classes("w-full q-pa-md gap-3").style("max-width:78rem;margin:0 auto"):
            with ui.tabs().props("align=left no-caps") as tabs:
                said, filed = ui.tab("对话记录"), ui.tab("工单")
            with ui.tab_panels(tabs, value=said).classes("w-full bg-transparent").props("keep-alive"):
                with ui.tab_panel(said).classes("q-px-none"):
                    await Log(house).build()
                with ui.tab_panel(filed).classes("q-px-none"):
                    board = Board(house, account)
                    await board.build()

            async def react(_: dict[str, Any]) -> None:
                await board.refresh()

            follow(house.hub, ("tickets",), react)
