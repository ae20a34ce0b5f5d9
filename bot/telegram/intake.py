"""The queue between Telegram and us: whatever goes in is on record first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Update


class Intake(asyncio.Queue[object]):
    """Keeps each update before it is queued.

    The poller confirms updates to Telegram as soon as they are in this queue, and Telegram then forgets them. Were they
    only in memory, a process that dies would lose them; so a message is in the log before it is here.
    """

    def __init__(self, keep: Callable[[Update], Awaitable[None]]) -> None:
        """`keep` raises a `TelegramError` where it can't: the poller then asks for the same updates again."""
        super().__init__()
        self._keep = keep

    async def put(self, item: object) -> None:
        """See `asyncio.Queue.put`."""
        if isinstance(item, Update):
            await self._keep(item)
        await super().put(item)
