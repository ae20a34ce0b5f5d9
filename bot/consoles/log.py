"""The managers' search of what was said, and a whole conversation around a hit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from nicegui import ui

from actions.clock import SHANGHAI, local
from actions.conversations.message import Message
from actions.conversations.wanted import MessageFilter
from actions.page import Page
from actions.store.unit import SqlUnitOfWork
from bot.consoles.card import CHANNELS
from bot.consoles.roster import name_of
from bot.consoles.transcript import NO_AFFAIR, intent_name, show_messages, speaker
from bot.consoles.visit import Visit
from knowledge.wording import load_replies

ONE_LINE = "white-space:nowrap"
COLUMNS = [
    {"name": "at", "label": "时间", "field": "at", "align": "left", "style": ONE_LINE},
    {"name": "who", "label": "谁", "field": "who", "align": "left", "style": ONE_LINE},
    {"name": "text", "label": "说了什么", "field": "text", "align": "left"},
    {"name": "intent", "label": "意图", "field": "intent", "align": "left", "style": ONE_LINE},
    {"name": "category", "label": "类别", "field": "category", "align": "left", "style": ONE_LINE},
]
MARKED = """<q-td :props="props"><template v-for="[words, hit] in props.row.parts"><mark v-if="hit">{{ words }}</mark><template v-else>{{ words }}</template></template></q-td>"""
TABLE = 'flat hide-pagination :rows-per-page-options="[0]" no-data-label="没有找到。换个词，或者把条件放宽一些。"'
SIZE = 50
MOST = 1000


def parts(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of the words looked for."""
    if not words:
        return [(text, False)]
    hit = re.compile(
        "(" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")", re.IGNORECASE
    )
    return [(piece, bool(n % 2)) for n, piece in enumerate(hit.split(text)) if piece]


def day(text: str | None) -> datetime | None:
    """The beginning of a day written as 2026-11-24; None for none, or for what is no day."""
    try:
        return datetime.fromisoformat(text or "").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def intents() -> dict[str, str]:
    """Every intent with its Chinese name."""
    ids = [key.removeprefix("intent_") for key in load_replies() if key.startswith("intent_")]
    return {id_: intent_name(id_) for id_ in ids}


def search(uow: SqlUnitOfWork, wanted: MessageFilter) -> Page[Message]:
    """One page of the log."""
    return uow.messages.search(wanted)


def whole(uow: SqlUnitOfWork, conversation: str) -> list[Message]:
    """A conversation from its beginning."""
    return list(uow.messages.of(conversation, 0, MOST))


class Log:
    """Fields above, hits below."""

    def __init__(self, visit: Visit, over: ui.element) -> None:
        self.visit, self.over = visit, over
        with ui.element("div").classes("fields"):
            self.text = (
                ui.input("找什么话").props("outlined dense clearable").classes("wide").on("keydown.enter", self.look)
            )
            self.intent = self._select("意图", {"": "全部意图", **intents()})
            self.category = self._select(
                "类别", {"": "全部类别", **{c.id: c.name for c in visit.house.categories.values()}}
            )
            self.channel = self._select("渠道", {"": "全部渠道", **CHANNELS})
            self.since = ui.input("从哪天").props("outlined dense type=date stack-label")
            self.until = ui.input("到哪天").props("outlined dense type=date stack-label")
            ui.button("查找", on_click=self.look).props("unelevated").classes("tall")
        self.count = ui.label("").classes("soft")
        self.table = ui.table(columns=COLUMNS, rows=[], row_key="id").classes("w-full panel stack").props(TABLE)
        self.table.add_slot("body-cell-text", MARKED)
        self.table.on("rowClick", lambda event: self.open(event.args[1]))
        self.pages = ui.pagination(
            1, 1, direction_links=True, on_change=lambda change: self.turn(change.value)
        ).classes("self-center")

    def _select(self, label: str, options: dict[str, str]) -> ui.select:
        return ui.select(options, value="", label=label, with_input=len(options) > 10, on_change=self.look).props(
            "outlined dense"
        )

    def wanted(self, page: int) -> MessageFilter:
        """What the fields ask for; the last day is included."""
        until = day(self.until.value)
        return MessageFilter(
            text=self.text.value or "",
            intent=self.intent.value or None,
            category=self.category.value or None,
            channel=self.channel.value or None,
            since=day(self.since.value),
            until=until + timedelta(days=1) if until else None,
            up_to=self.visit.by.level,
            page=page,
            size=SIZE,
        )

    async def look(self) -> None:
        """Search from the first page."""
        if self.pages.value != 1:
            self.pages.value = 1  # which turns to it
        else:
            await self.turn(1)

    async def turn(self, page: int) -> None:
        """Show one page of hits."""
        wanted = self.wanted(page)
        found = await self.visit.read(search, wanted)
        self.table.rows = [self._row(message, wanted.words) for message in found.items]
        self.count.set_text(f"共 {found.total} 条，最新的在前；点一行看整段对话和听懂了什么")
        self.pages.max = found.pages
        self.pages.set_visibility(found.pages > 1)

    def _row(self, message: Message, words: Sequence[str]) -> dict[str, Any]:
        understood = message.understood or {}
        intent, category = understood.get("intent"), self.visit.house.categories.get(str(understood.get("category")))
        return {
            "id": message.id,
            "conversation": message.conversation,
            "at": f"{local(message.created_at):%m-%d %H:%M}",
            "who": speaker(message),
            "text": message.text,
            "parts": parts(message.text or "（位置）", words),
            "intent": f"{intent_name(intent)} {understood.get('confidence', 0):.2f}" if intent else "",
            "category": category.name if category and intent and intent not in NO_AFFAIR else "",
        }

    async def open(self, row: dict[str, Any]) -> None:
        """The whole conversation around a hit."""
        messages = await self.visit.read(whole, row["conversation"])
        with self.over, ui.dialog() as dialog, ui.card().classes("sheet-dialog"):
            with ui.row().classes("w-full justify-between items-center no-wrap"):
                ui.label(f"会话 {name_of(row['conversation'])}，共 {len(messages)} 句").classes("strong")
                ui.button("关闭", on_click=dialog.close).props("flat").classes("tall")
            with ui.element("div").classes("scrolled"):
                show_messages(messages, self.visit.house.categories, row["id"])
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()
