"""Live news: what one screen does, the others see, those of other processes by `others`. Nothing is kept here; the store
keeps."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

News = dict[str, Any]
WAITING = 500
"""Pieces of news kept for a slow reader; one that falls further behind misses the oldest and reads the store again."""


class Hub:
    """Publishing from any thread, subscribing from the event loop.

    Topics: "conversation:<id>" (a message was kept, or the owner changed), "operators", "worker:<id>", "tickets".
    """

    def __init__(self) -> None:
        self.others: Callable[[str, News], None] | None = None
        self._readers: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Queue[News]]]] = defaultdict(set)

    def publish(self, topic: str, event: News) -> None:
        """Tell everybody who reads a topic, here and in other processes."""
        self.hear(topic, event)
        if self.others:
            self.others(topic, event)

    def hear(self, topic: str, event: News) -> None:
        """Tell everybody here who reads a topic."""
        for loop, queue in tuple(self._readers.get(topic, ())):
            if not loop.is_closed():
                loop.call_soon_threadsafe(_put, queue, event)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncGenerator[AsyncIterator[News]]:
        """Everything that is published to these topics from now on."""
        reader = (asyncio.get_running_loop(), asyncio.Queue[News](WAITING))
        for topic in topics:
            self._readers[topic].add(reader)
        try:
            yield _read(reader[1])
        finally:
            for topic in topics:
                self._readers[topic].discard(reader)
                if not self._readers[topic]:
                    del self._readers[topic]


def _put(queue: asyncio.Queue[News], event: News) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)


async def _read(queue: asyncio.Queue[News]) -> AsyncIterator[News]:
    while True:
        yield await queue.get()
