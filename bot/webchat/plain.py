"""The chat without JavaScript: a form that posts, and a page that shows what was said."""

from __future__ import annotations

import asyncio
import json
import secrets
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from actions.conversations.reading import find_conversation, recent
from bot.api.browser import CHANNEL, Browser
from bot.api.chat import ABSURD, ChatMessage, inbound_of
from bot.conversation.news import message_view
from bot.conversation.script import as_read, reads_traditional
from bot.house import House
from bot.webchat.pages import Page, chat_words, make_page, size_of
from knowledge.wording import say

Said = Annotated[str, Form()]
SHOWN = 200
"""Messages on the page, the latest ones."""
NEAR = ("same-origin", "none", None)
"""Where a form may have been sent from, as browsers tell it; old ones don't."""


def plain_router(house: House) -> APIRouter:
    """`/chat`, read and written to."""
    routes, page, browser = APIRouter(include_in_schema=False), make_page(house), Browser(house)

    @routes.get("/chat")
    async def read(request: Request) -> HTMLResponse:
        return await asyncio.to_thread(said, house, page, request, browser.conversation(request))

    @routes.post("/chat")
    async def write(request: Request, text: Said = "", starter: Said = "", nonce: Said = "") -> Response:
        if request.headers.get("sec-fetch-site") not in NEAR:
            return page(request, "missing.html", 403, text=say("page_elsewhere"))
        conversation = browser.conversation(request) or f"w{secrets.token_hex(12)}"
        address = request.client.host if request.client else "unknown"
        if wait := house.limits.seconds_to_wait(conversation, address):
            return page(request, "missing.html", 429, text=say("too_many", seconds=wait))
        if words := (starter or text).strip():
            await house.flow.receive(inbound_of(message(conversation, words, nonce)))
        answer = RedirectResponse("/chat#last", 303)
        browser.remember(answer, request, CHANNEL + conversation)
        return answer

    return routes


def message(conversation: str, text: str, nonce: str) -> ChatMessage:
    """What the form says. The same text of the same page is the same message, so that sending it twice does nothing twice."""
    id_ = sha256(f"{nonce}\n{text}".encode()).hexdigest()[:32] if nonce else None
    return ChatMessage(conversation=conversation, text=text[:ABSURD], message_id=id_)


def said(house: House, page: Page, request: Request, conversation: str) -> HTMLResponse:
    """The page with what was said so far."""
    id_ = CHANNEL + conversation
    known = find_conversation(id_, uow=house.database.reading()) if conversation else None
    traditional = reads_traditional(id_, house.database)
    messages = (
        [as_read(message_view(m), traditional) for m in recent(id_, SHOWN, uow=house.database.reading())]
        if known
        else []
    )
    for view in messages:
        view["text"] = spoken(view)
    owner = known.owner.value if known else "bot"
    fields = {"messages": messages, "owner": owner, "size": size_of(house, conversation)}
    return page(request, "plain.html", words=chat_words(), nonce=secrets.token_hex(8), **fields)


def spoken(view: dict[str, Any]) -> str:
    """What people see of a message: of one of our buttons its words, of a mere position that it is one."""
    text = str(view["text"])
    if view["author"] != "resident":
        return text
    return _wish(text) or text or ("" if view["attachment"] else say("chat_my_place"))


def _wish(text: str) -> str:
    """The words of a button of ours; "" for anything else."""
    try:
        fields = json.loads(text[text.index("{") :]) if text.startswith("/") else {}
    except ValueError:
        return ""
    return str(fields.get("wish") or "")
