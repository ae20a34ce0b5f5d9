"""The grid worker's page, made for a phone: my tickets, what is next on each, and what happened so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from actions.accounts import Position
from actions.attachments.attachment import Attachment
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.remaining import due_line
from actions.tickets.states import OPEN, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.consoles.card import facts_of, show_facts, show_history, show_state
from bot.consoles.deeds import Deeds
from bot.consoles.frame import PATIENCE, News, follow, frame
from bot.consoles.phone import Phone
from bot.consoles.photos import show_photos
from bot.consoles.visit import Visit, admit
from bot.house import House

GROUPS = (
    ("待派单", {State.PENDING_CONFIRM, State.PENDING_DISPATCH}),
    ("待签收", {State.ASSIGNED}),
    ("办理中", {State.ACCEPTED, State.IN_PROGRESS, State.AWAITING_RESIDENT}),
    ("挂账", {State.PARKED}),
    ("待回访", {State.AWAITING_FEEDBACK}),
)
OVER = frozenset(State) - OPEN
MOST, ENDED = 200, 20


@dataclass(frozen=True)
class Work:
    """What is on somebody's page: her own open tickets, others' that she helps with, wishes that wait for her answer
    and tickets that she watches over, and the latest that are over."""

    mine: Sequence[Ticket]
    helped: Sequence[Ticket]
    wished: Sequence[Ticket]
    watched: Sequence[Ticket]
    over: Sequence[Ticket]


def on_my_list(uow: SqlUnitOfWork, by: Actor) -> Work:
    """A worker's page, most pressing first. The supervisor line has more on it: what it has to answer and to watch."""

    def found(**wanted: Any) -> list[Ticket]:
        page = uow.tickets.find(TicketFilter(states=OPEN, size=MOST, up_to=by.level, **wanted)).items
        return sorted(page, key=lambda ticket: (not ticket.urgent, ticket.due_at))

    mine = uow.tickets.find(TicketFilter(assignee=by.id, states=OPEN, size=MOST)).items
    others = [t for t in found(wished=True) if t.wish and t.wish.by != by] if by.level else []
    watched = [t for t in found(level=by.level) if t.assignee != by.id] if by.level else []
    over = uow.tickets.find(TicketFilter(assignee=by.id, states=OVER, size=ENDED)).items
    mine = sorted(mine, key=lambda ticket: (not ticket.urgent, ticket.due_at))
    return Work(mine, found(helper=f"worker:{by.id}"), others, watched, over)


def sent_for(uow: SqlUnitOfWork, work: Work) -> Mapping[str, Sequence[Attachment]]:
    """What belongs to the tickets of a page."""
    shown = (work.mine, work.helped, work.wished, work.watched, work.over)
    return uow.attachments.of_tickets({ticket.number for tickets in shown for ticket in tickets})


class Bag:
    """One worker's open page."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.unfolded: set[str] = set()
        self.photos: Mapping[str, Sequence[Attachment]] = {}
        over = ui.element()
        self.deeds = Deeds(visit, over, self.renew)
        with ui.element("main").classes("sheet narrow"):
            self.phone = Phone(visit, over)
            self.page = ui.element("div").classes("sheet narrow").style("padding:0")

    async def renew(self) -> None:
        """Read my tickets again."""
        work = await self.visit.read(on_my_list, self.visit.by)
        self.photos = await self.visit.read(sent_for, work)
        self.page.clear()
        with self.page:
            if not (work.mine or work.helped or work.wished or work.watched):
                ui.label("手上没有要办的工单。派来新的会马上出现在这里，页面开着就行。").classes("empty panel")
            self._group("待批申请", work.wished)
            for name, states in GROUPS:
                self._group(name, [t for t in work.mine if t.state in states])
            self._group("我协办的", work.helped)
            self._group("督办中", [t for t in work.watched if t not in work.wished])
            self._ended(work.over)

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
            told = {entry.photo for entry in ticket.history}
            show_photos(photo for photo in self.photos.get(ticket.number, ()) if photo.id not in told)
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
            await bag.phone.renew()
            await bag.renew()
            follow(house.hub, (f"worker:{visit.by.id}", f"line:{visit.by.level}", "tickets"), bag.renew, bag.heard)
