"""The grid worker's page, made for a phone: my tickets, what is next on each, and what happened so far."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from actions.accounts import Position
from actions.store.unit import SqlUnitOfWork
from actions.tickets.states import OPEN, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.consoles.card import due_line, facts_of, show_facts, show_history, show_state
from bot.consoles.deeds import Deeds
from bot.consoles.frame import PATIENCE, News, follow, frame
from bot.consoles.visit import Visit, admit
from bot.house import House

GROUPS = (
    ("待派单", {State.PENDING_CONFIRM, State.PENDING_DISPATCH}),
    ("待签收", {State.ASSIGNED}),
    ("办理中", {State.ACCEPTED, State.IN_PROGRESS, State.AWAITING_RESIDENT}),
    ("待回访", {State.AWAITING_FEEDBACK}),
)
OVER = frozenset(State) - OPEN
MOST, ENDED = 200, 20


def on_my_list(uow: SqlUnitOfWork, worker: str) -> tuple[list[Ticket], list[Ticket]]:
    """A worker's open tickets, most pressing first, and the latest that are over."""
    mine = uow.tickets.find(TicketFilter(assignee=worker, states=OPEN, size=MOST)).items
    over = uow.tickets.find(TicketFilter(assignee=worker, states=OVER, size=ENDED)).items
    return sorted(mine, key=lambda ticket: (not ticket.urgent, ticket.due_at)), list(over)


class Bag:
    """One worker's open page."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.unfolded: set[str] = set()
        over = ui.element()
        self.deeds = Deeds(visit, over, self.renew)
        self.page = ui.element("main").classes("sheet narrow")

    async def renew(self) -> None:
        """Read my tickets again."""
        tickets, over = await self.visit.read(on_my_list, self.visit.by.id)
        self.page.clear()
        with self.page:
            if not tickets:
                ui.label("手上没有要办的工单。派来新的会马上出现在这里，页面开着就行。").classes("empty panel")
            for name, states in GROUPS:
                self._group(name, [t for t in tickets if t.state in states])
            self._ended(over)

    def heard(self, news: News) -> None:
        """Say what came for me."""
        if news["type"] == "notice":
            ui.notify(news["text"], type="info", position="top", multi_line=True, timeout=8000)

    def _group(self, name: str, tickets: Sequence[Ticket]) -> None:
        if not tickets:
            return
        with ui.row().classes("items-center gap-2 q-mt-sm"):
            ui.label(name).classes("text-base strong")
            ui.label(str(len(tickets))).classes("pill")
        for ticket in tickets:
            self._card(ticket)

    def _ended(self, tickets: Sequence[Ticket]) -> None:
        if tickets:
            with self._unfolding("over", f"最近结束的 {len(tickets)} 件", "panel w-full"):
                for ticket in tickets:
                    self._card(ticket)

    def _card(self, ticket: Ticket) -> None:
        now, house = self.visit.house.clock(), self.visit.house
        with ui.card().classes("w-full panel q-pa-md gap-1"):
            with ui.row().classes("w-full justify-between items-start no-wrap gap-2"):
                ui.label(ticket.kind_name).classes("strong any")
                show_state(ticket, now)
            ui.label(ticket.what).classes("any")
            ui.label(ticket.address or "地点待核实，先联系居民").classes("text-sm strong any")
            ui.label(ticket.number).classes("soft")
            ui.label(due_line(ticket, now)).classes("soft")
            if ticket.is_open:
                self._ways(ticket)
                self.deeds.buttons(ticket)
            with self._unfolding(ticket.number, "详情和经过", "w-full"):
                show_facts(facts_of(ticket, house))
                ui.label("经过").classes("strong q-mt-sm")
                show_history(ticket, house)

    def _ways(self, ticket: Ticket) -> None:
        """How to reach the resident and the place."""
        with ui.row().classes("gap-2"):
            if ticket.phone:
                ui.link(f"打电话 {ticket.phone}", f"tel:{ticket.phone}").classes("call")
            if ticket.point:
                ui.link("看地图", f"geo:{ticket.point[1]},{ticket.point[0]}").classes("call")

    def _unfolding(self, key: str, title: str, classes: str) -> ui.expansion:
        """A part that stays as the worker left it when the page is drawn anew."""

        def remember(change: object) -> None:
            (self.unfolded.add if part.value else self.unfolded.discard)(key)

        part = ui.expansion(title, value=key in self.unfolded, on_value_change=remember).classes(classes)
        return part


def register(house: House) -> None:
    """The page `/worker`."""

    @ui.page("/worker", title="我的工单 · 邻里", response_timeout=PATIENCE)
    async def worker() -> None:
        visit = admit(house, Position.WORKER)
        if visit is None:
            return
        with frame(visit, "我的工单"):
            bag = Bag(visit)
            await bag.renew()
            follow(house.hub, (f"worker:{visit.by.id}", "tickets"), bag.renew, bag.heard)
