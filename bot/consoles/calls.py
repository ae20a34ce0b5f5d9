"""The page `/calls`: whom the operators have to call: who was promised it, and callers to whom there is news to tell."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from actions.accounts import Position
from actions.conversations.call import Errand, called_back, errands, told
from actions.dialogue.card import spoken
from actions.masking import mask_phone
from actions.store.unit import SqlUnitOfWork
from actions.tickets.feedback import rate
from actions.tickets.handling import add_note
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from bot.consoles.call_notes import begin_call
from bot.consoles.card import show_facts
from bot.consoles.frame import PATIENCE, follow, frame
from bot.consoles.roster import name_of
from bot.consoles.visit import Visit, admit
from bot.house import House
from knowledge.wording import say

SOLVED = {Solved.SOLVED: "解决了", Solved.HALF: "部分解决", Solved.UNSOLVED: "没有解决"}
CONTENT = {"": "没有说", "yes": "满意", "no": "不满意"}
SATISFIED = {"": None, "yes": True, "no": False}


def to_call(uow: SqlUnitOfWork, level: int) -> list[Errand]:
    """Whom to call. Of what is confidential a caller is told by those of the supervisor line who may know, and not in a
    room where many sit. `level`: of who asks, 0 for an operator."""
    return [e for e in errands(uow) if not any(t.confidential and not 0 < t.level <= level for t in e.tickets)]


class CallsPage:
    """One operator's list of calls to make."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.revealed: set[str] = set()
        self.over = ui.element("div")
        with ui.element("main").classes("sheet narrow"):
            ui.label("打完一个点一下，就从这里消失；没人接的留着，下次再打。").classes("soft")
            self.place = ui.column().classes("w-full gap-3")

    async def renew(self) -> None:
        """Read the list again."""
        found = await self.visit.read(to_call, self.visit.by.level)
        self.place.clear()
        with self.place:
            if not found:
                ui.label("现在没有要打的电话。有人要回电，或者电话里报的事有了进展，会出现在这里。").classes(
                    "empty panel"
                )
            for errand in found:
                with ui.element("section").classes("panel w-full q-pa-md column gap-2"):
                    self._card(errand)

    def _card(self, errand: Errand) -> None:
        known = errand.conversation
        with ui.row().classes("w-full items-center justify-between no-wrap"):
            ui.label(" · ".join(filter(None, (name_of(known.id), errand.name)))).classes("strong")
            ui.label("要打回去" if errand.call_back else "要转告").classes("pill warn" if errand.call_back else "pill")
        phone = (errand.call_back and errand.call_back.phone) or known.phone
        self._number(known.id, phone)
        for message in errand.news:
            ui.label(message.text).classes("said system w-full")
        if errand.call_back:
            show_facts(
                [
                    ("登记", spoken(errand.call_back.opened_at)),
                    ("工单", errand.call_back.number),
                    ("事情", errand.call_back.what),
                ]
            )
        if misses := self._misses(errand):
            ui.label(f"没人接 {misses} 次").classes("soft")
        self._buttons(errand, phone)

    def _number(self, id_: str, phone: str | None) -> None:
        """The number, masked until somebody wants to dial it."""
        with ui.row().classes("items-center gap-2"):
            if not phone:
                ui.label("没有留号码，等来电人再打来时转告。").classes("soft")
            elif id_ in self.revealed:
                ui.link(phone, f"tel:{phone}").classes("call")
            else:
                ui.label(mask_phone(phone) or "")
                ui.button("看号码", on_click=lambda: self.reveal(id_)).props("flat dense").classes("tall")

    def _misses(self, errand: Errand) -> int:
        tickets = [*errand.tickets, *([errand.call_back] if errand.call_back else [])]
        return max((sum(entry.note == say("call_no_answer") for entry in t.history) for t in tickets), default=0)

    def _buttons(self, errand: Errand, phone: str | None) -> None:
        with ui.row().classes("gap-2"):
            for ticket in errand.to_rate:
                title = "记回访" if len(errand.to_rate) == 1 else f"记回访 {ticket.number}"
                self._button(title, partial(self.ask_feedback, errand, ticket), "unelevated")
            if errand.call_back:
                self._button("打通了", lambda: self.ask_words(errand), "unelevated")
            else:
                self._button("已转告", lambda: self.tell(errand), "outline" if errand.to_rate else "unelevated")
            if phone and (errand.tickets or errand.call_back):
                self._button("没人接", lambda: self.missed(errand), "flat")
            if phone:
                self._button("记这通电话", lambda: self.write(phone), "flat")

    @staticmethod
    def _button(title: str, press: Callable[[], object], weight: str) -> None:
        ui.button(title, on_click=press).props(weight).classes("tall")

    async def reveal(self, id_: str) -> None:
        """Show a number in full."""
        self.revealed.add(id_)
        await self.renew()

    async def write(self, phone: str) -> None:
        """Begin the notes of this call."""
        if conversation := await begin_call(self.visit, phone):
            ui.navigate.to(f"/operator?open={conversation}")

    async def tell(self, errand: Errand) -> None:
        """The caller has been told all of it."""
        house = self.visit.house
        await self.visit.do(told, [m.id for m in errand.news], at=house.clock(), uow=house.database.unit())
        await self._done()

    async def missed(self, errand: Errand) -> None:
        """Nobody answered: written into the ticket, and the call stays to be made."""
        await self._note(errand.call_back or errand.tickets[-1], say("call_no_answer"))
        await self._done()

    async def _note(self, ticket: Ticket, words: str) -> Ticket | None:
        house = self.visit.house
        return await self.visit.do(
            add_note,
            ticket.number,
            words,
            by=self.visit.by,
            at=house.clock(),
            uow=house.database.unit(),
            deed=uuid.uuid4().hex,
        )

    async def _done(self) -> None:
        hub = self.visit.house.hub
        hub.publish("operators", {"type": "conversation", "id": ""})
        hub.publish("tickets", {"type": "ticket", "number": ""})
        await self.renew()

    def ask_words(self, errand: Errand) -> None:
        """What came of a call back."""
        ticket = errand.call_back
        if ticket is None:
            return
        with self._dialog(f"打通了 · {ticket.number}") as (dialog, keep):
            words = ui.textarea("说了什么、怎么办").classes("w-full").props("outlined autogrow autofocus")

            async def sure() -> None:
                if not (words.value or "").strip():
                    ui.notify("请写一句说了什么，值班长会看到", type="warning", position="top")
                elif await self._note(ticket, say("call_made", words=words.value.strip())):
                    house, id_ = self.visit.house, errand.conversation.id
                    await self.visit.do(called_back, id_, at=house.clock(), uow=house.database.unit())
                    dialog.close()
                    await self._done()

            keep(sure)

    def ask_feedback(self, errand: Errand, ticket: Ticket) -> None:
        """What the caller says when asked 解决了吗、满意吗."""
        deed = uuid.uuid4().hex
        with self._dialog(f"回访 · {ticket.number} {ticket.kind_name}") as (dialog, keep):
            ui.label("问题解决了吗？").classes("q-mt-sm")
            solved = ui.radio({s.value: name for s, name in SOLVED.items()}).props("inline")
            ui.label("对办理满意吗？")
            content = ui.radio(CONTENT, value="").props("inline")
            words = ui.textarea("来电人的原话（可以不填）").classes("w-full").props("outlined autogrow")

            async def sure() -> None:
                if not solved.value:
                    ui.notify("请先选：问题解决了吗", type="warning", position="top")
                    return
                house = self.visit.house
                survey = Survey(
                    Solved(solved.value), SATISFIED[content.value], (words.value or "").strip(), house.clock()
                )
                rated = await self.visit.do(
                    rate, ticket.number, survey,
                    by=self.visit.by, at=house.clock(), desk=house.desk, uow=house.database.unit(), deed=deed,
                )  # fmt: skip
                if rated:
                    dialog.close()
                    await self.tell(about(errand, ticket.number))

            keep(sure)

    def _dialog(self, title: str) -> Asking:
        return Asking(self.over, title)


def about(errand: Errand, number: str) -> Errand:
    """The part of an errand that is about one ticket."""
    return Errand(errand.conversation, [m for m in errand.news if m.payload.get("ticket") == number])


class Asking:
    """A dialog that asks for something: `with` gives it and what takes the deed of its button."""

    def __init__(self, over: ui.element, title: str) -> None:
        self._over, self._title = over, title

    def __enter__(self) -> tuple[ui.dialog, Callable[[Callable[[], Awaitable[None]]], None]]:
        with self._over:
            self._dialog = ui.dialog()
        with self._dialog:
            self._card = ui.card().classes("w-full").style("max-width:28rem")
        self._card.__enter__()
        ui.label(self._title).classes("strong")
        return self._dialog, self._keep

    def _keep(self, sure: Callable[[], Awaitable[None]]) -> None:
        with ui.row().classes("w-full justify-end"):
            ui.button("不了", on_click=self._dialog.close).classes("tall").props("flat")
            ui.button("确定", on_click=sure).classes("tall").props("unelevated")

    def __exit__(self, *_: object) -> None:
        self._card.__exit__(*_)
        self._dialog.on_value_change(lambda change: None if change.value else self._dialog.delete())
        self._dialog.open()


def register(house: House) -> None:
    """The page `/calls`."""

    @ui.page("/calls", title="电话 · 邻里", response_timeout=PATIENCE)
    async def calls() -> None:
        visit = admit(house, Position.OPERATOR, line=True)
        if visit is None:
            return
        with frame(visit, "电话"):
            page = CallsPage(visit)
            await page.renew()
            follow(house.hub, ("operators", "tickets"), page.renew)
