"""Choosing the ticket that another one goes into: those that could be the same problem, or any other by its number."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.names import STATE_NAMES
from actions.tickets.ticket import Ticket
from actions.tickets.twins import Twin, find_twins
from bot.consoles.card import worker_name
from bot.house import House


def twins(uow: SqlUnitOfWork, ticket: Ticket, by: Actor) -> list[Twin]:
    """What a ticket could be the same as."""
    return find_twins(ticket, by=by, uow=uow)


class TwinField:
    """The choice and the field. `number` is what was chosen or written, "" for nothing yet."""

    def __init__(self, house: House, found: Sequence[Twin]) -> None:
        self.house = house
        ui.label("并入哪张工单？两张的居民以后都跟着那一张。").classes("soft")
        with ui.element("div").classes("scrolled") as list_:
            self.choice = ui.radio({twin.ticket.number: self._line(twin) for twin in found}).classes("w-full twins")
        if not found:
            list_.set_visibility(False)
            ui.label("附近没有像同一件事的工单。知道工单号的话写在下面。").classes("text-sm")
        self.written = ui.input("别的工单号" if found else "工单号").classes("w-full").props("outlined dense clearable")

    @property
    def number(self) -> str:
        """The number; what was written goes before what was chosen."""
        return (self.written.value or "").strip().upper() or str(self.choice.value or "")

    def _line(self, twin: Twin) -> str:
        ticket = twin.ticket
        who = f"{STATE_NAMES[ticket.state]}，{worker_name(ticket.assignee, self.house)}"
        return f"{ticket.number}（{'，'.join(twin.why)}）{ticket.address or '地点待核实'}：{ticket.what}（{who}）"
