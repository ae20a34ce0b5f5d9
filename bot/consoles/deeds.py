"""The buttons of a ticket: what may be done with it now, by whoever looks, as the workflow's table says."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from nicegui import ui

from actions.clock import SHANGHAI
from actions.tickets import dispatching, feedback, handling, helping, merging, wishing
from actions.tickets.names import EVENT_NAMES, RETURN_CODE_NAMES
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import OWNING, allowed
from bot.consoles.card import worker_name
from bot.consoles.photos import PhotoField
from bot.consoles.visit import Visit
from bot.house import House

SELDOM = "flat"
SHOWN, INSIDE = "现场照片，居民看得到（可以不拍）", "照片，只给工作人员看（可以不拍）"
CLOSING = time(17)
"""When a day that is chosen ends."""


def workers(house: House) -> dict[str, str]:
    """Grid workers to choose from, with their grids."""
    grids = house.community.grids
    return {
        w.id: "　".join((w.name, *(grids[g].name for g in w.grids if g in grids)))
        for w in house.community.workers.values()
    }


def kinds(house: House) -> dict[str, str]:
    """Kinds of case to choose from, by "category/kind"."""
    return {f"{c.id}/{k.id}": f"{c.name} · {k.name}" for c in house.categories.values() for k in c.kinds}


def helpers(house: House) -> dict[str, str]:
    """Who can be asked to help: workers by id, and the units that any kind of case names."""
    units = sorted({k.unit for c in house.categories.values() for k in c.kinds})
    return workers(house) | {unit: unit for unit in units}


def codes(house: House) -> dict[str, str]:
    """Reasons to give a ticket back."""
    return {code.value: name for code, name in RETURN_CODE_NAMES.items()}


def remedies(house: House) -> dict[str, str]:
    """Legal ways to go with what is not taken up."""
    return {remedy.id: remedy.name for remedy in house.desk.remedies.values()}


@dataclass(frozen=True)
class Deed:
    """How an event is brought about.

    do       the domain's function
    words    what has to be said, as a hint in the field; "" where nothing needs saying
    label, choices   what has to be chosen, and from what; the key's parts between slashes are handed over
    day      what a day is asked for, "" where none is; the end of that day's office hours is handed over
    photo    what a photo is asked for, "" where none may come with it
    desk     whether the function needs the community's tables
    weight   unelevated for what comes next, outline for what may come before it, SELDOM for the rest
    """

    do: Callable[..., Ticket]
    words: str = ""
    label: str = ""
    choices: Callable[[House], dict[str, str]] | None = None
    day: str = ""
    photo: str = ""
    desk: bool = False
    weight: str = SELDOM


DEEDS: Mapping[Event, Deed] = MappingProxyType(
    {
        Event.ACCEPT: Deed(handling.accept, weight="unelevated"),
        Event.START: Deed(handling.start, weight="unelevated"),
        Event.RESUME: Deed(handling.resume, desk=True, weight="unelevated"),
        Event.FINISH: Deed(handling.finish, "做了什么、修好没有，写给居民看", photo=SHOWN, weight="unelevated"),
        Event.CONFIRM: Deed(dispatching.confirm, weight="unelevated"),
        Event.DISPATCH: Deed(dispatching.dispatch, label="派给谁", choices=workers, desk=True, weight="unelevated"),
        Event.GRANT_RETURN: Deed(wishing.grant_return, desk=True, weight="unelevated"),
        Event.GRANT_EXTENSION: Deed(wishing.grant_extension, weight="unelevated"),
        Event.GRANT_PARKING: Deed(wishing.grant_parking, weight="unelevated"),
        Event.REFUSE: Deed(wishing.refuse, "为什么不同意，申请人看得到", weight="outline"),
        Event.CONTRIBUTE: Deed(helping.contribute, "这一部分做了什么", "谁的部分", photo=INSIDE, weight="outline"),
        Event.CONTACT: Deed(handling.contact, weight="outline"),
        Event.ANSWER: Deed(handling.answer, "处理结果，会原样发给投诉人", weight="outline"),
        Event.ASK_RESIDENT: Deed(handling.ask_resident, "要居民补充什么，会原样发给居民", weight="outline"),
        Event.NOTE: Deed(handling.add_note, "记一笔，只有工作人员看得到", photo=INSIDE),
        Event.INVITE: Deed(helping.invite, "请对方做什么", "请谁协办", helpers, desk=True),
        Event.EXTEND: Deed(wishing.extend, "为什么要延期，居民会知道新期限", day="延到哪天"),
        Event.RETURN: Deed(wishing.return_ticket, "说明情况：在哪个片区、归谁管……", "为什么退", codes, desk=True),
        Event.PARK: Deed(wishing.park, "为什么现在办不了、等什么", day="哪天再看"),
        Event.RECATEGORISE: Deed(dispatching.recategorise, "为什么改", "改成哪一类", kinds, desk=True),
        Event.REASSIGN: Deed(dispatching.reassign, "为什么转", "转给谁", workers, desk=True),
        Event.MERGE: Deed(merging.merge, "并入哪张工单，写工单号"),
        Event.UNMERGE: Deed(merging.unmerge, "为什么不是同一件事", desk=True),
        Event.SUPERVISE: Deed(dispatching.supervise, "为什么督办", desk=True),
        Event.ESCALATE: Deed(dispatching.escalate, "为什么提级", desk=True),
        Event.REJECT: Deed(dispatching.reject, "为什么不予受理，会原样发给居民", "请居民去哪里", remedies, desk=True),
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
        seldom = [(event, deed) for event, deed in now if self._is_seldom(event, ticket)]
        with ui.row().classes("gap-2 q-mt-xs"):
            for event, deed in now:
                if (event, deed) not in seldom or len(now) == len(seldom):
                    ui.button(EVENT_NAMES[event], on_click=self._start(event, deed, ticket)).classes("tall").props(
                        deed.weight
                    )
            if 0 < len(seldom) < len(now):
                with ui.button("更多").classes("tall").props(SELDOM), ui.menu().props("auto-close"):
                    for event, deed in seldom:
                        ui.menu_item(EVENT_NAMES[event], on_click=self._start(event, deed, ticket)).classes(
                            "tall items-center"
                        )

    def _is_seldom(self, event: Event, ticket: Ticket) -> bool:
        """Whether it lies in the menu: what is rarely done, and what is the owner's to do where another looks."""
        return DEEDS[event].weight == SELDOM or (event in OWNING and ticket.assignee != self.visit.by.id)

    def _start(self, event: Event, deed: Deed, ticket: Ticket) -> Callable[[], Any]:
        """What a button does. It carries the id of its deed, so that tapping twice does it once."""
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

            with ui.row().classes("w-full justify-end"):
                ui.button("不了", on_click=dialog.close).classes("tall").props("flat")
                ui.button("确定", on_click=sure).classes("tall").props("unelevated")
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()

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


def _closing(day: str | None) -> datetime | None:
    """The end of office hours on a day as a date field gives it, None for none."""
    try:
        return datetime.combine(date.fromisoformat(day or ""), CLOSING, SHANGHAI)
    except ValueError:
        return None
