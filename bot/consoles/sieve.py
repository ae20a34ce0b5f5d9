"""The fields above the list of tickets: what is looked for, kept in the page's address so that going back finds it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from nicegui import ui

from actions.tickets.actor import Actor
from actions.tickets.names import STATE_NAMES
from actions.tickets.states import OPEN, State
from actions.tickets.wanted import Order, TicketFilter
from bot.consoles.card import CHANNELS
from bot.consoles.deed_table import workers
from bot.house import House

VIEWS = {
    "wished": "待批申请",
    "late": "已超期",
    "urgent": "紧急",
    "to_dispatch": "待派单",
    "to_confirm": "待确认",
    "watched": "提级到我这里",
}
"""What waits for somebody, by the fields of `Waiting`; one of them at a time, whatever state is chosen."""
NOT_OVER, ANY = "open", "any"
SIZE = 50


class Sieve:
    """The fields of one open page."""

    def __init__(self, house: House, asked: Mapping[str, str], changed: Callable[[], Awaitable[None]]) -> None:
        self._changed = changed
        self.view = asked.get("view", "") if asked.get("view") in VIEWS else ""
        states = {NOT_OVER: "没办完的", ANY: "全部状态", **{s.value: n for s, n in STATE_NAMES.items()}}
        grids = {grid.id: grid.name for grid in house.community.grids.values()}
        categories = {c.id: c.name for c in house.categories.values()}
        with ui.element("div").classes("fields"):
            self.text = (
                ui.input("工单号、电话、地点或内容", value=asked.get("q", ""))
                .props("outlined dense clearable")
                .classes("wide")
                .on("keydown.enter", changed)
                .on("clear", changed)
            )
            self.state = self._select("状态", states, asked.get("state") or NOT_OVER)
            self.grid = self._select("网格", {"": "全部网格", **grids}, asked.get("grid"))
            self.category = self._select("类别", {"": "全部类别", **categories}, asked.get("category"))
            self.worker = self._select("负责", {"": "所有人", **workers(house)}, asked.get("worker"))
            self.channel = self._select("渠道", {"": "全部渠道", **CHANNELS}, asked.get("channel"))
            ui.button("查找", on_click=changed).props("unelevated").classes("tall")

    def _select(self, label: str, options: dict[str, str], chosen: str | None) -> ui.select:
        value = chosen if chosen in options else next(iter(options))
        return ui.select(
            options, value=value, label=label, with_input=len(options) > 14, on_change=self._changed
        ).props("outlined dense")

    def asked(self) -> dict[str, str]:
        """What differs from an untouched page, as its address says it."""
        fields = {
            "view": self.view,
            "q": (self.text.value or "").strip(),
            "state": "" if self.state.value == NOT_OVER else str(self.state.value),
            "grid": self.grid.value,
            "category": self.category.value,
            "worker": self.worker.value,
            "channel": self.channel.value,
        }
        return {name: str(value) for name, value in fields.items() if value}

    @property
    def order(self) -> Order:
        """What is not over is looked at for what presses, the rest for what is new."""
        return Order.PRESSING if self.view or self.state.value == NOT_OVER else Order.NEWEST

    def wanted(self, by: Actor, now: datetime) -> TicketFilter:
        """What the fields ask for, of what this person may see."""
        return TicketFilter(
            states=self._states(),
            grid=self.grid.value or None,
            category=self.category.value or None,
            assignee=self.worker.value or None,
            channel=self.channel.value or None,
            urgent=True if self.view == "urgent" else None,
            wished=True if self.view == "wished" else None,
            due_before=now if self.view == "late" else None,
            level=by.level if self.view == "watched" else None,
            up_to=by.level,
            text=self.text.value or "",
            size=SIZE,
        )

    def _states(self) -> frozenset[State] | None:
        view = {"to_dispatch": State.PENDING_DISPATCH, "to_confirm": State.PENDING_CONFIRM}.get(self.view)
        if view:
            return frozenset({view})
        if self.state.value == ANY:
            return OPEN if self.view else None
        return OPEN if self.state.value == NOT_OVER else frozenset({State(self.state.value)})
