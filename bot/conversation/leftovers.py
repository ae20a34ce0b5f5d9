"""Replies that are in the log and were never taken by their channel: a send that failed, or a process that died before it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from actions.conversations.message import Author, Message
from actions.conversations.reading import search_messages
from actions.conversations.wanted import MessageFilter
from actions.store.database import Database

logger = logging.getLogger(__name__)
EVERY = 30
"""Seconds between two rounds."""
SETTLING = timedelta(seconds=30)
"""A younger reply may still be on its way."""
STALE = timedelta(days=1)
"""An answer that comes later than this only confuses."""
PAGE = 200


class Leftovers:
    """Sends them again. The first round looks back a day, each further one to the oldest that was still unsent."""

    def __init__(
        self,
        channel: str,
        database: Database,
        clock: Callable[[], datetime],
        deliver: Callable[[Message], Awaitable[None]],
    ) -> None:
        """`deliver` sends a reply and writes down that it was sent, unless another process has it in hand."""
        self._channel, self._database, self._clock, self._deliver = channel, database, clock, deliver
        self._since: datetime | None = None

    async def run(self) -> None:
        """Round after round, until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception:  # the next round tries again; a reply is not given up for a database that is away
                logger.exception("unsent replies could not be looked for")
            await asyncio.sleep(EVERY)

    async def sweep(self) -> int:
        """One round, the oldest first; returns how many there were."""
        until = self._clock() - SETTLING
        earliest = until - STALE
        left = await asyncio.to_thread(
            lambda: sorted(self._unsent(max(self._since or earliest, earliest), until), key=_seq)
        )
        for reply in left:
            await self._deliver(reply)
        self._since = left[0].created_at if left else until
        return len(left)

    def _unsent(self, since: datetime, until: datetime) -> Iterator[Message]:
        number, pages = 1, 1
        while number <= pages:
            wanted = MessageFilter(channel=self._channel, since=since, until=until, page=number, size=PAGE)
            page = search_messages(wanted, uow=self._database.reading())
            yield from (m for m in page.items if m.author is Author.BOT and m.sent_at is None)
            number, pages = number + 1, page.pages


def _seq(message: Message) -> int:
    return message.seq
