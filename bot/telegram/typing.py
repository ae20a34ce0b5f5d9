"""The sign that an answer is being written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

PAUSE = 0.4
"""Seconds before the sign: a message that goes to a person is kept faster than that, and nobody is writing then."""
AGAIN = 4.5
"""Seconds after which Telegram, which shows it for five, is told again."""


@asynccontextmanager
async def typing(bot: Bot, chat: int) -> AsyncGenerator[None]:
    """Show it for as long as the block takes. Not in groups (`chat` below 0): there Telegram lets us speak twenty times a
    minute, and the answers need them."""
    sign = asyncio.create_task(_show(bot, chat)) if chat > 0 else None
    try:
        yield
    finally:
        if sign:
            sign.cancel()


async def _show(bot: Bot, chat: int) -> None:
    await asyncio.sleep(PAUSE)
    while True:
        with suppress(TelegramError):
            await bot.send_chat_action(chat, ChatAction.TYPING)
        await asyncio.sleep(AGAIN)
