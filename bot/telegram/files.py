"""Photos, voice and video that residents send: how they are fetched from Telegram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from actions.attachments.attachment import Kind
from actions.attachments.taking import MEGABYTE
from bot.attachments import limits_of
from bot.conversation.fetcher import Fetcher, NotFetched
from bot.house import House
from bot.telegram.chats import CHANNEL

KINDS: Mapping[str, Kind] = {
    "photo": Kind.IMAGE,
    "voice": Kind.VOICE,
    "audio": Kind.VOICE,
    "video": Kind.VIDEO,
    "video_note": Kind.VIDEO,
    "animation": Kind.VIDEO,
}
"""Telegram's kinds that are kept; documents and stickers stay there."""


class Files(Fetcher):
    """Fetches them; see `Fetcher`."""

    patience = 5.0

    def __init__(self, house: House, bot: Bot) -> None:
        super().__init__(house, CHANNEL)
        self._bot = bot

    async def download(self, source: Mapping[str, Any]) -> bytes:
        """See `Fetcher.download`."""
        try:
            file = await self._bot.get_file(str(source["file_id"]))
            if (file.file_size or 0) > limits_of(self._house.settings).largest * MEGABYTE:
                raise NotFetched(f"a file of {file.file_size} bytes is left with Telegram")
            return bytes(await file.download_as_bytearray())
        except TelegramError as failure:
            raise NotFetched(str(failure)) from failure
