"""One ticket, whole: what and where, its clocks, who has it and why, what happened, and all that may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from actions.accounts import Position
from actions.attachments.attachment import Attachment
from actions.errors import TicketUnknown
from actions.masking import mask_phone
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.remaining import answer_line, contact_line, due_line
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import may_see
from bot.consoles.board import PATH
from bot.consoles.card import facts_of, helper_line, show_facts, show_history, show_state, who, wish_line
from bot.consoles.deeds import Deeds
from bot.consoles.frame import PATIENCE, follow, frame
from bot.consoles.photos import show_photos
from bot.consoles.reasons import show_reasons
from bot.consoles.roster import name_of
from bot.consoles.visit import Visit, admit
from bot.house import House

BACK = """(e) => { if (document.referrer && new URL(document.referrer).pathname === "/tickets") { e.preventDefault(); history.back(); } }"""
"""To the list as it was left, where one comes from there."""
OFTEN = frozenset({Event.REASSIGN, Event.MERGE, Event.UNMERGE, Event.SUPERVISE, Event.REOPEN})
"""What a desk does with a ticket that is another's."""
UNSEEN = "没有这张工单，或者它不归您看。请核对工单号。"


@dataclass(frozen=True)
class Opened:
    """A ticket with what belongs to it: the tickets that went into it, the one that it went into, what was sent."""

    ticket: Ticket
    joined: Sequence[Ticket]
    sent: Sequence[Attachment]


def opened(uow: SqlUnitOfWork, number: str, by: Actor) -> Opened | None:
    """All of it; None for a number that nobody has and for one that is not for this person's eyes: they look the same."""
    try:
        ticket = uow.tickets.peek(number)
    except TicketUnknown:
        return None
    if not may_see(ticket, by):
        return None
    joined = [other for other in uow.tickets.merged_into(number) if may_see(other, by)]
    return Opened(ticket, joined, uow.attachments.of_tickets({number}).get(number, ()))


class TicketPage:
    """One open page."""

    def __init__(self, visit: Visit, number: str, over: ui.element) -> None:
        self.visit, self.number = visit, number
        self.revealed = False
        self.deeds = Deeds(visit, over, self.renew, OFTEN)
        self.page = ui.element("div").classes("two")

    async def renew(self) -> None:
        """Read it again."""
        found = await self.visit.read(opened, self.number, self.visit.by)
        self.page.clear()
        with self.page:
            if found is None:
                ui.label(UNSEEN).classes("empty panel")
                return
            with ui.element("section").classes("panel part"):
                self._matter(found.ticket)
                self._belongings(found)
            with ui.element("section").classes("panel part"):
                show_reasons(found.ticket, self.visit.house)
                ui.label("经过").classes("text-base strong q-mt-sm")
                show_history(found.ticket, self.visit.house)

    def _matter(self, ticket: Ticket) -> None:
        now = self.visit.house.clock()
        with ui.row().classes("w-full justify-between items-start gap-2"):
            ui.label(ticket.number).classes("text-base strong")
            show_state(ticket, now)
        ui.label(ticket.what).classes("text-base any")
        ui.label(ticket.address or "地点待核实").classes("strong any")
        for line in (contact_line(ticket, now), due_line(ticket, now), answer_line(ticket, now)):
            if line:
                ui.label(line).classes("late" if "已超" in line else "soft")
        self._phone(ticket)
        if ticket.wish:
            asker = who(ticket.wish.by, self.visit.house)
            ui.label(f"{asker}申请{wish_line(ticket)}").classes("asked any")
        self.deeds.buttons(ticket)
        show_facts([fact for fact in facts_of(ticket, self.visit.house) if fact[0] not in ELSEWHERE])

    def _phone(self, ticket: Ticket) -> None:
        """Masked until it is asked for."""
        if not ticket.phone:
            ui.label("没有留电话").classes("soft")
        elif self.revealed:
            ui.link(f"打电话 {ticket.phone}", f"tel:{ticket.phone}").classes("call self-start")
        else:
            with ui.row().classes("items-center gap-2"):
                ui.label(f"电话 {mask_phone(ticket.phone)}")
                ui.button("看完整的", on_click=self.reveal).props("flat dense")

    async def reveal(self) -> None:
        """Show the telephone number in full, on this page."""
        self.revealed = True
        await self.renew()

    def _belongings(self, found: Opened) -> None:
        """Who helps, what was sent, who else reported it, and what was merged with it."""
        ticket, house = found.ticket, self.visit.house
        if ticket.helpers:
            ui.label("协办").classes("text-base strong q-mt-sm")
            for helper in ticket.helpers:
                ui.label(helper_line(helper, house)).classes("any" if helper.done_at else "strong any")
        if found.sent:
            ui.label("照片和录音").classes("text-base strong q-mt-sm")
            with ui.row().classes("gap-2"):
                show_photos(found.sent)
        if ticket.merged_into:
            ui.link(f"已并入 {ticket.merged_into}，点开看", f"{PATH}/{ticket.merged_into}").classes("way q-mt-sm")
        if ticket.followers or found.joined:
            ui.label("也反映了这件事的").classes("text-base strong q-mt-sm")
        for other in found.joined:
            ui.link(f"{other.number}：{other.what}", f"{PATH}/{other.number}").classes("way any")
        theirs = {conversation for other in found.joined for conversation in other.residents}
        alone = [name_of(c) for c in ticket.followers if c not in theirs]
        if alone:
            ui.label(f"加入的居民 {len(alone)} 位：{'、'.join(alone)}").classes("text-sm any")


ELSEWHERE = frozenset({"为什么派给", "本地历史", "联系期限", "答复投诉人", "申请", "协办", "并入"})
"""Facts that stand in parts of their own here."""


def register(house: House) -> None:
    """The page of each ticket, `/tickets/GY20261201-0007`."""

    @ui.page(f"{PATH}/{{number}}", title="工单 · 邻里", response_timeout=PATIENCE)
    async def ticket(number: str) -> None:
        visit = admit(house, Position.OPERATOR, Position.MANAGER, line=True)
        if visit is None:
            return
        with frame(visit, "工单详情"):
            over = ui.element()
            with ui.element("main").classes("sheet"):
                ui.link("全部工单", PATH).classes("call self-start").on("click", js_handler=BACK)
                page = TicketPage(visit, number.upper(), over)
            await page.renew()
            follow(house.hub, ("tickets",), page.renew)
