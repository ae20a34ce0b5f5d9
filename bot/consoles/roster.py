"""The operators' list of conversations: whoever is in danger or waits comes first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nicegui import ui

from actions.clock import SHANGHAI, local
from actions.conversations.conversation import Alert, Conversation, Stage
from actions.conversations.message import Message
from actions.conversations.wanted import MessageFilter
from actions.store.unit import SqlUnitOfWork
from bot.consoles.call_notes import is_call
from bot.consoles.card import CHANNELS
from bot.consoles.transcript import NO_AFFAIR
from bot.consoles.visit import Visit
from knowledge.operators import Operators

STAGE_NAMES = {Stage.BOT: "机器人接待", Stage.WAITING: "等人工", Stage.PERSON: "人工接待"}
LOOKED_AT = 12
"""Messages of a conversation in which its matter is looked for."""
EVERYBODY = Operators()
EPOCH, FAR = datetime(2000, 1, 1, tzinfo=SHANGHAI), datetime(2200, 1, 1, tzinfo=SHANGHAI)
MOST, LONGEST = 200, 60
"""Conversations on the list: of those that want a person, and of those that the bot has; older ones are found by the
managers' search."""


@dataclass(frozen=True)
class Line:
    """A conversation, the last thing that was said in it, and of one that waits the category of what it is about."""

    conversation: Conversation
    last: str
    topic: str | None = None

    def rank(self, operator: str, operators: Operators) -> tuple[int, datetime]:
        """Ringing, waiting for what this operator knows, waiting, mine, others' and the bot's; of those that wait the
        longest waiting first, of all others the latest."""
        known = self.conversation
        since = known.waiting_since or known.updated_at
        if known.alert is Alert.RING:
            return 0, since
        if known.state is Stage.WAITING:
            return 1 if operators.fits(operator, self.topic) else 2, since
        later = EPOCH + (FAR - known.updated_at)
        if known.state is Stage.PERSON:
            return 3 if known.operator == operator else 4, later
        return 5, later


def lines(uow: SqlUnitOfWork, operator: str, operators: Operators = EVERYBODY) -> list[Line]:
    """The list as one operator sees it."""
    wanted = uow.conversations.in_stages((Stage.WAITING, Stage.PERSON), MOST)
    others = uow.conversations.in_stages((Stage.BOT,), LONGEST)
    latest = [_line(uow, known) for known in (*wanted, *others)]
    return sorted(latest, key=lambda line: line.rank(operator, operators))


def _line(uow: SqlUnitOfWork, known: Conversation) -> Line:
    recent = uow.messages.search(MessageFilter(conversation=known.id, size=LOOKED_AT)).items
    last = (recent[0].text or "（位置）") if recent else ""
    return Line(known, last, _topic(recent) if known.state is Stage.WAITING else None)


def _topic(recent: Sequence[Message]) -> str | None:
    """What the resident came for: the category of the latest message that is about some affair."""
    read = (message.understood for message in recent if message.understood)
    return next((str(u["category"]) for u in read if u.get("category") and u.get("intent") not in NO_AFFAIR), None)


def name_of(conversation: str) -> str:
    """How staff call a conversation: the channel, and the end of its id, which is that of a caller's number."""
    channel, _, id_ = conversation.partition(":")
    return f"{CHANNELS.get(channel, channel)} {id_[-4:]}"


class Roster:
    """The list on one operator's page."""

    def __init__(self, visit: Visit, choose: Callable[[str], Awaitable[None]], call: Callable[[], None]) -> None:
        """`choose` opens a conversation; `call` begins the notes of a telephone call."""
        self.visit, self.choose = visit, choose
        self.chosen: str | None = None
        with ui.row().classes("w-full items-center justify-between no-wrap"):
            ui.label("会话").classes("text-base strong")
            ui.button("记来电", on_click=call).props("outline dense").classes("q-px-sm tall")
            ui.button("试铃").props("flat dense").on("click", js_handler="() => linliBell.try()").tooltip(
                "听一下紧急铃声开没开"
            )
        self.rows = ui.element("div").classes("scrolled")

    async def renew(self) -> bool:
        """Read the list again; returns whether somebody is ringing."""
        found = await self.visit.read(lines, self.visit.account.login, self.visit.house.operators)
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
                stage = "紧急" if ringing else "电话" if is_call(known) else STAGE_NAMES[known.state]
                ui.label(stage).classes(
                    f"pill {'warn' if ringing or waiting else '' if known.state is Stage.PERSON else 'quiet'}"
                )
            if about := self._about(line):
                ui.label(about).classes("text-sm any")
            ui.label(line.last).classes("last")

    def _about(self, line: Line) -> str:
        """Why a person is wanted, what for, how long already, and who knows more of it."""
        known, house = line.conversation, self.visit.house
        facts = [known.reason]
        if known.state is Stage.WAITING:
            if category := house.categories.get(line.topic or ""):
                facts.append(category.name)
            minutes = int((house.clock() - (known.waiting_since or known.updated_at)).total_seconds() // 60)
            facts.append(f"等了 {minutes} 分钟" if minutes else "刚刚开始等")
            if better := house.operators.better(self.visit.account.login, line.topic):
                facts.append(f"{'、'.join(better)} 更熟")
        return " · ".join(filter(None, facts))


def clock_of(at: datetime, now: datetime) -> str:
    """The hour for today, the date for earlier days."""
    at = local(at)
    return f"{at:%H:%M}" if at.date() == local(now).date() else f"{at.month}月{at.day}日"
