"""Why a ticket lies where it lies: the tables' reason, what the model said, and who handled the like of it here before."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from actions.tickets.ticket import Ticket
from bot.house import House

SHOWN = 3
Scored = Sequence[tuple[str, float]]


def show_reasons(ticket: Ticket, house: House) -> None:
    """All three, each where there is something to say."""
    ui.label("为什么派给这里").classes("text-base strong")
    ui.label(ticket.routed_why or "没有记下理由").classes("any")
    if units := likely(ticket, "units"):
        agreed = units[0][0] == ticket.unit
        ui.label("本地历史：以前这样的事是谁办的").classes("strong q-mt-sm")
        _bars(units)
        ui.label(
            "和派单表一致。" if agreed else f"派单表定的是{ticket.unit}；历史只供参考，要改请用改类或转派。"
        ).classes("soft any")
    if categories := likely(ticket, "categories"):
        ui.label("模型听成").classes("strong q-mt-sm")
        _bars([(name_of(category, house), score) for category, score in categories])
        if categories[0][0] != ticket.category:
            ui.label(f"现在归在“{name_of(ticket.category, house)}”。").classes("soft any")


def likely(ticket: Ticket, what: str) -> Scored:
    """What was predicted, best first; nothing for a ticket that no model has read."""
    found = ticket.predicted.get(what) or ()
    return [(str(name), float(score)) for name, score in found][:SHOWN]


def name_of(category: str, house: House) -> str:
    """A category's Chinese name."""
    known = house.categories.get(category)
    return known.name if known else category


def _bars(scored: Scored) -> None:
    with ui.element("div").classes("bars"):
        for name, score in scored:
            ui.label(name).classes("any")
            ui.linear_progress(score, show_value=False, size=".55rem").props(f'aria-label="{name}"')
            ui.label(f"{score:.2f}").classes("soft")
