"""The buttons of a ticket: what may be done with it now, by whoever looks, as the workflow's table says."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Any

from nicegui import ui

from actions.clock import SHANGHAI
from actions.tickets.names import EVENT_NAMES
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import OWNING, allowed
from bot.consoles.card import worker_name
from bot.consoles.deed_table import DEEDS, SELDOM, Deed
from bot.consoles.photos import PhotoField
from bot.consoles.twin import TwinField, twins
from bot.consoles.visit import Visit

CLOSING = time(17)
"""When a day that is chosen ends."""


class Deeds:
    """The deeds of one visit. `over` is where dialogs live: outside of whatever is drawn anew while somebody writes."""

    def __init__(
        self,
        visit: Visit,
        over: ui.element,
        done: Callable[[], Awaitable[None]],
        often: frozenset[Event] = frozenset(),
    ) -> None:
        """`often`: what is done so often on this page that it is never hidden in the menu."""
        self.visit, self.over, self.done, self.often = visit, over, done, often

    def buttons(self, ticket: Ticket) -> None:
        """What may be done now: what comes next on buttons, the rest in a menu behind them."""
        now = [(event, deed) for event, deed in DEEDS.items() if event in allowed(ticket, self.visit.by)]
        seldom = [(event, deed) for event, deed in now if self._is_seldom(event, ticket)]
        with ui.row().classes("gap-2 q-mt-xs"):
            for event, deed in now:
                if (event, deed) not in seldom or len(now) == len(seldom):
                    weight = "outline" if event in self.often and deed.weight == SELDOM else deed.weight
                    ui.button(EVENT_NAMES[event], on_click=self._start(event, deed, ticket)).classes("tall").props(
                        weight
                    )
            if 0 < len(seldom) < len(now):
                with ui.button("更多").classes("tall").props(SELDOM), ui.menu().props("auto-close"):
                    for event, deed in seldom:
                        ui.menu_item(EVENT_NAMES[event], on_click=self._start(event, deed, ticket)).classes(
                            "tall items-center"
                        )

    def _is_seldom(self, event: Event, ticket: Ticket) -> bool:
        """Whether it lies in the menu: what is rarely done, and what is the owner's to do where another looks."""
        if event in self.often:
            return False
        return DEEDS[event].weight == SELDOM or (event in OWNING and ticket.assignee != self.visit.by.id)

    def _start(self, event: Event, deed: Deed, ticket: Ticket) -> Callable[[], Any]:
        """What a button does. It carries the id of its deed, so that tapping twice does it once."""
        if deed.tickets:
            return lambda: self.ask_which(event, deed, ticket)
        if deed.words or deed.label or deed.day:
            return lambda: self.ask(event, deed, ticket)
        id_ = uuid.uuid4().hex
        return lambda: self.perform(event, ticket.number, deed=id_)

    def ask(self, event: Event, deed: Deed, ticket: Ticket) -> None:
        """Ask for what a deed needs."""
        id_ = uuid.uuid4().hex
        with self.over, ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:28rem"):
            ui.label(f"{EVENT_NAMES[event]} · {ticket.number}").classes("strong")
            choice = self._choice(deed, ticket)
            day = ui.input(deed.day).classes("w-full").props("outlined type=date stack-label") if deed.day else None
            words = (
                ui.textarea(deed.words).classes("w-full").props("outlined autogrow autofocus") if deed.words else None
            )
            photo = PhotoField(self.visit, ticket.number, deed.photo) if deed.photo else None

            async def sure() -> None:
                chosen = str(choice.value or "").split("/") if choice else []
                until = _closing(day.value) if day else None
                if chosen == [""] or (day and not until):
                    ui.notify(f"请先选：{deed.label or deed.day}", type="warning", position="top")
                    return
                if photo and photo.busy:
                    ui.notify("照片还在上传，请稍等", type="warning", position="top")
                    return
                given = [*chosen, *([until] if until else []), *([words.value or ""] if words else [])]
                if await self.perform(event, ticket.number, *given, deed=id_, photo=photo.photo if photo else None):
                    dialog.close()

            _ends(dialog, sure)
        _opened(dialog)

    async def ask_which(self, event: Event, deed: Deed, ticket: Ticket) -> None:
        """Ask for another ticket, those first that could be the same problem."""
        found, id_ = await self.visit.read(twins, ticket, self.visit.by), uuid.uuid4().hex
        with self.over, ui.dialog() as dialog, ui.card().classes("sheet-dialog").style("max-width:36rem"):
            ui.label(f"{EVENT_NAMES[event]} · {ticket.number}").classes("strong")
            field = TwinField(self.visit.house, found)

            async def sure() -> None:
                if not field.number:
                    ui.notify("请先选一张工单，或者写工单号", type="warning", position="top")
                elif await self.perform(event, ticket.number, field.number, deed=id_):
                    dialog.close()

            _ends(dialog, sure)
        _opened(dialog)

    def _choice(self, deed: Deed, ticket: Ticket) -> ui.select | None:
        """What there is to choose from, where anything is; of parts of the work those that are still open, mine first."""
        if not deed.label:
            return None
        options = (
            deed.choices(self.visit.house)
            if deed.choices
            else {h.name: worker_name(h.name, self.visit.house) for h in ticket.open_parts}
        )
        mine = self.visit.by.id if not deed.choices and self.visit.by.id in options else None
        return ui.select(options, label=deed.label, value=mine, with_input=True).classes("w-full").props("outlined")

    async def perform(
        self, event: Event, number: str, *given: str | datetime, deed: str, photo: str | None = None
    ) -> Ticket | None:
        """Do it and tell the other screens; None where it can't be done, which has been said in words then."""
        house, how = self.visit.house, DEEDS[event]
        needs = ({"desk": house.desk} if how.desk else {}) | ({"photo": photo} if photo else {})
        ticket = await self.visit.do(
            how.do, number, *given, by=self.visit.by, at=house.clock(), uow=house.database.unit(), deed=deed, **needs
        )
        if ticket:
            house.hub.publish("tickets", {"type": "ticket", "number": number})
            await self.done()
        return ticket


def _ends(dialog: ui.dialog, sure: Callable[[], Awaitable[None]]) -> None:
    with ui.row().classes("w-full justify-end"):
        ui.button("不了", on_click=dialog.close).classes("tall").props("flat")
        ui.button("确定", on_click=sure).classes("tall").props("unelevated")


def _opened(dialog: ui.dialog) -> None:
    """Show it; once it is closed nothing of it is left."""
    dialog.on_value_change(lambda change: None if change.value else dialog.delete())
    dialog.open()


def _closing(day: str | None) -> datetime | None:
    """The end of office hours on a day as a date field gives it, None for none."""
    try:
        return datetime.combine(date.fromisoformat(day or ""), CLOSING, SHANGHAI)
    except ValueError:
        return None
