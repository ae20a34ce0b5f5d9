"""知识缺口: what residents asked and nothing answered, and the answers that the managers write for it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from nicegui import ui

from actions.accounts import Position
from actions.clock import local
from actions.shortfalls.answering import (
    dismiss_shortfalls,
    house_answers,
    open_shortfalls,
    review_house_answer,
    withdraw_house_answer,
    write_house_answer,
)
from actions.shortfalls.shortfall import Group, Shortfall, groups
from bot.consoles.frame import PATIENCE, frame
from bot.consoles.visit import Visit, admit
from bot.house import House
from knowledge.house_answers import HouseAnswer

EXPLAINED = "近九十天里条例和办事指南没答上、或者答得没把握的问题，问得多的在前；电话和证件号已经隐去。"


def register(house: House) -> None:
    """The page `/shortfalls`."""

    @ui.page("/shortfalls", title="知识缺口 · 邻里", response_timeout=PATIENCE)
    async def shortfalls() -> None:
        visit = admit(house, Position.MANAGER)
        if visit is None:
            return
        with frame(visit, "知识缺口"):
            await Desk(visit).renew()


class Desk:
    """One open page: the groups of shortfalls on one tab, the community's own answers on the other."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.over = visit, ui.element()
        with ui.element("main").classes("sheet narrow"):
            with ui.tabs().props("align=left no-caps") as tabs:
                self.asked, self.written = ui.tab("asked", "没答上的"), ui.tab("written", "本社区答复")
            with ui.tab_panels(tabs, value=self.asked).classes("w-full bg-transparent").props("keep-alive"):
                with ui.tab_panel(self.asked).classes("q-px-none gap-3"):
                    ui.label(EXPLAINED).classes("soft")
                    self.groups = ui.column().classes("w-full gap-3")
                with ui.tab_panel(self.written).classes("q-px-none gap-3"):
                    self.answers = ui.column().classes("w-full gap-3")

    async def renew(self) -> None:
        """Read both lists again."""
        house = self.visit.house
        found = await asyncio.to_thread(look, house)
        answers = await asyncio.to_thread(house_answers, uow=house.database.reading())
        self.asked.props(f'label="没答上的（{len(found)}）"')
        self.written.props(f'label="本社区答复（{len(answers)}）"')
        _fill(self.groups, found, self._group, "近九十天里没有没答上的问题。")
        _fill(self.answers, answers, self._answer, "还没有本社区自己的答复。在“没答上的”里选一组问题来写。")

    def _group(self, group: Group) -> None:
        count = len(group.shortfalls)
        with ui.row().classes("w-full justify-between items-start no-wrap gap-2"):
            ui.label(f"“{group.examples[0]}”").classes("strong any")
            ui.label(f"{count} 次").classes("pill warn" if group.declined else "pill")
        for example in group.examples[1:]:
            ui.label(f"“{example}”").classes("text-sm any")
        ui.label(how(group)).classes("soft any")
        with ui.row().classes("gap-2 q-mt-xs"):
            ui.button(
                "写答复", on_click=lambda: self.write(questions=group.examples, settles=group.shortfalls)
            ).classes("tall").props("unelevated")
            ui.button("不处理", on_click=lambda: self.do(dismiss_shortfalls, group.shortfalls)).classes("tall").props(
                "flat"
            )

    def _answer(self, answer: HouseAnswer) -> None:
        with ui.row().classes("w-full justify-between items-start no-wrap gap-2"):
            ui.label(answer.questions[0]).classes("strong any")
            ui.label(standing(answer)).classes("pill on" if answer.told else "pill quiet")
        ui.label(answer.text).classes("any").style("white-space:pre-wrap")
        ui.label(history(answer)).classes("soft any")
        with ui.row().classes("gap-2 q-mt-xs"):
            if answer.told:
                ui.button("再问一次", on_click=lambda: self.ask_again(answer)).classes("tall").props("unelevated")
                ui.button(
                    "停用", on_click=lambda: self.do(withdraw_house_answer, answer.id, name=self.visit.account.name)
                ).classes("tall").props("flat")
            else:
                ui.button(
                    "核对无误，启用",
                    on_click=lambda: self.do(review_house_answer, answer.id, name=self.visit.account.name),
                ).classes("tall").props("unelevated")
            ui.button(
                "修改", on_click=lambda: self.write(answer.id, answer.questions, answer.text, answer.source)
            ).classes("tall").props("flat")

    async def do(self, deed: Callable[..., Any], /, *given: Any, **named: Any) -> bool:
        """Do a deed as this manager and show the lists anew; whether it was done."""
        house = self.visit.house
        done = await self.visit.do(deed, *given, by=self.visit.by, at=house.clock(), uow=house.database.unit(), **named)
        if done:
            await self.renew()
        return bool(done)

    def write(
        self,
        id_: str = "",
        questions: Sequence[str] = (),
        text: str = "",
        source: str = "",
        settles: Collection[Shortfall] = (),
    ) -> None:
        """Ask for an answer: how it is asked for, what it says, what it rests on."""
        id_ = id_ or uuid.uuid4().hex
        with self.over, ui.dialog() as dialog, ui.card().classes("sheet-dialog").style("max-width:36rem"):
            ui.label("写本社区答复").classes("strong")
            ways = (
                ui.textarea("居民会怎么问，一行一种问法", value="\n".join(questions))
                .classes("w-full")
                .props("outlined autogrow")
            )
            words = (
                ui.textarea("答复，会原样告诉居民", value=text).classes("w-full").props("outlined autogrow autofocus")
            )
            rests = (
                ui.input("依据", value=source, placeholder="如居委会 2026 年第 3 号通知")
                .classes("w-full")
                .props("outlined stack-label")
            )
            ui.label(f"居民会看到是{self.visit.account.name}写的。保存以后，核对启用了才会告诉居民。").classes("soft")

            async def save() -> None:
                given = (id_, (ways.value or "").splitlines(), words.value or "", rests.value or "")
                if await self.do(write_house_answer, *given, settles=settles, name=self.visit.account.name):
                    dialog.close()

            with ui.row().classes("w-full justify-end"):
                ui.button("不了", on_click=dialog.close).classes("tall").props("flat")
                ui.button("保存", on_click=save).classes("tall").props("unelevated")
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()

    async def ask_again(self, answer: HouseAnswer) -> None:
        """Ask as a resident would, and show what she would be told."""
        question = answer.questions[0]
        told = await asyncio.to_thread(lambda: self.visit.house.answerer().answer(question))
        with self.over, ui.dialog() as dialog, ui.card().classes("sheet-dialog").style("max-width:36rem"):
            ui.label(question).classes("said resident self-end")
            ui.label(told.text).classes("said")
            ui.button("关闭", on_click=dialog.close).classes("tall self-end").props("flat")
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()


def look(house: House) -> list[Group]:
    """The open shortfalls by what they ask for."""
    found = open_shortfalls(at=house.clock(), uow=house.database.reading())
    return groups(found, house.answerer().space) if found else []


def how(group: Group) -> str:
    """How the questions fared, when the last one came, and what came nearest."""
    unsure = len(group.shortfalls) - group.declined
    fared = "、".join([f"{group.declined} 次没答上"] * bool(group.declined) + [f"{unsure} 次答得没把握"] * bool(unsure))
    nearest = f"；最接近的是{group.nearest}" if group.nearest else ""
    return f"{fared}；最近一次 {local(group.latest):%m-%d %H:%M}{nearest}"


def standing(answer: HouseAnswer) -> str:
    """Whether residents are told it."""
    if answer.told:
        return "已启用"
    return "已停用" if answer.withdrawn_at else "待核对"


def history(answer: HouseAnswer) -> str:
    """Who wrote it, let it out and took it back, when; and what it rests on."""
    steps = (
        (answer.writer, answer.written_at, "写"),
        (answer.reviewer, answer.reviewed_at, "核对启用"),
        (answer.withdrawer, answer.withdrawn_at, "停用"),
    )
    done = [f"{who} {local(at):%Y-%m-%d} {step}" for who, at, step in steps if at]
    return "；".join([f"依据：{answer.source}", f"共 {len(answer.questions)} 种问法", *done])


def _fill(column: ui.column, things: Sequence[Any], show: Callable[[Any], None], nothing: str) -> None:
    """Each thing on a card of its own."""
    column.clear()
    with column:
        if not things:
            ui.label(nothing).classes("empty panel")
        for thing in things:
            with ui.card().classes("w-full panel q-pa-md gap-1"):
                show(thing)
