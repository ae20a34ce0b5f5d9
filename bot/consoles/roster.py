"""The operators' list of conversations: whoever is in danger or waits comes first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from nicegui import ui

from actions.clock import local
from actions.conversations.conversation import Alert, Conversation, Stage
from actions.conversations.wanted import MessageFilter
from actions.store.unit import SqlUnitOfWork
from bot.consoles.card import CHANNELS
from bot.consoles.visit import Visit

STAGE_NAMES = {Stage.BOT: "机器人接待", Stage.WAITING: "等人工", Stage.PERSON: "人工接待"}
LONGEST = 60
"""Conversations on the list; older ones are found by the managers' search."""


@dataclass(frozen=True)
class Line:
    """A conversation and the last thing that was said in it."""

    conversation: Conversation
    last: str

    def rank(self, operator: str) -> int:
        """Ringing, waiting, mine, others' and the bot's, in that order."""
        known = self.conversation
        if known.alert is Alert.RING:
            return 0
        if known.state is Stage.PERSON:
            return 2 if known.operator == operator else 3
        return 1 if known.state is Stage.WAITING else 4


def lines(uow: SqlUnitOfWork, operator: str) -> list[Line]:
    """The list as one operator sees it."""
    latest = [Line(c, _last(uow, c.id)) for c in uow.conversations.in_stages(tuple(Stage), LONGEST)]
    return sorted(latest, key=lambda line: line.rank(operator))


def _last(uow: SqlUnitOfWork, conversation: str) -> str:
    found = uow.messages.search(MessageFilter(conversation=conversation, size=1)).items
    return found[0].text or "（位置）" if found else ""


def name_of(conversation: str) -> str:
    """How staff call a conversation: the channel, and the end of its id."""
    channel, _, id_ = conversation.partition(":")
    return f"{CHANNELS.get(channel, channel)} {id_[-4:]}"


class Roster:
    """The list on one operator's page."""

    def __init__(self, visit: Visit, choose: Callable[[str], Awaitable[None]]) -> None:
        self.visit, self.choose = visit, choose
        self.chosen: str | None = None
        with ui.row().classes("w-full items-center justify-between no-wrap"):
            ui.label("会话").classes("text-base strong")
            ui.button("试铃").props("flat dense").on("click", js_handler="() => linliBell.try()").tooltip(
                "听一下紧急铃声开没开"
            )
        self.rows = ui.element("div").classes("scrolled")

    async def renew(self) -> bool:
        """Read the list again; returns whether somebody is ringing."""
        found = await self.visit.read(lines, self.visit.account.login)
        self.rows.clear()
        with self.rows:
            if not found:
                ui.label("还没有居民来说话。页面开着就行，有人来会自动出现。").classes("empty")
            for line in found:
                self._row(line)
        return any(line.conversation.alert is Alert.RING for line in found)

    def _row(self, line: Line) -> None:
        known = line.conversation
        ringing, waiting = known.alert is Alert.RING, known.state is Stage.WAITING
        row = (
            ui.element("button")
            .props("type=button")
            .classes(f"entry {'ringing' if ringing else ''} {'chosen' if known.id == self.chosen else ''}")
        )
        with row.on("click", lambda: self.choose(known.id)):
            with ui.row().classes("w-full justify-between items-center no-wrap gap-2"):
                ui.label(f"{name_of(known.id)}　{clock_of(known.updated_at, self.visit.house.clock())}").classes(
                    "text-sm strong ellipsis"
                )
                stage = "紧急" if ringing else STAGE_NAMES[known.state]
                ui.label(stage).classes(
                    f"pill {'warn' if ringing or waiting else '' if known.state is Stage.PERSON else 'quiet'}"
                )
            if known.reason:
                ui.label(known.reason).classes("text-sm any")
            ui.label(line.last).classes("last")


def clock_of(at: datetime, now: datetime) -> str:
    """The hour for today, the date for earlier days."""
    at = local(at)
    return f"{at:%H:%M}" if at.date() == local(now).date() else f"{at.month}月{at.day}日"
