"""One conversation on an operator's page: read along, take over, answer, hand back."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from nicegui import ui

from actions.conversations.call import PHONE
from actions.conversations.conversation import Conversation
from actions.conversations.handover import announce, hand_back, operator_says, take_over
from actions.conversations.message import Message
from actions.conversations.summary import Summary, summary_of
from actions.store.unit import SqlUnitOfWork
from bot.consoles.call_notes import CallNotes, caller_of, is_call
from bot.consoles.roster import STAGE_NAMES, name_of
from bot.consoles.transcript import show_messages
from bot.consoles.visit import Visit
from bot.conversation.news import message_news
from knowledge.wording import say

MOST = 1000
"""Messages read at once."""


def since(uow: SqlUnitOfWork, conversation: str, after: int) -> tuple[Conversation | None, list[Message]]:
    """A conversation and what was said in it after the message with that `seq`."""
    return uow.conversations.find(conversation), list(uow.messages.of(conversation, after, MOST))


def _told(summary: Summary) -> str:
    """What the resident hears of a talk that is over."""
    numbers = "、".join(summary.under_way)
    under_way = say("summary_under_way", numbers=numbers) if numbers else say("summary_nothing")
    return say("summary", minutes=summary.minutes, under_way=under_way)


class Talk:
    """The middle of the page. What is being written stays, whatever comes in meanwhile."""

    def __init__(self, visit: Visit, back: Callable[[], Awaitable[None]]) -> None:
        self.visit, self.back = visit, back
        self.chosen: str | None = None
        self.last, self.standing, self.speaker = 0, "", ""
        self.notes: CallNotes | None = None
        self.head = ui.row().classes("w-full items-center justify-between no-wrap")
        self.said = ui.element("div").classes("scrolled")
        self.foot = ui.row().classes("w-full items-end no-wrap")
        with self.said:
            ui.label("从左边选一个会话。紧急的、等人工的排在最前面。").classes("empty")

    async def open(self, conversation: str, speaker: str = "") -> None:
        """Show another conversation; `speaker`: who is on the line."""
        self.chosen, self.last, self.standing, self.speaker = conversation, 0, "", speaker
        self.said.clear()
        await self.renew()

    async def renew(self) -> None:
        """Add what was said since; redraw head and foot where somebody took over or gave back."""
        chosen = self.chosen
        if chosen is None:
            return
        known, messages = await self.visit.read(since, chosen, self.last)
        if known is None or chosen != self.chosen:
            return
        new = [message for message in messages if message.seq > self.last]
        if new:
            self.last = new[-1].seq
            with self.said:
                show_messages(new)
            ui.run_javascript(
                f"setTimeout(() => {{ const e = getHtmlElement({self.said.id}); if (e) e.scrollTop = e.scrollHeight; }}, 60)"
            )
        standing = PHONE if is_call(known) else f"{known.state} {known.operator}"
        if self.standing != standing:
            self.standing = standing
            self._head(known)
            self._foot(known)
        if self.notes and new:
            self.notes.offer(new)

    def _mine(self, known: Conversation) -> bool:
        return known.operator == self.visit.account.login

    def _head(self, known: Conversation) -> None:
        self.head.clear()
        with self.head:
            with ui.row().classes("items-center gap-2 no-wrap"):
                ui.button("返回", on_click=self.back).classes("back").props("flat dense")
                if is_call(known):
                    ui.label(f"{caller_of(known)} · 您在记").classes("strong")
                    ui.label("机器人的话只有您看得到，请转告来电人。").classes("soft")
                    return
                other = f"（{known.operator}）" if known.operator and not self._mine(known) else ""
                ui.label(f"{name_of(known.id)} · {STAGE_NAMES[known.state]}{other}").classes("strong")
            if self._mine(known):
                ui.button("交还机器人", on_click=self.hand_back).classes("tall").props("outline")
            else:
                ui.button("接手", on_click=self.take_over).classes("tall").props("unelevated")

    def _foot(self, known: Conversation) -> None:
        self.foot.clear()
        self.notes = None
        with self.foot:
            if is_call(known):
                self.notes = CallNotes(self.visit, known.id, self.speaker)
                return
            if not self._mine(known):
                ui.label("接手之后才能回复；接手后机器人不再说话。").classes("soft")
                return
            words = ui.textarea(placeholder="回复居民").props("autogrow outlined dense autofocus").classes("col")
            id_ = [uuid.uuid4().hex]

            async def send() -> None:
                if await self.answer(words.value or "", id_[0]):
                    words.value, id_[0] = "", uuid.uuid4().hex

            words.on("keydown.enter.exact.prevent", send)
            ui.button("发送", on_click=send).classes("tall").props("unelevated").tooltip("回车发送，Shift+回车换行")

    async def take_over(self) -> None:
        """Take the conversation; from now on the bot is silent, and the resident sees who speaks."""
        house, who = self.visit.house, self.visit.account
        done = await self.visit.do(take_over, str(self.chosen), who.login, at=house.clock(), uow=house.database.unit())
        if done:
            await self._tell(say("system_person_joined", name=who.name), "person")

    async def hand_back(self) -> None:
        """Give it back to the bot."""
        house, who = self.visit.house, self.visit.account
        summary = await self.visit.do(summary_of, str(self.chosen), at=house.clock(), uow=house.database.reading())
        done = await self.visit.do(hand_back, str(self.chosen), who.login, at=house.clock(), uow=house.database.unit())
        if done and summary:
            await self._tell(f"{say('system_person_left', name=who.name)}\n{_told(summary)}", "bot")

    async def _tell(self, words: str, owner: str) -> None:
        house, chosen = self.visit.house, str(self.chosen)
        message = await self.visit.do(
            announce, chosen, words, id_=uuid.uuid4().hex, at=house.clock(), uow=house.database.unit()
        )
        if message:
            house.hub.publish(f"conversation:{chosen}", message_news(message))
        house.hub.publish(f"conversation:{chosen}", {"type": "owner", "owner": owner})
        house.hub.publish("operators", {"type": "conversation", "id": chosen})

    async def answer(self, words: str, id_: str) -> Message | None:
        """Say something to the resident; the outbox brings it there. The same id twice is said once."""
        house, who, chosen = self.visit.house, self.visit.account, str(self.chosen)
        said = await self.visit.do(
            operator_says,
            chosen,
            words,
            id_=id_,
            operator=who.login,
            name=who.name,
            at=house.clock(),
            uow=house.database.unit(),
        )
        if said:
            house.hub.publish("operators", {"type": "conversation", "id": chosen})
        return said
