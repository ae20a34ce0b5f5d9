"""Notes of a telephone call: the operator writes down what the caller says, and reads out what the bot makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from actions.conversations.call import PHONE, answer_call, call_id, take_note
from actions.conversations.conversation import Conversation
from actions.conversations.message import Author, Inbound, Message
from actions.masking import mask_phone
from actions.telephone import phone_in
from bot.consoles.visit import Visit
from knowledge.wording import say


def is_call(known: Conversation) -> bool:
    """Whether a conversation is held on the telephone."""
    return known.channel == PHONE


def caller_of(known: Conversation) -> str:
    """来电 138****1001: how staff call who is on the line."""
    return f"来电 {mask_phone(known.phone) or '没有号码'}"


def ask_who_calls(visit: Visit, over: ui.element, opened: Callable[[str, str], Awaitable[None]]) -> None:
    """A call comes in: ask for the number and who speaks; `opened` gets the conversation and the name."""
    with over, ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:26rem"):
        ui.label("记来电").classes("strong")
        number = ui.input("来电号码").classes("w-full").props("outlined inputmode=tel autofocus")
        ui.label("没有显示号码就空着。同一个号码再打来，会接着上次的记录。").classes("soft")
        name = ui.input("谁在说（可以不填）", placeholder="如：王阿姨，替母亲打来").classes("w-full").props("outlined")

        async def begin() -> None:
            phone = phone_in(number.value or "")
            if (number.value or "").strip() and phone is None:
                ui.notify("号码不对：手机 11 位，座机请带区号", type="warning", position="top")
            elif conversation := await begin_call(visit, phone):
                dialog.close()
                await opened(conversation, (name.value or "").strip())

        for entry in (number, name):
            entry.on("keydown.enter", begin)
        with ui.row().classes("w-full justify-end"):
            ui.button("不记了", on_click=dialog.close).classes("tall").props("flat")
            ui.button("开始记", on_click=begin).classes("tall").props("unelevated")
    dialog.on_value_change(lambda change: None if change.value else dialog.delete())
    dialog.open()


async def begin_call(visit: Visit, phone: str | None) -> str | None:
    """The conversation of a call from that number (None: not shown), ready to be written to; None where it can't be."""
    house = visit.house
    id_ = call_id(phone, house.secret_key) if phone else f"{PHONE}:{uuid.uuid4().hex[:16]}"
    known = await visit.do(answer_call, id_, phone, at=house.clock(), uow=house.database.unit())
    if known is None:
        return None
    house.hub.publish("operators", {"type": "conversation", "id": id_})
    return known.id


class CallNotes:
    """Below the talk with a caller: what may be chosen, who speaks, and what is said. What is being written stays,
    whatever comes in meanwhile."""

    def __init__(self, visit: Visit, conversation: str, speaker: str) -> None:
        self.visit, self.conversation = visit, conversation
        with ui.column().classes("w-full gap-2"):
            self.choices = ui.row().classes("gap-2 w-full")
            with ui.row().classes("w-full items-end gap-2"):
                self.speaker = ui.input("谁在说", value=speaker).props("outlined dense").classes("speaker-name")
                self.words = (
                    ui.textarea(placeholder="来电人说的话，一次写一件")
                    .props("autogrow outlined dense autofocus")
                    .classes("col")
                )
                self.button = ui.button("记下", on_click=self.note).classes("tall").props("unelevated")
                self.button.tooltip("回车记下，Shift+回车换行")
            self.words.on("keydown.enter.exact.prevent", self.note)

    def offer(self, messages: Sequence[Message]) -> None:
        """The buttons of what the bot said last."""
        last = next((m for m in reversed(messages) if m.author in (Author.BOT, Author.RESIDENT)), None)
        bot = [m for m in messages if last and m.author is Author.BOT and m.reply_to == last.reply_to]
        buttons = [button for m in bot for button in m.payload.get("buttons") or ()]
        self.choices.clear()
        with self.choices:
            if buttons:
                ui.label("来电人要是选：").classes("soft self-center")
            for button in buttons:
                ui.button(button["title"], on_click=lambda _, b=button: self.say(b["payload"])).props(
                    "outline"
                ).classes("tall")

    async def note(self) -> None:
        """Write down what is in the field."""
        if words := (self.words.value or "").strip():
            self.words.value = ""
            if not await self.say(words) and not self.words.value:
                self.words.value = words

    async def say(self, words: str) -> bool:
        """Let the caller's words go the way of any message; False where they could not be kept."""
        house, account = self.visit.house, self.visit.account
        self.button.disable()
        try:
            if await self.visit.do(take_note, self.conversation, at=house.clock(), uow=house.database.unit()) is None:
                return False
            call = {"speaker": (self.speaker.value or "").strip(), "by": account.name, "login": account.login}
            id_ = uuid.uuid4().hex
            await house.flow.receive(Inbound(id_, self.conversation, words, id_, {"call": call}))
        except Exception:  # whatever it is: the note stays in the field, to be sent again
            ui.notify(say("broken"), type="negative", position="top", multi_line=True)
            raise
        finally:
            self.button.enable()
        return True
