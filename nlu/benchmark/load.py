"""Talking to a server and taking the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import aiohttp

from nlu.benchmark.server import Server

EARLY, LATE, WINDOW = 5, 200, 5
"""Turns compared, each as the median of itself and as many neighbours before and after."""


@dataclass(frozen=True)
class Figures:
    """What was measured. Times in milliseconds, memory in megabytes.

    `alone`, `together`: turns a second, one user and eight. `fresh`: sentences heard for the first time, for which ours
    may need a sentence vector; `work`: processor time of a turn; `known`: the same again, vectors remembered. Turns are taken with known sentences.
    """

    alone: float
    together: float
    work: float
    known_p50: float
    fresh_p50: float
    fresh_p95: float
    early_turn: float
    late_turn: float
    resident: float
    proportional: float


class Talker:
    """Speaks to one server."""

    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self._server, self._session = server, session

    async def say(self, sender: str, text: str) -> float:
        """Take a turn; returns how long it took. A turn without a reply is none."""
        begun = time.perf_counter()
        body = {"sender": sender, "message": text}
        async with self._session.post(self._server.webhook, json=body, headers=self._server.headers) as answer:
            said = await answer.json()
        if not (said if isinstance(said, list) else said["replies"]):
            raise RuntimeError(f"{self._server.name} 对“{text}”没有回答")
        return (time.perf_counter() - begun) * 1000

    async def parse(self, text: str) -> float:
        """Have a message understood; returns how long it took."""
        begun = time.perf_counter()
        async with self._session.post(self._server.parse, json={"text": text}) as answer:
            answer.raise_for_status()
            await answer.json()
        return (time.perf_counter() - begun) * 1000

    async def per_second(self, texts: Sequence[str], users: int, tag: str) -> float:
        """Turns a second with so many users, each saying all texts, each in two conversations one after the other."""

        async def talk(user: int) -> None:
            for number, text in enumerate(texts):
                await self.say(f"{tag}-{user}-{number * 2 // len(texts)}", text)

        begun = time.perf_counter()
        await asyncio.gather(*(talk(user) for user in range(users)))
        return users * len(texts) / (time.perf_counter() - begun)


async def measure(server: Server, texts: Sequence[str]) -> Figures:
    """All figures of one server."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(120)) as session:
        talker = Talker(server, session)
        for text in texts[:8]:  # every intent once, so that nothing is loaded while the clock runs
            await talker.say("warm", text)
        fresh = [await talker.parse(text) for text in texts]
        known = [await talker.parse(text) for text in texts]
        begun = server.worked()
        alone = await talker.per_second(texts, 1, "alone")
        work = (server.worked() - begun) / len(texts)
        together = await talker.per_second(texts[: len(texts) // 2], 8, "together")
        turns = [await talker.say("long", texts[number % 8]) for number in range(LATE + WINDOW)]
        memory = server.memory()
    return Figures(
        alone,
        together,
        work,
        median(known),
        median(fresh),
        quantiles(fresh, n=20)[-1],
        _around(turns, EARLY),
        _around(turns, LATE),
        memory["Rss"],
        memory["Pss"],
    )


def _around(turns: Sequence[float], number: int) -> float:
    return median(turns[number - WINDOW : number + WINDOW])
