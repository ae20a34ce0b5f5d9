"""Beside a conversation: who the resident is, what the model understood, which tickets there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from actions.conversations.conversation import Conversation
from actions.conversations.wanted import MessageFilter
from actions.masking import mask_phone
from actions.store.unit import SqlUnitOfWork
from actions.tickets.remaining import due_line
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.consoles.card import show_facts, show_state, worker_name
from bot.consoles.transcript import NO_AFFAIR, show_understood
from bot.consoles.visit import Visit

RECENT = 20
"""Messages searched for the last one that the model read."""


@dataclass(frozen=True)
class Known:
    """What is known beside the talk itself; `understood` of the latest message that is about some affair,
    else of the latest that the model read."""

    conversation: Conversation | None
    understood: dict[str, object] | None
    tickets: Sequence[Ticket]


def known(uow: SqlUnitOfWork, conversation: str) -> Known:
    """All of it. Operators, who sit with many in a room, see nothing of confidential tickets."""
    recent = uow.messages.search(MessageFilter(conversation=conversation, size=RECENT)).items
    read = [dict(message.understood) for message in recent if message.understood]
    understood = next((u for u in read if u.get("intent") not in NO_AFFAIR), read[0] if read else None)
    tickets = uow.tickets.find(TicketFilter(resident=conversation, confidential=False)).items
    return Known(uow.conversations.find(conversation), understood, tickets)


def mask_address(address: str | None) -> str:
    """幸福里小区3栋2单元501 → 幸福里小…; enough to tell the estate, not the door."""
    return "未留" if not address else f"{address[:4]}…" if len(address) > 4 else "…"


class Aside:
    """The right side of the page. Address and phone stay masked until somebody asks to see them."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.chosen: str | None = None
        self.revealed = False
        self.place = ui.element("div").classes("scrolled")

    async def open(self, conversation: str) -> None:
        """Show another conversation's."""
        self.chosen, self.revealed = conversation, False
        await self.renew()

    async def renew(self) -> None:
        """Read it again."""
        if self.chosen is None:
            return
        now = await self.visit.read(known, self.chosen)
        self.place.clear()
        with self.place:
            if now.conversation:
                self._resident(now.conversation)
            ui.label("听懂了什么").classes("strong q-mt-sm")
            if now.understood:
                show_understood(now.understood, self.visit.house.categories)
            else:
                ui.label("还没有可看的理解结果。").classes("soft")
            self._tickets(now.tickets)

    def _resident(self, resident: Conversation) -> None:
        with ui.row().classes("w-full items-center justify-between no-wrap"):
            ui.label("居民").classes("strong")
            if (resident.address or resident.phone) and not self.revealed:
                ui.button("看完整的", on_click=self.reveal).props("flat dense")
        if self.revealed:
            show_facts([("地址", resident.address or "未留"), ("电话", resident.phone or "未留")])
        else:
            show_facts([("地址", mask_address(resident.address)), ("电话", mask_phone(resident.phone) or "未留")])

    async def reveal(self) -> None:
        """Show address and phone in full, for this conversation."""
        self.revealed = True
        await self.renew()

    def _tickets(self, tickets: Sequence[Ticket]) -> None:
        ui.label("工单").classes("strong q-mt-sm")
        if not tickets:
            ui.label("还没有工单。居民报事并确认后会出现在这里。").classes("soft")
        for ticket in tickets:
            with ui.element("div").classes("entry").style("cursor:auto"):
                with ui.row().classes("w-full items-center justify-between no-wrap gap-2"):
                    ui.label(ticket.kind_name).classes("text-sm strong any")
                    show_state(ticket, self.visit.house.clock())
                ui.link(ticket.number, f"/tickets/{ticket.number}", new_tab=True).classes("way text-sm")
                ui.label(
                    f"{worker_name(ticket.assignee, self.visit.house)}，{due_line(ticket, self.visit.house.clock())}"
                ).classes("soft")
