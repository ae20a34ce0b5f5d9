"""`POST /api/chat/attachments`: photos, voice and video from the web chat; and reading them again, by whom it may."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect

from actions.attachments.attachment import Attachment, thumbnail_name
from actions.attachments.errors import AttachmentEmpty, AttachmentTooLarge, AttachmentUnknown, StorageUnreachable
from actions.attachments.taking import MEGABYTE
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from bot.api.browser import PATH, Browser
from bot.api.chat import valid_id
from bot.attachments import limits_of, take, visible_to
from bot.conversation.news import attachment_url
from bot.house import House
from knowledge.wording import say

MARGIN = 100_000
"""Bytes that a form may have beside the file."""
PATIENCE = 5
"""So many times the largest file is let run by before the line is cut."""
STATUS: dict[type[ActionError], HTTPStatus] = {
    AttachmentTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    AttachmentUnknown: HTTPStatus.NOT_FOUND,
    StorageUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
}
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400, immutable",
}
"""Whatever a file holds, a browser only shows or plays it."""


class BadForm(Exception):
    """A request without the two fields."""


def attachments_router(house: House) -> APIRouter:
    """The routes for files."""
    router, browser = APIRouter(prefix=PATH, tags=["chat"]), Browser(house)

    @router.post("", openapi_extra=_FORM)
    async def send(request: Request) -> JSONResponse:
        """Take a file in: a form with `conversation` and `file`. The answer's id goes into the message that follows."""
        try:
            conversation, content = await _read(request, house)
            return await _taken(request, conversation, content)
        except (BadForm, MultiPartException):
            return JSONResponse({"error": say("attachment_bad_form")}, HTTPStatus.UNPROCESSABLE_ENTITY)
        except ActionError as error:
            status = STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)
            return JSONResponse({"error": say(error.key, **error.values)}, status)

    async def _taken(request: Request, conversation: str, content: bytes) -> JSONResponse:
        address = request.client.host if request.client else "unknown"
        if wait := house.limits.seconds_to_wait(conversation, address):
            return JSONResponse({"error": say("too_many", seconds=wait)}, 429, {"Retry-After": str(wait)})
        id_ = f"web:{conversation}"
        taken = await take(house, content, by=Actor(Role.RESIDENT, id_), conversation=id_)
        answer = JSONResponse(attachment_view(taken))
        browser.remember(answer, request, id_)
        return answer

    @router.get("/{attachment}")
    async def show(request: Request, attachment: str, small: bool = False) -> Response:
        """A file, or with `small` its thumbnail, for the browser that the conversation was held in."""
        return await asyncio.to_thread(served, house, attachment, browser.resident(request), small)

    return router


async def _read(request: Request, house: House) -> tuple[str, bytes]:
    """The form's two fields. A body that says it is too large is let run by unread, so that the sender hears the
    answer; one that does not say how large it is, is not read either."""
    limit = limits_of(house.settings).largest
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise BadForm
    if int(length) > limit * MEGABYTE + MARGIN:
        await _let_run_by(request, PATIENCE * limit * MEGABYTE)
        raise AttachmentTooLarge(limit=limit)
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            conversation, file = form.get("conversation"), form.get("file")
            if not (isinstance(conversation, str) and valid_id(conversation) and isinstance(file, UploadFile)):
                raise BadForm
            content = await file.read()
    except ClientDisconnect:
        raise BadForm from None
    if not content:
        raise AttachmentEmpty()
    return conversation, content


async def _let_run_by(request: Request, most: int) -> None:
    async for chunk in request.stream():
        most -= len(chunk)
        if most < 0:
            return


def served(house: House, attachment: str, by: Actor | None, small: bool) -> Response:
    """The file for whoever may see it; one that is not there and one that is not for this person look the same."""
    try:
        with house.database.reading() as uow:
            found = uow.attachments.get(attachment)
            if by is None or not visible_to(found, by, uow):
                raise AttachmentUnknown()
        thumbnail = small and found.thumbnail
        content = house.storage.get(thumbnail_name(found.id) if thumbnail else found.id)
    except ActionError as error:
        status = STATUS.get(type(error), HTTPStatus.NOT_FOUND)
        return JSONResponse({"error": say(error.key, **error.values)}, status)
    return Response(content, media_type=found.media_type, headers=HARMLESS)


def attachment_view(attachment: Attachment) -> dict[str, Any]:
    """What the sender is told of a file."""
    return {
        "id": attachment.id,
        "kind": attachment.kind.value,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "width": attachment.width,
        "height": attachment.height,
        "located": attachment.point is not None,
        "url": attachment_url(attachment.id),
    }


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["conversation", "file"],
                    "properties": {"conversation": {"type": "string"}, "file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
