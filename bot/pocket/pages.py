"""The plain page for poor connections: its shell needs no account and stays on the phone; what is in it comes by the API."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.templating import Jinja2Templates

from actions.tickets.doing import OUTDOORS, PICTURED, WORDY
from actions.tickets.names import RETURN_CODE_NAMES
from bot.house import House
from bot.webchat.pages import SAFE, words_of
from knowledge.wording import say

HERE = Path(__file__).parent
FILES = ("pocket.js", "pocket.css", "sw.js")
FRESH = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Service-Worker-Allowed": "/pocket"}


def pocket_router(house: House) -> APIRouter:
    """`/pocket` and what it is made of."""
    routes, templates = APIRouter(include_in_schema=False), Jinja2Templates(HERE / "templates")
    version = sha256(b"".join((HERE / "static" / name).read_bytes() for name in FILES)).hexdigest()[:10]

    @routes.get("/pocket")
    def page(request: Request) -> HTMLResponse:
        fields = {
            "say": say,
            "version": version,
            "community": house.settings.community_name,
            "words": words_of("pocket_") | {f"do_{e}": say(f"staff_do_{e}") for e in OUTDOORS},
            "wordy": [event.value for event in WORDY],
            "pictured": [event.value for event in PICTURED],
            "codes": {code.value: name for code, name in RETURN_CODE_NAMES.items()},
            "categories": {c.id: c.name for c in house.categories.values()},
        }
        return templates.TemplateResponse(request, "pocket.html", fields, headers=SAFE)

    @routes.get("/pocket/{name}")
    def file(name: str) -> Response:
        if name not in FILES:
            return HTMLResponse(say("page_unknown"), 404)
        return FileResponse(HERE / "static" / name, headers=FRESH)

    return routes
