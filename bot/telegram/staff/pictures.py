"""Photos that workers send: fetched from Telegram and put with their ticket, once however often the letter comes."""

from __future__ import annotations

import base64
import hmac
from collections import OrderedDict
from hashlib import sha256

from telegram import Bot

from actions.tickets.actor import Actor
from bot.conversation.fetcher import NotFetched
from bot.house import House
from bot.pocket.filing import enclose
from bot.telegram.files import Files

ALBUMS = 200
"""Albums remembered, with the ticket that their first picture went to."""


class Pictures:
    """The photos of one channel."""

    def __init__(self, house: House, files: Files) -> None:
        self._house, self._files = house, files
        self._albums: OrderedDict[str, str] = OrderedDict()

    async def keep(self, file_id: str, letter: str, number: str, by: Actor) -> str | None:
        """The attachment's id; None where it can't be had or kept."""
        id_ = self._id(f"{letter}:{file_id}")
        try:
            content = await self._files.download({"file_id": file_id})
        except NotFetched:
            return None
        return id_ if await enclose(content, id_, number, by, self._house) else None

    def belongs(self, album: str) -> str:
        """The ticket that the album's first picture went to; "" for none."""
        return self._albums.get(album, "") if album else ""

    def remember(self, album: str, number: str) -> None:
        """The rest of the album goes to the same ticket."""
        if album:
            self._albums[album] = number
            if len(self._albums) > ALBUMS:
                self._albums.popitem(last=False)

    def _id(self, source: str) -> str:
        """The same for the same picture of the same letter, and nobody guesses it."""
        made = hmac.new(self._house.secret_key.encode(), f"photo:{source}".encode(), sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")


def pictures_of(house: House, bot: Bot) -> Pictures:
    """They come the way that residents' photos come."""
    return Pictures(house, Files(house, bot))
