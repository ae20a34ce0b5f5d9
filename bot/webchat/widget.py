"""The chat in other people's pages: one script tag puts a button there, and behind it the chat in a frame."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.api.browser import Browser
from bot.house import House
from bot.webchat.pages import SAFE, chat_page, make_page, words_of

SCRIPT = Path(__file__).parent / "widget.js"
FOR_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=300",
}
"""Any page may load the script; which ones may show the chat, the frame's own headers say."""


def widget_router(house: House) -> APIRouter:
    """`/widget.js`, the frame `/embed`, and `/widget`, which shows how it is done."""
    routes, page, browser = APIRouter(include_in_schema=False), make_page(house), Browser(house)
    script = f"{SCRIPT.read_text('utf-8').rstrip()}({json.dumps(words_of('widget_'), ensure_ascii=False)});\n"
    framed = {**SAFE, "Content-Security-Policy": framed_by(house.settings.embed_origins)}

    @routes.get("/widget.js")
    def widget() -> Response:
        return Response(script, media_type="text/javascript; charset=utf-8", headers=FOR_ALL)

    @routes.get("/embed")
    def embed(request: Request) -> HTMLResponse:
        answer = chat_page(house, page, request, browser, embedded=True)
        answer.headers.update(framed)
        return answer

    @routes.get("/widget")
    def demo(request: Request) -> HTMLResponse:
        address = str(request.base_url) + "widget.js"
        return page(request, "widget.html", address=address, origins=house.settings.embed_origins)

    return routes


def framed_by(origins: str) -> str:
    """The content policy of the frame: our own pages may show it, and the sites that were named."""
    allowed = " ".join(["frame-ancestors 'self'", *origins.split()])
    return SAFE["Content-Security-Policy"].replace("frame-ancestors 'none'", allowed)
