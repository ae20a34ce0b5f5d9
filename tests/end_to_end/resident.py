"""A resident whose chat page keeps trying: the same message under the same id until it is answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from knowledge.wording import say

LONGEST = 300.0
"""Seconds after which a message that nobody answers counts as lost."""
PAUSE = 0.3
"""Seconds between two tries."""
LATER = 4.0
"""Seconds until somebody who was told that the engine is away says it again."""


@dataclass
class Heard:
    """One message, and what came back for it. `answer` is None where the page was opened anew and the answer is in the
    history only; `away`: the engine was not there, and the house said so."""

    turn: Mapping[str, Any]
    message: str
    answer: Mapping[str, Any] | None
    away: bool = False


def is_away(answer: Mapping[str, Any]) -> bool:
    """Whether an answer only says that the engine is not there."""
    return any(reply["text"] == say("engine_down") for reply in answer["replies"])


def broke_off(answer: Mapping[str, Any]) -> bool:
    """Whether an answer says honestly that it was not to be had just then: the engine died over it, and the ticket that it
    had filed is named, or what was asked could not be done without it."""
    honest = (say("engine_down_filed", number="#").partition("#")[0], say("erase_failed").split("。")[0])
    return is_away(answer) or any(reply["text"].startswith(honest) for reply in answer["replies"])


@dataclass
class Resident:
    """One conversation from its first word to its last."""

    url: str
    title: str
    turns: list[Mapping[str, Any]]
    dice: random.Random
    tell: Callable[[str], None]
    conversation: str = ""
    heard: list[Heard] = field(default_factory=list)
    streamed: list[int] = field(default_factory=list)
    retries: int = 0

    def __post_init__(self) -> None:
        self.conversation = f"{self.dice.getrandbits(64):016x}"

    async def talk(self) -> None:
        """Say everything, one after the other; what the house could not take is said again."""
        limits = httpx.Limits(max_keepalive_connections=0)  # each message comes on a connection of its own
        async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client:
            listening = asyncio.create_task(self._listen(client))
            for turn in self.turns:
                await asyncio.sleep(self.dice.random() * 0.5)
                while (heard := await self._say(client, turn)).away:
                    self.heard.append(heard)
                    await asyncio.sleep(LATER)
                self.heard.append(heard)
            listening.cancel()

    async def _say(self, client: httpx.AsyncClient, turn: Mapping[str, Any]) -> Heard:
        """Send a message until it is answered, or until a page that was opened anew shows that it has arrived."""
        body = {"conversation": self.conversation, "text": turn["say"], "message_id": uuid.uuid4().hex}
        body |= {"location": turn["location"]} if "location" in turn else {}
        opens_anew = self.dice.random() < 0.2
        for _ in range(int(LONGEST / PAUSE)):
            self.tell("begun")
            if (answer := await self._sent(client, body)) is not None:
                self.tell("answered")
                return Heard(turn, body["message_id"], answer, is_away(answer))
            self.retries += 1
            await asyncio.sleep(PAUSE)
            if opens_anew and turn is not self.turns[-1] and await self._arrived(client, body):
                return Heard(turn, body["message_id"], None)
        raise TimeoutError(f"{self.title}: {turn['say']} was never answered")

    async def _sent(self, client: httpx.AsyncClient, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer; None where there is nobody, or the resident was too impatient to wait for it."""
        patience = self.dice.choice((60.0, 60.0, 60.0, 0.15))
        try:
            answer = await client.post(f"{self.url}/api/chat", json=body, timeout=patience)
        except httpx.TransportError:
            return None
        return answer.json() if answer.status_code == 200 else None

    async def _arrived(self, client: httpx.AsyncClient, body: Mapping[str, Any]) -> bool:
        """Whether the house has a message; its answer will be found in the history."""
        return any(message["id"] == body["message_id"] for message in await self.history(client) or ())

    async def history(self, client: httpx.AsyncClient) -> list[dict[str, Any]] | None:
        """What the API has of this conversation."""
        try:
            answer = await client.get(f"{self.url}/api/chat/history", params={"conversation": self.conversation})
        except httpx.TransportError:
            return None
        return list(answer.json()["messages"]) if answer.status_code == 200 else None

    async def _listen(self, client: httpx.AsyncClient) -> None:
        """The live stream, taken up again where it broke off, as an EventSource does."""
        while True:
            last = str(self.streamed[-1] if self.streamed else 0)
            with contextlib.suppress(httpx.HTTPError):
                await self._stream(client, last)
            await asyncio.sleep(PAUSE)

    async def _stream(self, client: httpx.AsyncClient, last: str) -> None:
        where, asked = f"{self.url}/api/chat/stream", {"conversation": self.conversation}
        async with client.stream("GET", where, params=asked, headers={"Last-Event-ID": last}, timeout=None) as stream:
            async for line in stream.aiter_lines():
                if (
                    line.startswith("data:")
                    and "message" in (data := json.loads(line[5:]))
                    and "seq" in data["message"]
                ):
                    self.streamed.append(int(data["message"]["seq"]))
