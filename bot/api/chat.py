"""The chat API: `POST /api/chat`, its live stream and its history, in the contract's shapes."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent

from actions.attachments.attachment import Attachment
from actions.attachments.taking import sent_in, use_point
from actions.conversations.message import Author, Inbound, Message
from actions.conversations.person import Language
from actions.conversations.preferring import person_of
from actions.conversations.reading import find_conversation, recent
from actions.errors import ActionError
from bot.api.browser import Browser
from bot.conversation.flow import Turn
from bot.conversation.news import message_view
from bot.conversation.script import as_read, reads_traditional
from bot.house import House
from knowledge.wording import say

Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\s/]+$")]
AN_ID = TypeAdapter(Id)
REMEMBERED = 1000
"""Messages of a conversation that a page is given: the latest ones."""
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
    attachment: Id | None = None


def valid_id(text: str) -> bool:
    """Whether a text may be the id of a conversation or a message."""
    try:
        return bool(AN_ID.validate_python(text) == text)
    except ValidationError:
        return False


def chat_router(house: House) -> APIRouter:
    """The routes of the chat API."""
    router, browser = APIRouter(prefix="/api/chat", tags=["chat"]), Browser(house)

    @router.post("")
    async def chat(message: ChatMessage, request: Request) -> JSONResponse:
        """Say something and get the answer."""
        address = request.client.host if request.client else "unknown"
        wait = house.limits.seconds_to_wait(message.conversation, address)
        if wait:
            return JSONResponse({"error": say("too_many", seconds=wait)}, 429, {"Retry-After": str(wait)})
        try:
            attachment = await asyncio.to_thread(_attached, message, house)
        except ActionError as error:
            return JSONResponse({"error": say(error.key, **error.values)}, 422)
        turn = await house.flow.receive(inbound_of(message, _brought(attachment)))
        if attachment:
            await asyncio.to_thread(use_point, attachment, uow=house.database.unit())  # the message has it now
        traditional = await asyncio.to_thread(reads_traditional, turn.inbound.conversation, house.database)
        answer = JSONResponse(as_read(turn_view(turn), traditional))
        browser.remember(answer, request, turn.inbound.conversation)
        return answer

    _add_history(router, house, browser)

    @router.get("/stream")
    async def stream(conversation: Id, request: Request, after: Annotated[int, Query(ge=0)] = 0) -> EventSourceResponse:
        """What operators, notifications and the bot say, as it is said; `after` is the last `seq` that one has."""
        resumed = request.headers.get("last-event-id", "")
        start = int(resumed) if resumed.isdigit() else after
        return EventSourceResponse(_live(house, f"web:{conversation}", start), ping=20)

    return router


def _add_history(router: APIRouter, house: House, browser: Browser) -> None:
    @router.get("/history")
    async def history(conversation: Id, request: Request, response: Response) -> dict[str, Any]:
        """What was said so far; an unknown conversation has said nothing."""
        id_ = f"web:{conversation}"
        known = await asyncio.to_thread(find_conversation, id_, uow=house.database.reading())
        messages = await asyncio.to_thread(recent, id_, REMEMBERED, uow=house.database.reading())
        if known:
            browser.remember(response, request, id_)
        person = await asyncio.to_thread(person_of, id_, uow=house.database.reading())
        traditional = person is not None and person.language is Language.TRADITIONAL
        return {
            "messages": [as_read(message_view(m), traditional) for m in messages],
            "owner": known.owner.value if known else "bot",
            **({"large_type": person.large_type} if person else {}),
        }


def _attached(message: ChatMessage, house: House) -> Attachment | None:
    """What a message brings along. `AttachmentUnknown`."""
    if message.attachment is None:
        return None
    return sent_in(message.attachment, f"web:{message.conversation}", uow=house.database.reading())


def _brought(attachment: Attachment | None) -> dict[str, Any]:
    """What an attachment adds to a message: itself, and where a photo was taken."""
    if attachment is None:
        return {}
    point = attachment.point
    place = {"location": {"lat": point[1], "lon": point[0]}} if point else {}
    return place | {attachment.kind.value: attachment.id}


def inbound_of(message: ChatMessage, brought: Mapping[str, Any] | None = None) -> Inbound:
    """A chat message as the flow takes it; control characters go, the client's own id makes it idempotent. A position
    that the resident shares counts for more than the one of a photo."""
    text = "".join(c for c in message.text if c.isprintable() or c in "\n\t")
    shared = {"location": message.location.model_dump()} if message.location else {}
    payload = {**(brought or {}), **shared}
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
        "dossier": bool(payload.get("dossier")),
        "seq": reply.seq,
    }


async def _live(house: House, conversation: str, after: int) -> AsyncIterator[ServerSentEvent]:
    """What the store has beyond `after`, then what is published; nothing twice, nothing left out in between."""

    async def said(view: dict[str, Any]) -> ServerSentEvent:
        traditional = await asyncio.to_thread(reads_traditional, conversation, house.database)
        return _event("message", as_read(view, traditional), view["seq"])

    async with house.hub.subscribe(f"conversation:{conversation}") as news:
        for message in await asyncio.to_thread(
            recent, conversation, REMEMBERED, uow=house.database.reading(), after=after
        ):
            after = message.seq
            if message.author is not Author.RESIDENT:
                yield await said(message_view(message))
        async for item in news:
            if item["type"] != "message":
                yield _event(item["type"], item, after)
            elif item["message"]["seq"] > after and item["message"]["author"] != Author.RESIDENT:
                after = item["message"]["seq"]
                yield await said(item["message"])


def _event(name: str, data: Any, id_: int) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=str(id_))
