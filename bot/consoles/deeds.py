"""The buttons of a ticket: what may be done with it now, by whoever looks, as the workflow's table says."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from nicegui import ui

from actions.tickets import dispatching, feedback, handling
from actions.tickets.names import EVENT_NAMES
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import allowed
from bot.consoles.visit import Visit
from bot.house import House

SELDOM = "flat"


def workers(house: House) -> dict[str, str]:
    """Grid workers to choose from, with their grids."""
    grids = house.community.grids
    return {w.id: "　".join((w.name, *(grids[g].name for g in w.grids if g in grids))) for w in house.community.workers.values()}


def kinds(house: House) -> dict[str, str]:
    """Kinds of case to choose from, by "category/kind"."""
    return {f"{c.id}/{k.id}": f"{c.name} · {k.name}" for c in house.categories.values() for k in c.kinds}


@dataclass(frozen=True)
class Deed:
    """How an event is brought about.

    do       the domain's function
    words    what has to be said, as a hint in the field; "" where nothing needs saying
    label, choices   what has to be chosen, and from what; the key's parts between slashes are handed over
    desk     whether the function needs the community's tables
    weight   unelevated for what comes next, outline for what may come before it, SELDOM for the rest
    """

    do: Callable[..., Ticket]
    words: str = ""
    label: str = ""
    choices: Callable[[House], dict[str, str]] | None = None
    desk: bool = False
    weight: str = SELDOM


DEEDS: Mapping[Event, Deed] = MappingProxyType(
    {
        Event.ACCEPT: Deed(handling.accept, weight="unelevated"),
        Event.START: Deed(handling.start, weight="unelevated"),
        Event.RESUME: Deed(handling.resume, weight="unelevated"),
        Event.FINISH: Deed(handling.finish, "做了什么、修好没有，写给居民看", weight="unelevated"),
        Event.CONFIRM: Deed(dispatching.confirm, weight="unelevated"),
        Event.DISPATCH: Deed(dispatching.dispatch, label="派给谁", choices=workers, desk=True, weight="unelevated"),
        Event.CONTACT: Deed(handling.contact, weight="outline"),
        Event.ASK_RESIDENT: Deed(handling.ask_resident, "要居民补充什么，会原样发给居民", weight="outline"),
        Event.NOTE: Deed(handling.add_note, "记一笔，只有工作人员看得到"),
        Event.RECATEGORISE: Deed(dispatching.recategorise, "为什么改", "改成哪一类", kinds, desk=True),
        Event.RETURN: Deed(handling.return_ticket, "为什么退：不在本片、不归这里管……", desk=True),
        Event.REASSIGN: Deed(dispatching.reassign, "为什么转", "转给谁", workers, desk=True),
        Event.MERGE: Deed(dispatching.merge, "并入哪张工单，写工单号"),
        Event.REJECT: Deed(dispatching.reject, "为什么不予受理、该找谁，会原样发给居民"),
        Event.CLOSE: Deed(feedback.close, weight="outline"),
    }
)
"""In the order of the buttons. What only residents and their operators do is not here."""


class Deeds:
    """The deeds of one visit. `over` is where dialogs live: outside of whatever is drawn anew while somebody writes."""

    def __init__(self, visit: Visit, over: ui.element, done: Callable[[], Awaitable[None]]) -> None:
        self.visit, self.over, self.done = visit, over, done

    def buttons(self, ticket: Ticket) -> None:
        """What may be done now: what comes next on buttons, the rest in a menu behind them."""
        now = [(event, deed) for event, deed in DEEDS.items() if event in allowed(ticket, self.visit.by)]
        seldom = [(event, deed) for event, deed in now if deed.weight == SELDOM]
        with ui.row().classes("gap-2 q-mt-xs"):
            for event, deed in now:
                if deed.weight != SELDOM or len(now) == len(seldom):
                    ui.button(EVENT_NAMES[event], on_click=self._start(event, deed, ticket)).classes("tall").props(deed.weight)
            if 0 < len(seldom) < len(now):
                with ui.button("更多").classes("tall").props(SELDOM), ui.menu().props("auto-close"):
                    for event, deed in seldom:
                        ui.menu_item(EVENT_NAMES[event], on_click=self._start(event, deed, ticket)).classes("tall items-center")

    def _start(self, event: Event, deed: Deed, ticket: Ticket) -> Callable[[], Any]:
        """What a button does. It carries the id of its deed, so that tapping twice does it once."""
        if deed.words or deed.choices:
            return lambda: self.ask(event, deed, ticket)
        id_ = uuid.uuid4().hex
        return lambda: self.perform(event, ticket.number, deed=id_)

    def ask(self, event: Event, deed: Deed, ticket: Ticket) -> None:
        """Ask for what a deed needs."""
        id_ = uuid.uuid4().hex
        with self.over, ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:28rem"):
            ui.label(f"{EVENT_NAMES[event]} · {ticket.number}").classes("strong")
            choice = ui.select(deed.choices(self.visit.house), label=deed.label, with_input=True).classes("w-full").props("outlined") if deed.choices else None
            words = ui.textarea(deed.words).classes("w-full").props("outlined autogrow autofocus") if deed.words else None

            async def sure() -> None:
                chosen = str(choice.value or "").split("/") if choice else []
                if chosen == [""]:
                    ui.notify(f"请先选：{deed.label}", type="warning", position="top")
                elif await self.perform(event, ticket.number, *chosen, *([words.value or ""] if words else []), deed=id_):
                    dialog.close()

            with ui.row().classes("w-full justify-end"):
                ui.button("不了", on_click=dialog.close).classes("tall").props("flat")
                ui.button("确定", on_click=sure).classes("tall").props("unelevated")
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()

    async def perform(self, event: Event, number: str, *given: str, deed: str) -> Ticket | None:
        """Do it and tell the other screens; None where it can't be done, which has been said in words then."""
        house, how = self.visit.house, DEEDS[event]
        needs = {"desk": house.desk} if how.desk else {}
        ticket = await self.visit.do(how.do, number, *given, by=self.visit.by, at=house.clock(), uow=house.database.unit(), deed=deed, **needs)
        if ticket:
            house.hub.publish("tickets", {"type": "ticket", "number": number})
            await self.done()
        return ticket
