"""Kill the house at any moment of many conversations and start it again: `python -m tests.end_to_end.kill_loop`.

Residents hold the dialogues of tests/conversations through the chat API, several at a time, each in its own pace, while
the service is killed (SIGKILL) again and again in the middle of their messages, now and then together with the engine.
They keep trying as the chat page does: the same message under the same id; some do not wait for an answer, some open the
page anew and go on with their next words. At the end everything that they heard is held against the database: see
`accounts`. The same seed brings the same residents and dice; when exactly a kill falls is up to the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.settings import ROOT
from tests.end_to_end.accounts import Kept, Reckoning, reckon
from tests.end_to_end.mortal import Mortal
from tests.end_to_end.resident import Resident

AT_ONCE = 16
"""Conversations that are held at a time."""
ANSWERS_PER_LIFE = 8
"""At most so many messages are answered between a start and the moment from which the kill may fall."""
LATEST = 0.5
"""Seconds after that, and after another message was begun, within which it falls: about as long as an answer takes."""
LETTERS = 60.0
"""Seconds that the last letters are given to leave."""


@dataclass
class Reaper:
    """Kills the house while messages are under way."""

    house: Mortal
    dice: random.Random
    with_engine: float
    answers: int = ANSWERS_PER_LIFE
    kills: int = 0
    engine_kills: int = 0
    _begun: asyncio.Event = field(default_factory=asyncio.Event)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    def sees(self, event: str) -> None:
        """What a resident does: "begun" a message, or has it "answered"."""
        (self._begun if event == "begun" else self._answered).set()

    async def reap(self, most: int) -> None:
        """Kill and start again, until cancelled or `most` times."""
        while self.kills < most:
            happenings = [self._answered] * self.dice.randint(0, self.answers) + [self._begun]
            for happening in happenings:
                happening.clear()
                await happening.wait()
            await asyncio.sleep(self.dice.random() * LATEST)
            await self._once()

    async def _once(self) -> None:
        self.kills += 1
        if self.house.apart and self.dice.random() < self.with_engine:
            self.engine_kills += 1
            first, then = self.dice.sample((self.house.kill_engine, self.house.kill_service), 2)
            first()
            await asyncio.sleep(self.dice.random() * LATEST)
            then()
            await asyncio.gather(self.house.start_service(), self.house.start_engine())
        else:
            self.house.kill_service()
            await self.house.start_service()


def dialogues(dice: random.Random, count: int) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """So many dialogues, each of the shipped ones as often as any other; now and then two that end where they began are
    held one after the other as one conversation."""
    files = sorted((ROOT / "tests" / "conversations").glob("*.yml"))
    told = [case for file in files for case in yaml.safe_load(file.read_text("utf-8"))]
    told = [case for case in told if "known_failure" not in case]
    chosen = [case for _ in range(-(-count // len(told))) for case in dice.sample(told, len(told))]
    return [(case["title"], case["turns"]) for case in chosen[:count]]


async def run(
    data: Path, count: int, seed: int, *, apart: bool, kills: int, with_engine: float, answers: int = ANSWERS_PER_LIFE
) -> tuple[Reaper, Reckoning]:
    """Hold so many conversations while killing the house, and reckon."""
    dice, house = random.Random(seed), Mortal(data, apart=apart)
    reaper = Reaper(house, random.Random(seed + 1), with_engine, answers)
    residents = [
        Resident(house.url, title, turns, random.Random(dice.random()), reaper.sees)
        for title, turns in dialogues(dice, count)
    ]
    try:
        await asyncio.gather(house.start_service(), *([house.start_engine()] if apart else []))
        await _live(residents, reaper, kills)
        await _letters_left(data)
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            histories = {r.conversation: await r.history(client) or [] for r in residents}
    finally:
        house.end()
    return reaper, reckon(residents, histories, data / "linli.db")


async def _live(residents: Sequence[Resident], reaper: Reaper, kills: int) -> None:
    """Residents talk until all are done; the house must stand at the end."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(resident: Resident) -> None:
        async with places:
            await resident.talk()

    reaping = asyncio.create_task(reaper.reap(kills))
    talking = asyncio.gather(*(one(resident) for resident in residents))
    await asyncio.wait({reaping, talking}, return_when=asyncio.FIRST_COMPLETED)
    if reaping.done():
        reaping.result()
    await talking
    if not reaping.done():
        reaping.cancel()
        await asyncio.gather(reaping, return_exceptions=True)
        reaper.house.kill_service()
        await reaper.house.start_service()  # the last kill may have fallen on a start


async def _letters_left(data: Path) -> None:
    until = time.monotonic() + LETTERS
    while time.monotonic() < until:
        if all(letter["delivered_at"] for letter in Kept(data / "linli.db").letters):
            return
        await asyncio.sleep(0.5)


def summary(reaper: Reaper, reckoning: Reckoning, conversations: int, seconds: float) -> str:
    """One line."""
    counts = ", ".join(f"{number} {name}" for name, number in reckoning.counts.items())
    starts = sorted(reaper.house.starts)
    return (
        f"{conversations} conversations, {reaper.kills} kills ({reaper.engine_kills} with the engine), {counts}; "
        f"median start {starts[len(starts) // 2]:.1f} s; {seconds:.0f} s; {len(reckoning.wrong)} promises broken"
    )


def main() -> None:
    """Run it; exit 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10**6, help="at most so many; as many as fit unless given")
    parser.add_argument("--answers", type=int, default=ANSWERS_PER_LIFE, help="at most so many answers between kills")
    parser.add_argument("--with-engine", type=float, default=0.05, help="part of the kills that take the engine along")
    parser.add_argument("--together", action="store_true", help="the service starts its engine, and takes it along")
    parser.add_argument("--data", type=Path, help="folder for the data, kept afterwards")
    given = parser.parse_args()
    data, began = given.data or Path(tempfile.mkdtemp(prefix="linli-kill-")), time.monotonic()
    data.mkdir(parents=True, exist_ok=True)
    reaper, reckoning = asyncio.run(
        run(
            data,
            given.conversations,
            given.seed,
            apart=not given.together,
            kills=given.kills,
            with_engine=given.with_engine,
            answers=given.answers,
        )
    )
    print("\n".join(reckoning.wrong))
    print(summary(reaper, reckoning, given.conversations, time.monotonic() - began), f"data: {data}")
    sys.exit(1 if reckoning.wrong else 0)


if __name__ == "__main__":
    main()
