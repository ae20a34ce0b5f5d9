"""Photos, voice and video that residents send on a chat app: fetched from there and kept like those of the web chat."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from actions.attachments.taking import use_point
from actions.conversations.message import Message
from actions.conversations.reading import search_messages
from actions.conversations.wanted import MessageFilter
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from bot.attachments import take
from bot.conversation.news import attachment_of
from bot.house import House

logger = logging.getLogger(__name__)
EVERY = 1800
"""Seconds between two rounds."""
STALE = timedelta(days=1)
"""What was not fetched within that time, because nobody was here, is left alone."""
PAGE = 200


class NotFetched(Exception):
    """The chat app does not hand a file out, or we don't want it so large; the words are for the log."""


class Fetcher(ABC):
    """Fetches what messages that are on record brought along: `payload["attachment"]` says where it lies there.

    The id of the file to come is in the message already; it is what the log's readers ask for, and it makes a file that
    is fetched twice one file.
    """

    patience: ClassVar[float]
    """Seconds that an answer waits for a file: a report that becomes a ticket at once should have its photo."""

    def __init__(self, house: House, channel: str) -> None:
        self._house, self._channel = house, channel
        self._in_hand: dict[str, asyncio.Task[None]] = {}

    @abstractmethod
    async def download(self, source: Mapping[str, Any]) -> bytes:
        """The file that a message's `payload["attachment"]` names; `NotFetched`."""

    async def fetch(self, message: Message) -> None:
        """Fetch a message's file. Returns after a while in any case; a slow file comes in the background."""
        if (task := self._begun(message)) is not None:
            await asyncio.wait({task}, timeout=self.patience)

    async def run(self) -> None:
        """Round after round, until cancelled: fetch what was not to be had, or what an earlier process left."""
        while True:
            try:
                await self.resume()
            except Exception:  # the next round tries again
                logger.exception("files that are missing could not be looked for")
            await asyncio.sleep(EVERY)

    async def resume(self) -> None:
        """One round."""
        for message in await asyncio.to_thread(lambda: list(self._missing())):
            await self.fetch(message)

    def _begun(self, message: Message) -> asyncio.Task[None] | None:
        brought, source = attachment_of(message.payload), message.payload.get("attachment")
        if not brought or not source:
            return None
        if brought["id"] not in self._in_hand:
            task = asyncio.create_task(self._take(brought["id"], source, message.conversation))
            self._in_hand[brought["id"]] = task
            task.add_done_callback(lambda _: self._in_hand.pop(brought["id"], None))
        return self._in_hand.get(brought["id"])

    async def _take(self, id_: str, source: Mapping[str, Any], conversation: str) -> None:
        """A file that can't be fetched or kept is missing on the screens; the message itself is not."""
        try:
            if await asyncio.to_thread(self._kept, id_):
                return
            content = await self.download(source)
            by = Actor(Role.RESIDENT, conversation)
            taken = await take(self._house, content, by=by, conversation=conversation, id_=id_)
            await asyncio.to_thread(use_point, taken, uow=self._house.database.unit())  # too late for the message
        except (NotFetched, ActionError) as failure:
            logger.warning("a file could not be kept: %s", failure)
        except Exception:
            logger.exception("a file could not be kept")

    def _kept(self, id_: str) -> bool:
        with self._house.database.reading() as uow:
            try:
                return bool(uow.attachments.get(id_))
            except ActionError:
                return False

    def _missing(self) -> Iterator[Message]:
        number, pages, since = 1, 1, self._house.clock() - STALE
        while number <= pages:
            wanted = MessageFilter(channel=self._channel, since=since, page=number, size=PAGE)
            page = search_messages(wanted, uow=self._house.database.reading())
            yield from (m for m in page.items if self._lacks_its_file(m.payload))
            number, pages = number + 1, page.pages

    def _lacks_its_file(self, payload: Mapping[str, Any]) -> bool:
        brought = attachment_of(payload) if payload.get("attachment") else None
        return brought is not None and not self._kept(brought["id"])
