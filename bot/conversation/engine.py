"""Asking the engine: one message to Rasa over loopback, its replies and what it understood back."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from actions.conversations.message import Reply
from knowledge.wording import say

logger = logging.getLogger(__name__)
WISH = re.compile(
    r"/(?:report_issue|ask_service|ask_regulation|ask_contact|query_ticket|seek_help|complain_staff|suggest|book_service|withdraw_ticket|cancel)(?P<fields>\{.*\})?",
    re.S,
)
"""What a button of ours may send. Any other text that begins with a slash is a resident's own: to Rasa it could be a command."""


class EngineDown(Exception):
    """The engine did not answer, or answered with nothing."""


@dataclass(frozen=True)
class EngineTurn:
    """What the engine made of one message. `understood` has the shape of `linli classify` with `confidence` beside it."""

    replies: Sequence[Reply]
    events: Sequence[Mapping[str, Any]]
    understood: Mapping[str, Any] | None


class Engine:
    """The engine behind its URL and token."""

    def __init__(self, url: str, token: str, timeout: float, starting: Callable[[], bool] = lambda: False) -> None:
        """`url` without a path; `timeout` in seconds; `starting`: whether it is worth waiting for it to come up."""
        self._timeout, self._starting = timeout, starting
        self._client = httpx.AsyncClient(
            base_url=url, headers={"x-linli-token": token}, timeout=timeout, trust_env=False
        )

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> EngineTurn:
        """Let the engine take its turn in a conversation; `EngineDown` when it can't."""
        body = {"sender": conversation, "message": harmless(text), "metadata": dict(metadata)}
        try:
            answer = await self._post("/webhooks/linli/webhook", body)
            answer.raise_for_status()
            data = answer.json()
        except (httpx.HTTPError, ValueError) as failure:
            raise EngineDown(f"{type(failure).__name__}: {failure}") from failure
        turn = EngineTurn(*_replies(data["replies"]), _understood(data.get("understood")))
        if not turn.replies:
            raise EngineDown("the engine had nothing to say")
        return turn

    async def _post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """One request; while the engine is coming up, for the first time or after it died over this very message, it is
        waited for, since the message is kept anyway and the engine takes each message's turn once."""
        until = time.monotonic() + self._timeout
        while True:
            try:
                return await self._client.post(path, json=body)
            except httpx.TransportError as failure:
                late = isinstance(failure, httpx.TimeoutException) or time.monotonic() > until
                if late or not self._starting():
                    raise
                await asyncio.sleep(0.5)

    async def understand(self, text: str) -> Mapping[str, Any] | None:
        """What the engine makes of a text outside of any conversation, in the shape of `EngineTurn.understood`; None for
        nothing. `EngineDown` when it can't."""
        try:
            answer = await self._client.post("/webhooks/linli/understand", json={"message": harmless(text)})
            answer.raise_for_status()
            return _understood(answer.json().get("understood"))
        except (httpx.HTTPError, ValueError) as failure:
            raise EngineDown(f"{type(failure).__name__}: {failure}") from failure

    async def forget(self, conversation: str) -> None:
        """Let the engine forget what was said in a conversation; `EngineDown` when it can't."""
        try:
            answer = await self._post("/webhooks/linli/forget", {"sender": conversation})
            answer.raise_for_status()
        except httpx.HTTPError as failure:
            raise EngineDown(f"{type(failure).__name__}: {failure}") from failure

    async def alive(self) -> bool:
        """Whether it answers at all."""
        try:
            return (await self._client.get("/webhooks/linli/health", timeout=3)).is_success
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()


def harmless(text: str) -> str:
    """The text without a leading slash, unless one of our own buttons sent it."""
    match = WISH.fullmatch(text)
    if not text.startswith("/") or (match and _is_wish(match["fields"])):
        return text
    return text.lstrip("/ ") or "。"


def _is_wish(fields: str | None) -> bool:
    try:
        data = json.loads(fields or "{}")
    except ValueError:
        return False
    return set(data) <= {"wish"} and isinstance(data.get("wish", ""), str)


def _replies(raw: Sequence[Mapping[str, Any]]) -> tuple[list[Reply], list[Mapping[str, Any]]]:
    """Rasa's messages as replies, and the events that came with them."""
    replies: list[Reply] = []
    events: list[Mapping[str, Any]] = []
    for message in raw:
        said = message.get("custom") or message
        events += said.get("events") or ()
        if text := said.get("text") or _of_wishes(said):
            payload = {key: said.get(key) or [] for key in ("buttons", "citations")} | {"image": said.get("image")}
            replies.append(Reply(text, payload))
    return replies, events


def _of_wishes(said: Mapping[str, Any]) -> str:
    """What is said between the wishes of one message: that the next one comes, or that it waits."""
    if wish := said.get("wish_next"):
        return say("wish_next", wish=wish)
    waiting = said.get("wishes_waiting") or ()
    return say("wishes_waiting", wishes="”“".join(waiting)) if waiting else ""


def _understood(raw: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Rasa's parse in the contract's shape."""
    if not raw or not raw.get("intent"):
        return None
    intent = raw["intent"]
    ranking = [[i["name"], round(i["confidence"], 4)] for i in raw.get("intent_ranking") or ()]
    kept = (
        "category",
        "category_confidence",
        "categories",
        "kind",
        "urgent",
        "urgency",
        "dangers",
        "entities",
        "units",
        "wishes",
        "model",
    )
    return {
        "intent": intent.get("name"),
        "confidence": round(intent.get("confidence") or 0.0, 4),
        "intents": ranking[:3],
        **{key: raw[key] for key in kept if key in raw},
    }
