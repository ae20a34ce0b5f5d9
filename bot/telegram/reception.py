"""Telegram's updates: each is translated, kept, handed to the flow, and what comes back is sent."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

from telegram import Bot, CallbackQuery, ChatMember, Update
from telegram.error import NetworkError, TelegramError
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, ContextTypes, MessageHandler, filters

from actions.conversations.message import Inbound, Message
from actions.conversations.recording import record_inbound, remember_resident
from actions.errors import NoSender
from bot.house import House
from bot.telegram.amending import Amending
from bot.telegram.buttons import press
from bot.telegram.earlier import ticket_replied_to
from bot.telegram.ears import Ears
from bot.telegram.files import Files
from bot.telegram.hearing import Heard, heard_in
from bot.telegram.keeping import Keeping
from bot.telegram.mail import Mail
from bot.telegram.staff.desk import StaffDesk
from bot.telegram.typing import typing
from knowledge.wording import say

logger = logging.getLogger(__name__)
UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
"""What we ask Telegram for."""
ALBUMS = 500
"""Albums remembered: each of their pictures comes as a message, and one answer is enough."""
Context = ContextTypes.DEFAULT_TYPE
Answers = tuple[Sequence[Message], str]
"""What is answered, and a line of this channel alone behind it."""


class Reception:
    """Where residents are received. Conversations run side by side, the messages of one conversation one by one."""

    def __init__(self, house: House, bot: Bot, mail: Mail, files: Files) -> None:
        self._house, self._bot, self._mail, self._keeping = house, bot, mail, Keeping(house)
        self._files, self._ears, self._amending = files, Ears(house), Amending(house, self._keeping)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._albums: deque[str] = deque(maxlen=ALBUMS)
        self.staff = StaffDesk(house, bot, self._record)

    def join(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Take the application's updates."""
        words = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE
        application.add_handler(MessageHandler(words, self.message))
        application.add_handler(CallbackQueryHandler(self.press))
        application.add_handler(ChatMemberHandler(self.membership, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(self.failed)

    async def keep(self, update: Update) -> None:
        """Put an update on record, a worker's with the staff desk; `NetworkError` where that fails, so that it is asked
        for again."""
        try:
            if await self.staff.keeps(update):
                return
        except Exception as failure:
            raise NetworkError(f"an update could not be kept: {failure!r}") from failure
        await self._record(update)

    async def _record(self, update: Update) -> None:
        """Put a resident's message on record; `NetworkError`."""
        try:
            inbound = await self._inbound(update)
        except Exception:  # an update that can't be understood must not hold up all that come after it
            logger.exception("update %s can't be read", update.update_id)
            return
        try:
            if inbound:
                await asyncio.to_thread(
                    record_inbound, inbound, at=self._house.clock(), uow=self._house.database.unit()
                )
        except Exception as failure:
            raise NetworkError(f"an update could not be kept: {failure!r}") from failure

    async def message(self, update: Update, context: Context | None = None) -> None:
        """A message or an edit."""
        if await self.staff.takes(update):
            return
        heard = await self._heard(update)
        if heard:
            await self._converse(heard.inbound, heard.chat, heard.answering, lambda: self._answers(heard))

    async def _heard(self, update: Update) -> Heard | None:
        """What an update says; where it replies to an earlier message, with the ticket that one is about."""
        heard = heard_in(update, self._bot.bot)
        message = update.effective_message
        if heard is None or message is None or message.reply_to_message is None:
            return heard
        uow, conversation = self._house.database.reading(), heard.inbound.conversation
        number = await asyncio.to_thread(ticket_replied_to, message, self._bot.bot, conversation, uow)
        payload = {**heard.inbound.payload, "ticket": number} if number else heard.inbound.payload
        return replace(heard, inbound=replace(heard.inbound, payload=payload))

    async def again(self, update: Update) -> None:
        """An update that was kept and never dealt with."""
        await (self.press if update.callback_query else self.message)(update)

    async def press(self, update: Update, context: Context | None = None) -> None:
        """A pressed button. Telegram is always told that it arrived, or the button would spin for a minute."""
        query = update.callback_query
        assert query is not None
        if await self.staff.takes(update):
            return
        inbound = None
        try:
            inbound = await self._pressed(query)
        finally:
            await self._acknowledge(query, "" if inbound else say("telegram_button_stale"))
        if inbound is None or query.message is None:
            return
        chat, answering = query.message.chat.id, query.message.message_id
        await self._converse(inbound, chat, answering if chat < 0 else None, lambda: self._pressing(inbound))

    async def membership(self, update: Update, context: Context) -> None:
        """Somebody blocked us, let us in again, or took us into a group: for the record only."""
        change = update.my_chat_member
        assert change is not None
        gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
        logger.info("telegram chat %s %s us", change.chat.id, "has shut out" if gone else "has let in")

    async def failed(self, update: object, context: Context) -> None:
        """What no handler foresaw."""
        logger.error("an update could not be dealt with", exc_info=context.error)
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat and chat.id > 0:
            with suppress(TelegramError):
                await self._bot.send_message(chat.id, say("broken"))

    async def _converse(
        self,
        inbound: Inbound,
        chat: int,
        answering: int | None,
        answers: Callable[[], Awaitable[Answers]],
    ) -> None:
        """Get the answers and send them, before the conversation's next message has its turn."""
        async with self._locks.setdefault(inbound.conversation, asyncio.Lock()):
            try:
                async with typing(self._bot, chat):
                    replies, postscript = await answers()
                for n, reply in enumerate(replies, start=1):
                    await self._mail.deliver(reply, answering, postscript if n == len(replies) else "")
            except (
                Exception
            ):  # the entry point: whatever broke, the resident hears of it, and the message is in the log
                logger.exception("message %s could not be answered", inbound.channel_message_id)
                with suppress(TelegramError, NoSender):
                    await self._mail.say(inbound.conversation, say("broken"))

    async def _answers(self, heard: Heard) -> Answers:
        if heard.edits and (amended := await self._amending.amend(heard)):
            return amended, ""
        if heard.phone:
            await asyncio.to_thread(self._remember, heard)
        message = await self._fetched(heard) if heard.attachment else None
        if heard.readable:
            return await self._asked(heard.inbound), _postscript(heard) if heard.attachment else ""
        if message and (words := await self._ears.listen(message)):
            return await self._asked(heard.inbound), say("telegram_heard_voice", words=words)
        answer = "" if heard.album in self._albums else say(f"telegram_kept_{heard.attachment}")
        replies = await self._keeping.keep(heard.inbound, answer)
        if heard.album:
            self._albums.append(heard.album)
        return replies, ""

    async def _fetched(self, heard: Heard) -> Message:
        """The message as it is on record, which `keep` saw to, with what came along."""
        at, uow = self._house.clock(), self._house.database.unit()
        message, _ = await asyncio.to_thread(record_inbound, heard.inbound, at=at, uow=uow)
        await self._files.fetch(message)
        return message

    def _remember(self, heard: Heard) -> None:
        at, uow = self._house.clock(), self._house.database.unit()
        remember_resident(heard.inbound.conversation, at=at, uow=uow, phone=heard.phone)

    async def _pressing(self, inbound: Inbound) -> Answers:
        return await self._asked(inbound), ""

    async def _asked(self, inbound: Inbound) -> Sequence[Message]:
        return (await self._house.flow.receive(inbound)).replies

    async def _inbound(self, update: Update) -> Inbound | None:
        if update.callback_query:
            return await self._pressed(update.callback_query)
        heard = await self._heard(update)
        return heard.inbound if heard else None

    async def _pressed(self, query: CallbackQuery) -> Inbound | None:
        return await asyncio.to_thread(press, query, self._bot.id, self._house.database.reading())

    async def _acknowledge(self, query: CallbackQuery, text: str) -> None:
        """Too late, when we were away for a while: then Telegram knows the press no more, and nobody waits for it."""
        with suppress(TelegramError):
            await query.answer(text or None)


def _postscript(heard: Heard) -> str:
    return say("telegram_kept_with_words", what=say(f"telegram_what_{heard.attachment}"))
