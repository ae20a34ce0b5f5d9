"""A resident's own affairs beside the talk: `GET /api/chat/own-data`, all that is stored as a file; `POST
/api/chat/preferences`, the size of the letters."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from actions.conversations.dossier import dossier_of
from actions.conversations.preferring import prefer
from actions.conversations.reading import find_conversation
from actions.errors import ConversationUnknown
from bot.api.browser import CHANNEL, Browser
from bot.api.chat import Id, valid_id
from bot.house import House
from knowledge.wording import say

PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Preferences(BaseModel):
    """What a page was told by its buttons."""

    conversation: Id
    large_type: bool


def own_data_router(house: House) -> APIRouter:
    """The routes."""
    router, browser = APIRouter(prefix="/api/chat", tags=["chat"]), Browser(house)

    @router.get("/own-data")
    async def own_data(request: Request, conversation: str = "") -> Response:
        """Everything that is stored about the resident, as a JSON file; by the conversation's id, or by the browser's
        cookie where none is given."""
        id_ = conversation or browser.conversation(request)
        address = request.client.host if request.client else "unknown"
        if wait := house.limits.seconds_to_wait(f"own-data:{id_}", address):
            return JSONResponse({"error": say("too_many_asked", seconds=wait)}, 429, {"Retry-After": str(wait)})
        data = await asyncio.to_thread(_dossier, house, CHANNEL + id_) if valid_id(id_) else None
        if data is None:
            return JSONResponse({"error": say("own_data_nobody")}, 404)
        named = f"attachment; filename*=UTF-8''{quote(say('own_data_file_name'))}"
        text = json.dumps(data, ensure_ascii=False, indent=2)
        return Response(text, media_type="application/json", headers={**PRIVATE, "Content-Disposition": named})

    @router.post("/preferences")
    async def preferences(wish: Preferences) -> JSONResponse:
        """Keep what the resident prefers, for all conversations of that person."""
        try:
            person = await asyncio.to_thread(
                prefer,
                CHANNEL + wish.conversation,
                new=uuid.uuid4().hex,
                at=house.clock(),
                uow=house.database.unit(),
                large_type=wish.large_type,
            )
        except ConversationUnknown as unknown:
            return JSONResponse({"error": say(unknown.key, **unknown.values)}, 404)
        return JSONResponse({"large_type": person.large_type})

    return router


def _dossier(house: House, conversation: str) -> dict[str, Any] | None:
    if find_conversation(conversation, uow=house.database.reading()) is None:
        return None
    return dossier_of(conversation, at=house.clock(), uow=house.database.reading()).as_data()
