"""试派: where would this go, and why? Read by the engine as a resident's words are, and filed nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from actions.dialogue.card import spoken
from actions.dialogue.draft import WHERE, Draft, begin, fill
from actions.dialogue.heard import Heard
from actions.store.unit import SqlUnitOfWork
from actions.tickets.names import DUTY_NAMES
from actions.tickets.rehearsal import Rehearsal, rehearse
from actions.tickets.report import Report
from bot.consoles.card import Fact, show_facts, worker_name
from bot.consoles.deed_table import kinds
from bot.consoles.visit import Visit
from bot.conversation.engine import EngineDown
from bot.house import House

URGENT = frozenset({"emergency", "self_harm"})
DOWN = "理解引擎现在没有应答，请自己选情形再试"


def heard_of(text: str, understood: Mapping[str, Any]) -> Heard:
    """A text as the dialogue would have heard it."""
    return Heard(
        conversation="",
        message="",
        channel="",
        text=text,
        intent=str(understood.get("intent") or ""),
        confidence=float(understood.get("confidence") or 0),
        category=str(understood.get("category") or "other"),
        categories=list(understood.get("categories") or ()),
        kind=str(understood.get("kind") or ""),
        entities=list(understood.get("entities") or ()),
        units=list(understood.get("units") or ()),
    )


def report_of(text: str, said: Heard, address: str, placed: Heard | None, case: str, house: House) -> Report:
    """The report that the dialogue would make of these words. `case`: a kind chosen by hand, as "category/kind"."""
    draft = Draft.of(begin(said, None))
    where: Mapping[str, Any] = draft.where or {}
    if address:
        where = (fill(draft, WHERE, placed) if placed else {}).get(WHERE) or {"address": address, "parts": {}}
    affair = draft.affair or {}
    category, _, kind = case.partition("/") if case else (affair.get("category"), "", affair.get("kind"))
    return Report(
        id="",
        conversation="",
        what=text,
        address=str(where.get("address") or address),
        place=where.get("parts") or {},
        category=str(category or "other"),
        kind=str(kind or ""),
        channel="patrol",
        at=house.clock(),
        urgent=said.intent in URGENT,
        predicted={"units": list(said.units)},
    )


def tried(uow: SqlUnitOfWork, report: Report, house: House) -> Rehearsal:
    """What would become of it."""
    return rehearse(report, at=report.at, desk=house.desk, uow=uow)


class TryOut:
    """The dialog: what is said, where, and below it what would happen."""

    def __init__(self, visit: Visit, over: ui.element) -> None:
        self.visit, self.over = visit, over

    def open(self) -> None:
        """Show it."""
        with self.over, ui.dialog() as dialog, ui.card().classes("sheet-dialog").style("max-width:36rem"):
            ui.label("试派：这件事会派到哪里，为什么").classes("strong")
            ui.label("按现在的理解模型、网格和值班情况算，什么也不登记。").classes("soft")
            self.words = ui.textarea("居民怎么说").classes("w-full").props("outlined autogrow autofocus")
            self.address = ui.input("地点（话里有就不用写）").classes("w-full").props("outlined dense clearable")
            self.case = (
                ui.select({"": "听邻里自己判断", **kinds(self.visit.house)}, value="", label="情形", with_input=True)
                .classes("w-full")
                .props("outlined dense")
            )
            with ui.row().classes("w-full justify-end"):
                ui.button("关闭", on_click=dialog.close).classes("tall").props("flat")
                ui.button("试一试", on_click=self.try_it).classes("tall").props("unelevated")
            self.told = ui.element("div").classes("scrolled").props('aria-live="polite"')
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()

    async def try_it(self) -> None:
        """Read the words, ask the tables, and say what they answer."""
        text, address = (self.words.value or "").strip(), (self.address.value or "").strip()
        if not text:
            ui.notify("先写一句居民会怎么说", type="warning", position="top")
            return
        try:
            said = await self._read(text)
            placed = await self._read(address) if address else None
        except EngineDown:
            if not self.case.value:
                ui.notify(DOWN, type="warning", position="top")
                return
            said, placed = Heard("", "", "", text, "report_issue", 0.0), None
        report = report_of(text, said, address, placed, self.case.value or "", self.visit.house)
        found = await self.visit.read(tried, report, self.visit.house)
        self.told.clear()
        with self.told:
            self._show(report, said, found)

    async def _read(self, text: str) -> Heard:
        return heard_of(text, await self.visit.house.engine.understand(text) or {})

    def _show(self, report: Report, said: Heard, found: Rehearsal) -> None:
        grid = self.visit.house.community.grids.get(found.routing.grid or "")
        who = worker_name(found.routing.assignee, self.visit.house)
        ui.label(f"派给 {who}" + (f"（{grid.name}）" if grid else "")).classes("text-base strong")
        ui.label(found.routing.why).classes("any")
        show_facts([*self._reading(said), *self._outcome(report, found)])

    def _reading(self, said: Heard) -> list[Fact]:
        categories = self.visit.house.categories
        likely = [f"{categories[c].name} {score:.2f}" for c, score in said.categories[:3] if c in categories]
        return [("听成", "、".join(likely)), ("本地历史", "、".join(f"{u} {score:.2f}" for u, score in said.units[:3]))]

    def _outcome(self, report: Report, found: Rehearsal) -> list[Fact]:
        affair, category = found.affair, self.visit.house.categories.get(found.affair.category)
        same = "、".join(f"{t.number} {t.what[:20]}" for t in found.duplicates[:3])
        return [
            ("情形", " · ".join(dict.fromkeys([category.name if category else "", affair.kind_name])).strip(" ·")),
            ("地点", report.address or "话里没有听出地点，会问居民"),
            ("责任单位", f"{found.routing.unit}（{DUTY_NAMES.get(affair.duty, affair.duty)}）"),
            ("缓急", f"{'险情，马上派单；' if report.urgent else ''}按“{found.deadline}”办"),
            ("现在登记", f"{spoken(found.due.contact_due_at)}前联系居民，{spoken(found.due.due_at)}前办结"),
            ("保密", "是，只有值班长以上看得到" if found.secret else ""),
            ("像同一件事", same and f"{same}；会问居民要不要加入"),
        ]
