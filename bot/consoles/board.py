"""The managers' table of tickets: how many stand where, which are late, and each one opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from actions.dialogue.card import spoken
from actions.masking import mask_phone
from actions.page import Page
from actions.store.unit import SqlUnitOfWork
from actions.tickets.names import STATE_NAMES
from actions.tickets.remaining import due_line
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.consoles.card import facts_of, show_facts, show_history, show_state, worker_name
from bot.consoles.deed_table import workers
from bot.consoles.deeds import Deeds
from bot.consoles.frame import News
from bot.consoles.log import ONE_LINE
from bot.consoles.visit import Visit

COLUMNS = [
    {"name": "number", "label": "工单号", "field": "number", "align": "left", "style": ONE_LINE},
    {"name": "kind", "label": "案由", "field": "kind", "align": "left"},
    {"name": "address", "label": "地点", "field": "address", "align": "left"},
    {"name": "who", "label": "负责", "field": "who", "align": "left"},
    {"name": "state", "label": "状态", "field": "state", "align": "left", "style": ONE_LINE},
    {"name": "due", "label": "期限", "field": "due", "align": "left"},
]
STATE = (
    """<q-td :props="props"><span :class="['pill', props.row.late ? 'warn' : '']">{{ props.row.state }}</span></q-td>"""
)
TABLE = 'flat hide-pagination :rows-per-page-options="[0]" no-data-label="没有这样的工单。换个条件，或者点“全部状态”。"'
PRESSING = {"": "不限", "late": "已超期", "urgent": "紧急", "wished": "待批申请", "watched": "提级到我这里"}
SIZE = 50


def look(uow: SqlUnitOfWork, wanted: TicketFilter) -> tuple[Mapping[State, int], Page[Ticket]]:
    """How many stand where in all, and one page of those wanted."""
    return uow.tickets.counts(), uow.tickets.find(wanted)


def one(uow: SqlUnitOfWork, number: str) -> Ticket:
    """A ticket; `TicketUnknown`."""
    return uow.tickets.get(number)


class Board:
    """Counts and fields above, tickets below."""

    def __init__(self, visit: Visit, over: ui.element) -> None:
        self.visit, self.over, house = visit, over, visit.house
        self.counts = ui.row().classes("w-full gap-2")
        with ui.element("div").classes("fields"):
            self.text = (
                ui.input("工单号、地点或内容")
                .props("outlined dense clearable")
                .classes("wide")
                .on("keydown.enter", self.renew)
            )
            self.state = self._select("状态", {"": "全部状态", **{s.value: n for s, n in STATE_NAMES.items()}})
            self.category = self._select("类别", {"": "全部类别", **{c.id: c.name for c in house.categories.values()}})
            self.worker = self._select("负责", {"": "所有人", **workers(house)})
            self.pressing = self._select("缓急", PRESSING)
            ui.button("查找", on_click=self.renew).props("unelevated").classes("tall")
        self.table = ui.table(columns=COLUMNS, rows=[], row_key="number").classes("w-full panel stack").props(TABLE)
        self.table.add_slot("body-cell-state", STATE)
        self.table.on("rowClick", lambda event: self.open(event.args[1]["number"]))
        self.pages = ui.pagination(1, 1, direction_links=True, on_change=self.renew).classes("self-center")

    def _select(self, label: str, options: dict[str, str]) -> ui.select:
        return ui.select(options, value="", label=label, with_input=len(options) > 10, on_change=self.renew).props(
            "outlined dense"
        )

    def wanted(self) -> TicketFilter:
        """What the fields ask for."""
        return TicketFilter(
            states=[State(self.state.value)] if self.state.value else None,
            category=self.category.value or None,
            assignee=self.worker.value or None,
            urgent=True if self.pressing.value == "urgent" else None,
            up_to=self.visit.by.level,
            level=self.visit.by.level if self.pressing.value == "watched" else None,
            wished=True if self.pressing.value == "wished" else None,
            due_before=self.visit.house.clock() if self.pressing.value == "late" else None,
            text=self.text.value or "",
            page=self.pages.value or 1,
            size=SIZE,
        )

    async def renew(self) -> None:
        """Read counts and tickets again."""
        counts, page = await self.visit.read(look, self.wanted())
        self.counts.clear()
        with self.counts:
            for state in State:
                if count := counts.get(state, 0):
                    self._count(state, count)
        self.table.rows = [self._row(ticket) for ticket in page.items]
        self.pages.max = page.pages
        self.pages.set_visibility(page.pages > 1)

    def heard(self, news: News) -> None:
        """Say what has come up the line."""
        if news["type"] == "notice":
            ui.notify(news["text"], type="warning", position="top", multi_line=True, timeout=8000)

    def _count(self, state: State, count: int) -> None:
        chosen = self.state.value == state.value
        pill = ui.element("button").props("type=button").classes(f"pill {'on' if chosen else ''}")
        with pill.on("click", lambda: self.state.set_value("" if chosen else state.value)):
            ui.label(f"{STATE_NAMES[state]} {count}")

    def _row(self, ticket: Ticket) -> dict[str, Any]:
        grid = self.visit.house.community.grids.get(ticket.grid or "")
        late = ticket.overdue(self.visit.house.clock())
        return {
            "number": ticket.number,
            "kind": ("【紧急】" if ticket.urgent else "") + ticket.kind_name,
            "address": "（保密）" if ticket.confidential else ticket.address or "待核实",
            "who": worker_name(ticket.assignee, self.visit.house) + (f" · {grid.name}" if grid else ""),
            "state": STATE_NAMES[ticket.state],
            "due": spoken(ticket.due_at) + ("，已超期" if late else ""),
            "late": late,
        }

    async def open(self, number: str) -> None:
        """One ticket, with what may be done with it."""
        house = self.visit.house
        ticket = await self.visit.read(one, number)
        with self.over, ui.dialog() as dialog, ui.card().classes("sheet-dialog"):

            async def done() -> None:
                dialog.close()
                await self.renew()

            with ui.row().classes("w-full justify-between items-center no-wrap"):
                ui.label(f"工单 {ticket.number}").classes("strong")
                ui.button("关闭", on_click=dialog.close).props("flat").classes("tall")
            with ui.element("div").classes("scrolled"):
                show_state(ticket, house.clock())
                show_facts(
                    [
                        ("事情", ticket.what),
                        ("地点", ticket.address or "待核实"),
                        ("电话", mask_phone(ticket.phone) or "未留"),
                        ("期限", due_line(ticket, house.clock())),
                        *facts_of(ticket, house),
                    ]
                )
                ui.label("经过").classes("strong q-mt-sm")
                show_history(ticket, house)
            Deeds(self.visit, self.over, done).buttons(ticket)
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()
