"""Talking to a server and taking the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import mean, median, quantiles

import aiohttp

from nlu.benchmark.server import Server

EARLY, LATE, WINDOW = 5, 200, 5
"""Turns compared, each as the median of itself and as many neighbours before and after."""
BLOCK = 20
"""Sentences said to one server before the next takes its turn: all intents, and a whole share of each conversation."""


@dataclass(frozen=True)
class Figures:
    """What was measured. Times in milliseconds, memory in megabytes.

    `alone`, `together`: turns a second, one user and eight; `work`: processor time of a turn. `fresh`: sentences heard
    for the first time, for which ours may need a sentence vector; `known`: the same again, vectors remembered. Turns are
    taken with known sentences.
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
        self.server, self._session = server, session

    async def say(self, sender: str, text: str) -> float:
        """Take a turn; returns how long it took. A turn without a reply is none."""
        begun = time.perf_counter()
        body = {"sender": sender, "message": text}
        async with self._session.post(self.server.webhook, json=body, headers=self.server.headers) as answer:
            said = await answer.json()
        if not (said if isinstance(said, list) else said["replies"]):
            raise RuntimeError(f"{self.server.name} 对“{text}”没有回答")
        return (time.perf_counter() - begun) * 1000

    async def parse(self, text: str) -> float:
        """Have a message understood; returns how long it took."""
        begun = time.perf_counter()
        async with self._session.post(self.server.parse, json={"text": text}) as answer:
            answer.raise_for_status()
            await answer.json()
        return (time.perf_counter() - begun) * 1000

    async def per_turn(self, texts: Sequence[str], conversations: Sequence[str]) -> float:
        """Milliseconds for all these texts, each said in all these conversations at once, divided by the turns."""

        async def talk(conversation: str) -> None:
            for text in texts:
                await self.say(conversation, text)

        begun = time.perf_counter()
        await asyncio.gather(*(talk(conversation) for conversation in conversations))
        return (time.perf_counter() - begun) * 1000 / (len(texts) * len(conversations))


class Measurement:
    """One server's figures in the making: each step takes a share of the work, so that servers can take turns."""

    def __init__(self, talker: Talker, texts: Sequence[str]) -> None:
        """`texts`: all that is said, as often as there are steps."""
        self._talker, self._server = talker, talker.server
        self._blocks = [texts[start : start + BLOCK] for start in range(0, len(texts), BLOCK)]
        self._fresh: list[float] = []
        self._known: list[float] = []
        self._alone: list[float] = []
        self._together: list[float] = []
        self._work: list[float] = []
        self._early: list[float] = []
        self._late: list[float] = []

    def steps(self) -> list[Callable[[], Awaitable[None]]]:
        """What is to be done, in this order."""
        blocks = list(enumerate(self._blocks))
        return [
            self._warm,
            *(partial(self._parse, self._fresh, block) for block in self._blocks),
            *(partial(self._parse, self._known, block) for block in self._blocks),
            *(partial(self._one_user, number, block) for number, block in blocks),
            *(partial(self._eight_users, number, block) for number, block in blocks[: len(blocks) // 2]),
            *(partial(self._go_on, number) for number in range(0, LATE - WINDOW, BLOCK)),
            self._early_and_late,
        ]

    async def _warm(self) -> None:
        """Every intent once, so that nothing is loaded while the clock runs."""
        for text in self._blocks[0]:
            await self._talker.say("warm", text)

    async def _parse(self, into: list[float], block: Sequence[str]) -> None:
        into += [await self._talker.parse(text) for text in block]

    async def _one_user(self, number: int, block: Sequence[str]) -> None:
        """Two conversations, one after the other."""
        begun = self._server.worked()
        self._alone.append(await self._talker.per_turn(block, [f"alone-{number * 2 // len(self._blocks)}"]))
        self._work.append((self._server.worked() - begun) / len(block))

    async def _eight_users(self, number: int, block: Sequence[str]) -> None:
        users = [f"together-{user}-{number * 4 // len(self._blocks)}" for user in range(8)]
        self._together.append(await self._talker.per_turn(block, users))

    async def _go_on(self, begun: int) -> None:
        """A block of the long conversation, which ends before the late turns."""
        for number in range(begun, min(begun + BLOCK, LATE - WINDOW)):
            await self._talker.say("long", self._of(number))

    async def _early_and_late(self) -> None:
        """Turns of a new conversation and of the long one, one of each in turn, so that both have the same conditions."""
        for number in range(EARLY - WINDOW, EARLY + WINDOW):
            self._early.append(await self._talker.say("short", self._of(number)))
            self._late.append(await self._talker.say("long", self._of(number)))

    def _of(self, number: int) -> str:
        return self._blocks[0][number % 8]

    def figures(self) -> Figures:
        """What came out."""
        memory = self._server.memory()
        return Figures(
            1000 / mean(self._alone),
            1000 / mean(self._together),
            mean(self._work),
            median(self._known),
            median(self._fresh),
            quantiles(self._fresh, n=20)[-1],
            median(self._early),
            median(self._late),
            memory["Rss"],
            memory["Pss"],
        )


async def measure(servers: Sequence[Server], texts: Sequence[str]) -> dict[str, Figures]:
    """Name of each server → its figures. They take turns, some seconds each: whatever else the machine has to do falls
    on all of them alike."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(120)) as session:
        all_of_them = {server.name: Measurement(Talker(server, session), texts) for server in servers}
        for steps in zip(*(measurement.steps() for measurement in all_of_them.values())):
            for step in steps:
                await step()
        return {name: measurement.figures() for name, measurement in all_of_them.items()}
