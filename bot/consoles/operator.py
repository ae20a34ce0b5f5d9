"""The operators' page: conversations live, take over, answer, hand back."""

from __future__ import annotations

from pathlib import Path

from nicegui import ui

from actions.accounts import Position
from actions.attendance import EVERY, attend
from actions.store.unit import SqlUnitOfWork
from bot.consoles.aside import Aside
from bot.consoles.call_notes import ask_who_calls
from bot.consoles.frame import PATIENCE, News, follow, frame
from bot.consoles.roster import Roster
from bot.consoles.talk import Talk
from bot.consoles.visit import Visit, admit
from bot.house import House

BELL = Path(__file__).parent / "bell.js"


def is_known(uow: SqlUnitOfWork, conversation: str) -> bool:
    """Whether there is such a conversation."""
    return uow.conversations.find(conversation) is not None


class OperatorPage:
    """One operator's open page: the list, the talk, and what is known beside it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        ui.add_head_html(f"<script>{BELL.read_text('utf-8')}</script>")
        self.desk = ui.element("main").classes("desk")
        self.over = ui.element("div")
        with self.desk:
            with ui.element("section").classes("panel roster").props('aria-label="会话"'):
                self.roster = Roster(visit, self.choose, self.answer_phone)
            with ui.element("section").classes("panel talk").props('aria-label="对话"'):
                self.talk = Talk(visit, self.back)
            with ui.element("section").classes("panel aside").props('aria-label="居民、理解和工单"'):
                self.aside = Aside(visit)

    async def attend(self) -> None:
        """Let it be known that somebody sits here."""
        house = self.visit.house
        await self.visit.do(attend, self.visit.account.login, at=house.clock(), uow=house.database.unit())

    async def renew(self) -> None:
        """Read everything again, and ring while somebody is in danger."""
        ringing = await self.roster.renew()
        ui.run_javascript(f"linliBell.ring({str(ringing).lower()})")
        await self.talk.renew()
        await self.aside.renew()

    def answer_phone(self) -> None:
        """Begin the notes of a telephone call."""
        ask_who_calls(self.visit, self.over, self.choose)

    async def choose(self, conversation: str, speaker: str = "") -> None:
        """Open a conversation; `speaker`: who is on the line."""
        self.roster.chosen = conversation
        self.desk.classes(add="open")
        await self.talk.open(conversation, speaker)
        await self.aside.open(conversation)
        await self.roster.renew()

    async def back(self) -> None:
        """On a small screen: from the talk to the list."""
        self.desk.classes(remove="open")

    def heard(self, news: News) -> None:
        """Say what came, in the corner above what is only read; the list itself rings on until somebody takes over."""
        if news["type"] not in ("ring", "notice"):
            return
        ringing = news["type"] == "ring"
        words = news.get("text") or "有紧急情况，请马上接手"
        ui.notify(
            words,
            type="negative" if ringing else "info",
            position="top-right",
            classes="corner",
            multi_line=True,
            timeout=15_000 if ringing else 6_000,
        )
        if not ringing:
            ui.run_javascript("linliBell.once()")


def register(house: House) -> None:
    """The page `/operator`."""

    @ui.page("/operator", title="值班台 · 邻里", response_timeout=PATIENCE)
    async def operator(open: str = "") -> None:  # noqa: A002 - the address's own word
        visit = admit(house, Position.OPERATOR)
        if visit is None:
            return
        with frame(visit, "值班台"):
            page = OperatorPage(visit)
            await page.renew()
            wanted = str(open)
            if await visit.read(is_known, wanted):
                await page.choose(wanted)
            follow(house.hub, ("operators", "tickets"), page.renew, page.heard)
            ui.timer(EVERY, page.attend)  # last: whatever is awaited after it would come only once the browser is there
