"""The chat API: `POST /api/chat`, its live stream and its history, in the contract's shapes."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints
from sse_starlette import EventSourceResponse, ServerSentEvent

from actions.conversations.message import Author, Inbound, Message
from actions.conversations.reading import find_conversation, transcript
from bot.conversation.flow import Turn
from bot.conversation.news import message_view
from bot.house import House
from knowledge.wording import say

Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\s/]+$")]
ABSURD = 20_000
"""Characters beyond which a message is not even kept; what lies below is kept and answered in words."""


class Location(BaseModel):
    """A position in degrees, WGS 84."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class ChatMessage(BaseModel):
    """What a resident sends."""

    conversation: Id
    text: str = Field("", max_length=ABSURD)
    message_id: Id | None = None
    location: Location | None = None


def chat_router(house: House) -> APIRouter:
    """The routes of the chat API."""
    router = APIRouter(prefix="/api/chat", tags=["chat"])

    @router.post("")
    async def chat(message: ChatMessage, request: Request) -> JSONResponse:
        """Say something and get the answer."""
        address = request.client.host if request.client else "unknown"
        wait = house.limits.seconds_to_wait(message.conversation, address)
        if wait:
            return JSONResponse({"error": say("too_many", seconds=wait)}, 429, {"Retry-After": str(wait)})
        turn = await house.flow.receive(inbound_of(message))
        return JSONResponse(turn_view(turn))

    @router.get("/history")
    async def history(conversation: Id) -> dict[str, Any]:
        """What was said so far; an unknown conversation has said nothing."""
        id_ = f"web:{conversation}"
        known = await asyncio.to_thread(find_conversation, id_, uow=house.database.reading())
        messages = await asyncio.to_thread(transcript, id_, uow=house.database.reading())
        return {"messages": [message_view(m) for m in messages], "owner": known.owner.value if known else "bot"}

    @router.get("/stream")
    async def stream(conversation: Id, request: Request, after: Annotated[int, Query(ge=0)] = 0) -> EventSourceResponse:
        """What operators, notifications and the bot say, as it is said; `after` is the last `seq` that one has."""
        resumed = request.headers.get("last-event-id", "")
        start = int(resumed) if resumed.isdigit() else after
        return EventSourceResponse(_live(house, f"web:{conversation}", start), ping=20)

    return router


def inbound_of(message: ChatMessage) -> Inbound:
    """A chat message as the flow takes it; control characters go, the client's own id makes it idempotent."""
    text = "".join(c for c in message.text if c.isprintable() or c in "\n\t")
    payload = {"location": message.location.model_dump()} if message.location else {}
    return Inbound(uuid.uuid4().hex, f"web:{message.conversation}", text, message.message_id, payload)


def turn_view(turn: Turn) -> dict[str, Any]:
    """A turn in the contract's shape."""
    understood = turn.understood or {}
    return {
        "replies": [_reply_view(reply) for reply in turn.replies],
        "events": list(turn.events),
        "owner": str(turn.owner),
        "understood": {"intent": understood.get("intent"), "confidence": understood.get("confidence", 0.0)},
        "seq": turn.inbound.seq,
    }


def _reply_view(reply: Message) -> dict[str, Any]:
    payload = reply.payload
    return {
        "text": reply.text,
        "buttons": list(payload.get("buttons") or ()),
        "citations": list(payload.get("citations") or ()),
        "image": payload.get("image"),
        "seq": reply.seq,
    }


async def _live(house: House, conversation: str, after: int) -> AsyncIterator[ServerSentEvent]:
    """What the store has beyond `after`, then what is published; nothing twice, nothing left out in between."""
    async with house.hub.subscribe(f"conversation:{conversation}") as news:
        for message in await asyncio.to_thread(transcript, conversation, uow=house.database.reading(), after=after):
            after = message.seq
            if message.author is not Author.RESIDENT:
                yield _event("message", message_view(message), message.seq)
        async for item in news:
            if item["type"] != "message":
                yield _event(item["type"], item, after)
            elif item["message"]["seq"] > after and item["message"]["author"] != Author.RESIDENT:
                after = item["message"]["seq"]
                yield _event("message", item["message"], after)


def _event(name: str, data: Any, id_: int) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=str(id_))
