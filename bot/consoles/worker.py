"""The grid worker's page, made for a phone: my tickets, accept, finish with a note."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from nicegui import run, ui

from actions.accounts import Account, Position
from actions.clock import local
from actions.dialogue.card import spoken
from actions.tickets.handling import accept, add_note, ask_resident, contact, finish, resume, return_ticket, start
from actions.tickets.names import EVENT_NAMES, STATE_NAMES
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from actions.tickets.workflow import allowed
from bot.consoles.frame import actor, admitted, do, follow, frame
from bot.house import House

GROUPS = (
    ("待签收", {State.ASSIGNED, State.PENDING_CONFIRM, State.PENDING_DISPATCH}),
    ("办理中", {State.ACCEPTED, State.IN_PROGRESS, State.AWAITING_RESIDENT}),
    ("待回访", {State.AWAITING_FEEDBACK}),
    ("已结束", {State.CLOSED, State.WITHDRAWN, State.REJECTED, State.MERGED}),
)
PLAIN: dict[Event, Callable[..., Ticket]] = {Event.ACCEPT: accept, Event.START: start, Event.CONTACT: contact, Event.RESUME: resume}
WITH_WORDS: dict[Event, tuple[Callable[..., Ticket], str]] = {
    Event.FINISH: (finish, "做了什么、修好没有，写给居民看"),
    Event.ASK_RESIDENT: (ask_resident, "要居民补充什么"),
    Event.RETURN: (return_ticket, "为什么退：不在本片、不归这里管……"),
    Event.NOTE: (add_note, "记一笔"),
}


class Bag:
    """One worker's open page."""

    def __init__(self, house: House, account: Account) -> None:
        self.house, self.account, self.by = house, account, actor(account, house)

    async def build(self) -> None:
        """Lay the page out and keep it fresh."""
        self.over = ui.element()  # dialogs live here: news redraws the page, and must not close what is being written
        self.page = ui.column().classes("w-full q-pa-md gap-3").style("max-width:40rem;margin:0 auto")
        await self.refresh()
        follow(self.house.hub, (f"worker:{self.by.id}", "tickets"), self.react)

    async def react(self, news: dict[str, Any]) -> None:
        """News of a ticket."""
        if news["type"] == "notice":
            ui.notify(news["text"], type="info", position="top", multi_line=True)
        await self.refresh()

    async def refresh(self) -> None:
        """Read my tickets again."""
        tickets = await run.io_bound(self._mine)
        self.page.clear()
        with self.page:
            for name, states in GROUPS:
                self._group(name, [t for t in tickets if t.state in states])

    def _mine(self) -> list[Ticket]:
        with self.house.database.reading() as uow:
            return list(uow.tickets.find(TicketFilter(assignee=self.by.id, size=200)).items)

    def _group(self, name: str, tickets: list[Ticket]) -> None:
        with ui.row().classes("items-center gap-2"):
            ui.label(name).classes("text-base font-medium")
            ui.label(str(len(tickets))).classes("pill")
        if not tickets:
            ui.label("现在没有。").classes("soft")
        for ticket in tickets[:30]:
            self._card(ticket)

    def _card(self, ticket: Ticket) -> None:
        late = ticket.overdue(self.house.clock())
        with ui.card().classes("w-full panel q-pa-md gap-1").props("flat"):
            with ui.row().classes("w-full justify-between items-center no-wrap"):
                ui.label(ticket.kind_name).classes("font-medium")
                ui.label("紧急" if ticket.urgent else "已超期" if late else STATE_NAMES[ticket.state]).classes(f"pill {'warn' if ticket.urgent or late else ''}")
            ui.label(ticket.what).classes("text-sm").style("overflow-wrap:anywhere")
            ui.label(ticket.address or "地点待核实").classes("text-sm font-medium")
            ui.label(f"{ticket.number}　{spoken(ticket.due_at)}前办结").classes("soft")
            if ticket.phone:
                ui.link(f"打电话 {ticket.phone}", f"tel:{ticket.phone}").classes("text-sm")
            self._buttons(ticket)
            with ui.expansion("经过").classes("w-full").props("dense"):
                for entry in ticket.history:
                    ui.label(f"{local(entry.at):%m-%d %H:%M} {EVENT_NAMES[entry.event]} {entry.note}").classes("soft")

    def _buttons(self, ticket: Ticket) -> None:
        with ui.row().classes("gap-2 q-mt-xs"):
            for event in allowed(ticket, self.by):
                if event in PLAIN:
                    main = "unelevated" if event in (Event.ACCEPT, Event.START) else "outline"
                    ui.button(EVENT_NAMES[event], on_click=lambda e=event, t=ticket: self.do(PLAIN[e], t.number)).props(f"{main} no-caps").style("min-height:44px")
                elif event in WITH_WORDS:
                    main = "unelevated" if event is Event.FINISH else "flat"
                    ui.button(EVENT_NAMES[event], on_click=lambda e=event, t=ticket: self.ask(e, t)).props(f"{main} no-caps").style("min-height:44px")

    def ask(self, event: Event, ticket: Ticket) -> None:
        """Ask for the words that a deed needs."""
        deed, hint = WITH_WORDS[event]
        with self.over, ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:28rem"):
            ui.label(f"{EVENT_NAMES[event]} · {ticket.number}").classes("font-medium")
            words = ui.textarea(hint).classes("w-full").props("outlined autogrow autofocus")

            async def sure() -> None:
                dialog.close()
                await self.do(deed, ticket.number, words.value)

            with ui.row().classes("w-full justify-end"):
                ui.button("不了", on_click=dialog.close).props("flat")
                ui.button("确定", on_click=sure).props("unelevated")
        dialog.open()

    async def do(self, deed: Callable[..., Ticket], number: str, *words: str) -> None:
        """Do it, once however often the button is pressed, and tell the other screens."""
        house = self.house
        needs = {"desk": house.desk} if deed is return_ticket else {}
        ticket = await do(deed, number, *words, by=self.by, at=house.clock(), uow=house.database.unit(), deed=uuid.uuid4().hex, **needs)
        if ticket:
            house.hub.publish("tickets", {"type": "ticket", "number": number})
            await self.refresh()


def register(house: House) -> None:
    """The page `/worker`."""

    @ui.page("/worker", title="我的工单 · 邻里")
    async def worker() -> None:
        account = admitted(house, Position.WORKER)
        if account is None:
            return
        with frame(account, "我的工单", house):
            await Bag(house, account).build()
