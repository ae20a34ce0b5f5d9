"""All tickets, for the desk and the supervisor line: what waits for whom above, what is looked for below it, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from actions.accounts import Position
from actions.page import Stretch
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.names import STATE_NAMES, WISH_NAMES
from actions.tickets.remaining import contact_line, due_line
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import Order, TicketFilter, Waiting
from actions.tickets.workflow import may_see
from bot.consoles.card import CHANNELS, worker_name
from bot.consoles.frame import PATIENCE, News, follow, frame
from bot.consoles.log import ONE_LINE
from bot.consoles.sieve import VIEWS, Sieve
from bot.consoles.try_out import TryOut
from bot.consoles.visit import Visit, admit
from bot.house import House

PATH = "/tickets"
COLUMNS = [
    {"name": "number", "label": "工单号", "field": "number", "align": "left", "style": ONE_LINE},
    {"name": "kind", "label": "事情", "field": "kind", "align": "left"},
    {"name": "address", "label": "地点", "field": "address", "align": "left"},
    {"name": "who", "label": "负责", "field": "who", "align": "left"},
    {"name": "state", "label": "状态", "field": "state", "align": "left"},
    {"name": "due", "label": "还有多久", "field": "due", "align": "left"},
]
NUMBER = """<q-td :props="props"><a class="way" :href="'/tickets/' + props.row.number">{{ props.row.number }}</a><div class="soft">{{ props.row.opened }}</div></q-td>"""
KIND = """<q-td :props="props"><b>{{ props.row.kind }}</b><div class="any brief">{{ props.row.what }}</div></q-td>"""
STATE = """<q-td :props="props"><span class="row q-gutter-xs"><span v-for="[words, looks] in props.row.marks" :class="['pill', looks]">{{ words }}</span></span></q-td>"""
DUE = """<q-td :props="props"><div v-for="[words, late] in props.row.clocks" :class="late ? 'late' : ''">{{ words }}</div></q-td>"""
TABLE = 'flat hide-pagination :rows-per-page-options="[0]" no-data-label="没有这样的工单。换个条件，或者把“没办完的”改成“全部状态”。"'
MOST = 1000
"""So far the number of hits is counted."""


def look(
    uow: SqlUnitOfWork, by: Actor, at: datetime, wanted: TicketFilter, order: Order, cursor: str | None, back: bool
) -> tuple[Waiting, Stretch[Ticket], int]:
    """What waits, a page of what is wanted, and how many those are; of confidential ones what this person may see."""
    page = uow.tickets.stretch(wanted, order, cursor, back=back)
    seen = [ticket for ticket in page.items if may_see(ticket, by)]
    waiting, amount = uow.tickets.waiting(by.level, str(by), at), uow.tickets.amount(wanted, MOST)
    return waiting, Stretch(seen, page.before, page.behind), amount


class Board:
    """One open page of the list."""

    def __init__(self, visit: Visit, asked: dict[str, str], over: ui.element) -> None:
        self.visit = visit
        self.cursor: str | None = asked.get("after")
        self.shown: Stretch[Ticket] = Stretch((), False, False)
        with ui.row().classes("w-full items-center justify-between gap-2"):
            self.views = ui.row().classes("gap-2")
            ui.button("试派", on_click=TryOut(visit, over).open).props("outline").classes("tall").tooltip(
                "写一句话，看会派到哪里、为什么；什么也不登记"
            )
        self.sieve = Sieve(visit.house, asked, self.search)
        self.count = ui.label().classes("soft")
        self.table = ui.table(columns=COLUMNS, rows=[], row_key="number").classes("w-full panel stack").props(TABLE)
        for name, slot in (("number", NUMBER), ("kind", KIND), ("state", STATE), ("due", DUE)):
            self.table.add_slot(f"body-cell-{name}", slot)
        self.table.on("rowClick", lambda event: ui.navigate.to(f"{PATH}/{event.args[1]['number']}"))
        with ui.row().classes("self-center gap-2"):
            self.earlier = ui.button("上一页", on_click=lambda: self.turn(back=True)).props("flat").classes("tall")
            self.later = ui.button("下一页", on_click=lambda: self.turn(back=False)).props("flat").classes("tall")

    async def search(self) -> None:
        """From the first page."""
        self.cursor = None
        await self.renew()

    async def turn(self, back: bool) -> None:
        """To the page before or behind."""
        if not self.shown.items:  # an address with a number that nobody has
            await self.search()
            return
        edge = self.shown.items[0 if back else -1].number
        if not back:
            self.cursor = edge
            await self.renew()
            return
        waiting, page, amount = await self._read(edge, back=True)
        self.cursor = await self._before(page)
        await self._show(waiting, page, amount)

    async def _before(self, page: Stretch[Ticket]) -> str | None:
        """The ticket just before a page, from which the page is found again; None for the first one."""
        if not (page.before and page.items):
            return None
        previous = (await self._read(page.items[0].number, back=True))[1].items
        return previous[-1].number if previous else None

    async def renew(self) -> None:
        """Read the page again."""
        await self._show(*await self._read(self.cursor, back=False))

    async def _read(self, cursor: str | None, back: bool) -> tuple[Waiting, Stretch[Ticket], int]:
        by, now = self.visit.by, self.visit.house.clock()
        wanted = self.sieve.wanted(by, now)
        return await self.visit.read(look, by, now, wanted, self.sieve.order, cursor, back)

    async def _show(self, waiting: Waiting, page: Stretch[Ticket], amount: int) -> None:
        self.shown = page
        self._views(waiting)
        many = f"{MOST} 件以上" if amount >= MOST else f"共 {amount} 件"
        first = "急的、快到期的在前" if self.sieve.order is Order.PRESSING else "最新的在前"
        self.count.set_text(f"{many}，{first}")
        self.table.rows = [self._row(ticket) for ticket in page.items]
        self.earlier.set_visibility(page.before)
        self.later.set_visibility(page.behind)
        asked = self.sieve.asked() | ({"after": self.cursor} if self.cursor else {})
        ui.navigate.history.replace(f"{PATH}?{urlencode(asked)}" if asked else PATH)

    def _views(self, waiting: Waiting) -> None:
        self.views.clear()
        with self.views:
            for name, words in VIEWS.items():
                count, on = getattr(waiting, name), self.sieve.view == name
                if not (count or on) and name != "wished":
                    continue
                pill = ui.element("button").props(f"type=button aria-pressed={str(on).lower()}")
                looks = "on" if on else "warn" if count and name in ("wished", "late", "urgent") else ""
                with pill.classes(f"pill {looks}").on("click", lambda n=name: self.choose(n)):
                    ui.label(f"{words} {count}")

    async def choose(self, view: str) -> None:
        """What waits in one way; once more to let go of it."""
        self.sieve.view = "" if self.sieve.view == view else view
        await self.search()

    def heard(self, news: News) -> None:
        """Say what has come up the line."""
        if news["type"] == "notice":
            ui.notify(news["text"], type="warning", position="top", multi_line=True, timeout=8000)

    def _row(self, ticket: Ticket) -> dict[str, Any]:
        house, now = self.visit.house, self.visit.house.clock()
        grid, secret = house.community.grids.get(ticket.grid or ""), ticket.confidential
        clocks = [contact_line(ticket, now), due_line(ticket, now)] if ticket.is_open else [STATE_NAMES[ticket.state]]
        return {
            "number": ticket.number,
            "opened": f"{CHANNELS.get(ticket.channel, ticket.channel)}，{ticket.opened_at:%m-%d %H:%M}",
            "kind": ticket.kind_name,
            "what": "（保密，点开看）" if secret else ticket.what,
            "address": "（保密）" if secret else ticket.address or "待核实",
            "who": worker_name(ticket.assignee, house) + (f" · {grid.name}" if grid else ""),
            "marks": marks(ticket, now),
            "clocks": [(line, "已超" in line) for line in clocks if line],
        }


def marks(ticket: Ticket, now: datetime) -> list[tuple[str, str]]:
    """The state, and what makes it pressing, each with its looks."""
    pressing = {
        "紧急": ticket.urgent and ticket.is_open,
        "已超期": ticket.overdue(now),
        "保密": ticket.confidential,
        f"待批{WISH_NAMES[ticket.wish.kind]}" if ticket.wish else "": ticket.wish is not None,
    }
    found = [(words, "warn") for words, holds in pressing.items() if holds]
    return [(STATE_NAMES[ticket.state], "" if ticket.is_open else "quiet"), *found]


def register(house: House) -> None:
    """The page `/tickets`."""

    @ui.page(PATH, title="工单 · 邻里", response_timeout=PATIENCE)
    async def tickets(request: Request) -> None:
        visit = admit(house, Position.OPERATOR, Position.MANAGER, line=True)
        if visit is None:
            return
        with frame(visit, "工单"):
            over = ui.element()
            with ui.element("main").classes("sheet"):
                board = Board(visit, dict(request.query_params), over)
            await board.renew()
            topic = f"line:{visit.by.level}" if visit.by.level else "operators"
            follow(house.hub, (topic, "tickets"), board.renew, board.heard)
