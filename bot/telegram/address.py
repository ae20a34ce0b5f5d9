"""The bot's own address: where a link leads that starts a talk with something to say."""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.settings import Settings

logger = logging.getLogger(__name__)
PATIENCE = 8.0
"""Seconds that somebody who waits for the link is kept."""
_names: dict[str, str] = {}


async def start_link(settings: Settings, start: str) -> str:
    """https://t.me/<bot>?start=…; "" where there is no bot, or Telegram can't be asked for its name."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return ""
    if token not in _names:
        request = HTTPXRequest(connect_timeout=PATIENCE, read_timeout=PATIENCE)
        try:
            async with Bot(token, base_url=f"{settings.telegram_api.rstrip('/')}/bot", request=request) as bot:
                _names[token] = bot.username
        except TelegramError as failure:
            logger.warning("telegram does not tell the bot's name: %s", failure)
            return ""
    return f"https://t.me/{_names[token]}?start={start}"
