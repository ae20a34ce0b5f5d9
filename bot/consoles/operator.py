"""The operators' desk: conversations live, take over, answer, hand back."""

from __future__ import annotations

import uuid
from typing import Any

from nicegui import run, ui

from actions.accounts import Account, Position
from actions.conversations.conversation import Alert, Conversation, Stage
from actions.conversations.handover import hand_back, operator_says, system_says, take_over
from actions.conversations.reading import find_conversation, list_conversations, transcript
from actions.dialogue.card import mask_phone
from actions.tickets.names import STATE_NAMES
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.consoles.frame import admitted, do, follow, frame
from bot.consoles.transcript import show_messages, show_understood
from bot.conversation.news import message_news
from bot.house import House
from knowledge.wording import say

STAGES = {Stage.BOT: "机器人接待", Stage.WAITING: "等人工", Stage.PERSON: "人工接待"}
BELL = """
(() => { const a = new (window.AudioContext || window.webkitAudioContext)(); [0, .35, .7].forEach((t, i) => {
const o = a.createOscillator(), g = a.createGain(); o.frequency.value = i % 2 ? 660 : 880; g.gain.setValueAtTime(.25, a.currentTime + t);
g.gain.exponentialRampToValueAtTime(.001, a.currentTime + t + .3); o.connect(g).connect(a.destination); o.start(a.currentTime + t); o.stop(a.currentTime + t + .3); }); })()
"""


class Desk:
    """One operator's open page."""

    def __init__(self, house: House, account: Account) -> None:
        self.house, self.account = house, account
        self.chosen: str | None = None

    async def build(self) -> None:
        """Lay the page out and keep it fresh."""
        with ui.row().classes("w-full q-pa-md gap-4 items-stretch").style("min-height:calc(100dvh - 56px)"):
            with ui.column().classes("panel q-pa-md col-12 col-md-3 gap-2"):
                ui.label("会话").classes("text-base font-medium")
                self.list_ = ui.column().classes("w-full gap-2")
            with ui.column().classes("panel q-pa-md col-12 col-md gap-2 no-wrap"):
                self.head = ui.row().classes("w-full items-center justify-between")
                self.scroll = ui.scroll_area().classes("w-full").style("flex:1;min-height:22rem")
                with self.scroll:
                    self.said = ui.column().classes("w-full gap-2")
                self.foot = ui.row().classes("w-full items-end no-wrap")
            with ui.column().classes("panel q-pa-md col-12 col-md-3 gap-2"):
                self.side = ui.column().classes("w-full gap-2")
        await self.refresh()
        follow(self.house.hub, ("operators", "tickets"), self.react)

    async def react(self, news: dict[str, Any]) -> None:
        """Something happened somewhere."""
        if news["type"] == "ring":
            ui.notify(news.get("text") or "有紧急情况，请马上接手", type="negative", position="top", timeout=0, close_button="知道了")
            ui.run_javascript(BELL)
        await self.refresh()

    async def refresh(self) -> None:
        """Read the list, and the chosen conversation, again."""
        conversations = await run.io_bound(list_conversations, uow=self.house.database.reading())
        self.list_.clear()
        with self.list_:
            if not conversations:
                ui.label("还没有居民来说话。页面开着就行，有人来会自动出现。").classes("soft")
            for conversation in conversations:
                self._row(conversation)
        await self.show()

    def _row(self, conversation: Conversation) -> None:
        ringing = conversation.alert is Alert.RING
        chosen = "border:2px solid #1f5f54" if conversation.id == self.chosen else ""
        with ui.card().classes(f"w-full cursor-pointer q-pa-sm panel {'ringing' if ringing else ''}").props("flat").style(chosen).on("click", lambda c=conversation: self.choose(c.id)):
            with ui.row().classes("w-full justify-between items-center no-wrap"):
                ui.label(conversation.id[-10:]).classes("font-medium ellipsis")
                stage = "紧急" if ringing else STAGES[conversation.state]
                ui.label(stage).classes(f"pill {'warn' if ringing or conversation.state is Stage.WAITING else ''}")
            if conversation.reason:
                ui.label(conversation.reason).classes("soft")

    async def choose(self, conversation: str) -> None:
        """Open a conversation."""
        self.chosen = conversation
        await self.refresh()

    async def show(self) -> None:
        """The chosen conversation: transcript, what to do, what is known."""
        for place in (self.head, self.said, self.foot, self.side):
            place.clear()
        if self.chosen is None:
            with self.said:
                ui.label("从左边选一个会话。等人工的、紧急的排在最前面。").classes("soft q-pa-md")
            return
        conversation = await run.io_bound(find_conversation, self.chosen, uow=self.house.database.reading())
        messages = await run.io_bound(transcript, self.chosen, uow=self.house.database.reading())
        if conversation is None:
            return
        with self.head:
            self._head(conversation)
        with self.said:
            show_messages(messages)
        ui.timer(0.2, lambda: self.scroll.scroll_to(percent=1), once=True)
        with self.foot:
            self._foot(conversation)
        latest = next((m.understood for m in reversed(messages) if m.understood), None)
        tickets = await run.io_bound(self._tickets)
        with self.side:
            self._side(conversation, latest, tickets)

    def _head(self, conversation: Conversation) -> None:
        ui.label(f"{conversation.id} · {STAGES[conversation.state]}").classes("font-medium")
        with ui.row().classes("gap-2"):
            if conversation.operator == self.account.login:
                ui.button("交还机器人", on_click=self.hand_back).props("outline dense")
            else:
                ui.button("接手", on_click=self.take_over).props("unelevated dense")

    def _foot(self, conversation: Conversation) -> None:
        if conversation.operator != self.account.login:
            ui.label("接手之后才能回复；接手后机器人不再说话。").classes("soft")
            return
        words = ui.textarea(placeholder="回复居民").props("autogrow outlined dense").classes("col")

        async def send() -> None:
            await self.answer(words.value)
            words.value = ""

        ui.button("发送", on_click=send).props("unelevated")

    def _side(self, conversation: Conversation, understood: Any, tickets: list[Ticket]) -> None:
        ui.label("居民").classes("font-medium")
        ui.label(f"地址：{conversation.address or '未留'}").classes("text-sm")
        phone = ui.label(f"电话：{mask_phone(conversation.phone) or '未留'}").classes("text-sm")
        if conversation.phone:
            phone.classes("cursor-pointer").tooltip("点一下看完整号码").on("click", lambda: phone.set_text(f"电话：{conversation.phone}"))
        ui.separator()
        ui.label("听懂了什么").classes("font-medium")
        if understood:
            show_understood(understood, self.house.categories)
        else:
            ui.label("还没有可看的理解结果。").classes("soft")
        ui.separator()
        ui.label("工单").classes("font-medium")
        if not tickets:
            ui.label("还没有工单。").classes("soft")
        for ticket in tickets:
            with ui.card().classes("w-full q-pa-sm panel").props("flat"):
                ui.label(f"{ticket.number} · {STATE_NAMES[ticket.state]}").classes("text-sm font-medium")
                ui.label(f"{ticket.kind_name}　{ticket.address}").classes("soft")

    def _tickets(self) -> list[Ticket]:
        with self.house.database.reading() as uow:
            return list(uow.tickets.find(TicketFilter(resident=self.chosen, confidential=False)).items)

    async def take_over(self) -> None:
        """Take the conversation; from now on the bot is silent, and the resident sees who speaks."""
        if self.chosen and await do(take_over, self.chosen, self.account.login, at=self.house.clock(), uow=self.house.database.unit()):
            await self._told(say("system_person_joined", name=self.account.name), "person")

    async def hand_back(self) -> None:
        """Give it back to the bot."""
        if self.chosen and await do(hand_back, self.chosen, self.account.login, at=self.house.clock(), uow=self.house.database.unit()):
            await self._told(say("system_person_left", name=self.account.name), "bot")

    async def _told(self, words: str, owner: str) -> None:
        house, topic = self.house, f"conversation:{self.chosen}"
        message = await do(system_says, self.chosen, words, id_=uuid.uuid4().hex, at=house.clock(), uow=house.database.unit())
        house.hub.publish(topic, message_news(message))
        house.hub.publish(topic, {"type": "owner", "owner": owner})
        house.hub.publish("operators", {"type": "conversation", "id": self.chosen})

    async def answer(self, words: str) -> None:
        """Say something to the resident."""
        house = self.house
        said = await do(operator_says, self.chosen, words, id_=uuid.uuid4().hex, operator=self.account.login, name=self.account.name, at=house.clock(), uow=house.database.unit())
        if said:
            house.hub.publish("operators", {"type": "conversation", "id": self.chosen})


def register(house: House) -> None:
    """The page `/operator`."""

    @ui.page("/operator", title="值班台 · 邻里")
    async def operator() -> None:
        account = admitted(house, Position.OPERATOR)
        if account is None:
            return
        with frame(account, "值班台", house):
            await Desk(house, account).build()
