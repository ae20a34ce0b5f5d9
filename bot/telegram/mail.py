"""Sending: the flow's replies and the outbox's notices, as Telegram takes them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import MessageLimit
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from actions.conversations.dossier import dossier_of
from actions.conversations.message import Message
from actions.conversations.recording import mark_sent
from actions.errors import NoSender
from actions.store.database import Database
from bot.conversation.holding import Holding
from bot.conversation.pieces import written
from bot.telegram.buttons import keyboard
from bot.telegram.chats import chat_of
from bot.telegram.manner import Manner, manner_for
from bot.telegram.pieces import pieces
from knowledge.wording import say

logger = logging.getLogger(__name__)
CAPTION = int(MessageLimit.CAPTION_LENGTH)
HOPELESS = (Forbidden, BadRequest)
"""The resident has blocked us or is gone, or Telegram can't take such a message: trying again changes nothing."""


class Mail:
    """What goes out, as plain text. Whoever calls sees to the order within a conversation."""

    def __init__(self, bot: Bot, database: Database, clock: Callable[[], datetime]) -> None:
        self._bot, self._database, self._clock = bot, database, clock
        self._holding = Holding(database, clock)
        self._in_hand: set[str] = set()

    async def say(self, conversation: str, text: str, picture: bytes | None = None) -> None:
        """Send a text, with a picture above it if there is one. `NoSender` where this resident can't be reached, `TelegramError` where it may work later."""
        manner = await self._manner(conversation)
        try:
            await self._show(chat_of(conversation), manner.written(text), picture, manner.silent)
        except HOPELESS as refusal:
            raise NoSender(audience=f"conversation:{conversation}") from refusal

    async def deliver(self, reply: Message, answering: int | None = None, postscript: str = "") -> None:
        """Send a reply that is in the log, once, and write down there that it was sent.

        What Telegram did not take stays in the log as unsent, for `Leftovers`; what it will never take is left alone
        until the next start. `answering`: the message that it is tied to; `postscript`: a line that is not in the log.
        """
        if reply.sent_at or reply.id in self._in_hand:
            return
        self._in_hand.add(reply.id)
        async with self._holding.hold_unsent(reply.id) as ours:
            if ours:
                await self._deliver(reply, answering, postscript)
            else:
                self._in_hand.discard(reply.id)

    async def _deliver(self, reply: Message, answering: int | None, postscript: str) -> None:
        """What is taken, or never will be, stays in hand."""
        try:
            manner = await self._manner(reply.conversation)
            text = manner.written(written(reply, postscript))
            await self._send(chat_of(reply.conversation), text, keyboard(reply), answering)
            if reply.payload.get("dossier"):
                await self._send_dossier(reply.conversation)
        except HOPELESS as refusal:
            logger.warning("telegram refuses reply %s: %s", reply.id, refusal)
            return
        except TelegramError as failure:
            logger.warning("reply %s could not be sent, and will be tried again: %s", reply.id, failure)
        else:
            await self._mark_sent(reply)
            return
        self._in_hand.discard(reply.id)

    async def _mark_sent(self, reply: Message) -> None:
        """Where that fails the reply stays in hand: it has arrived, and the resident must not get it again."""
        try:
            await asyncio.to_thread(mark_sent, reply.id, at=self._clock(), uow=self._database.unit())
        except Exception:  # the store is away; the message itself is with the resident
            logger.exception("reply %s was sent, but that could not be written down", reply.id)
        else:
            self._in_hand.discard(reply.id)

    async def _manner(self, conversation: str) -> Manner:
        return await asyncio.to_thread(manner_for, conversation, at=self._clock(), uow=self._database.reading())

    async def _send_dossier(self, conversation: str) -> None:
        """All that is stored about the resident, as a file; it is made now and kept nowhere."""
        uow = self._database.reading()
        dossier = await asyncio.to_thread(dossier_of, conversation, at=self._clock(), uow=uow)
        content = json.dumps(dossier.as_data(), ensure_ascii=False, indent=2).encode()
        name, caption = say("own_data_file_name"), say("own_data_file")
        try:
            await self._bot.send_document(chat_of(conversation), content, filename=name, caption=caption)
        except TelegramError as failure:  # the words have arrived, and must not be said again for the file's sake
            logger.warning("a resident's own data could not be sent as a file: %s", failure)

    async def _show(self, chat: int, text: str, picture: bytes | None, silent: bool) -> None:
        """A picture and its text in one message, so that trying again never shows the picture twice."""
        if picture is None:
            return await self._send(chat, text, silent=silent)
        caption, *rest = pieces(text, CAPTION)
        try:
            await self._bot.send_photo(chat, picture, caption=caption, disable_notification=silent)
        except ChatMigrated as moved:
            return await self._show(moved.new_chat_id, text, picture, silent)
        return await self._send(chat, "\n".join(rest), silent=silent) if rest else None

    async def _send(
        self,
        chat: int,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
        answering: int | None = None,
        silent: bool = False,
    ) -> None:
        """All pieces, the first one tied to what it answers, the last one with the buttons."""
        parts = pieces(text)
        tied = ReplyParameters(answering, allow_sending_without_reply=True) if answering else None
        try:
            for n, part in enumerate(parts, start=1):
                await self._bot.send_message(
                    chat,
                    part,
                    reply_parameters=tied if n == 1 else None,
                    reply_markup=buttons if n == len(parts) else None,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    disable_notification=silent,
                )
        except ChatMigrated as moved:
            await self._send(moved.new_chat_id, text, buttons, silent=silent)
