"""Putting the consoles onto the web application."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from nicegui import app as consoles
from nicegui import ui
from nicegui.storage import Storage

from bot.consoles import (
    appointments,
    board,
    calls,
    entrance,
    letters,
    manager,
    operator,
    photos,
    pocket,
    rates,
    shortfalls,
    ticket_page,
    worker,
)
from bot.house import House
from bot.webchat.pages import missing_page
from knowledge.wording import say

logger = logging.getLogger(__name__)
SEAL = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='#1f5f54'/>"
    "<text x='16' y='22' font-size='17' text-anchor='middle' fill='white'>邻</text></svg>"
)
SLEEP = 60.0
"""Seconds that a page is kept for a phone that went to sleep or lost its net."""
FOR_PROGRAMS = ("/api/", "/open311/", "/_nicegui", "/internal/")


def mount(app: FastAPI, house: House) -> None:
    """Register the pages and let NiceGUI run inside the application; sessions lie in the data folder."""
    Storage.path = (house.settings.data / "sessions").resolve()
    register(house)
    consoles.add_exception_handler(404, _missing(house))
    consoles.add_exception_handler(Exception, _broken)
    ui.run_with(
        app,
        title="邻里",
        favicon=SEAL,
        language="zh-CN",
        storage_secret=house.secret_key,
        reconnect_timeout=SLEEP,
        show_welcome_message=False,
    )


def register(house: House) -> None:
    """All the pages of those who work here."""
    for room in (
        entrance,
        operator,
        worker,
        board,
        ticket_page,
        manager,
        rates,
        letters,
        appointments,
        shortfalls,
        photos,
        calls,
        pocket,
    ):
        room.register(house)


def _missing(house: House) -> Callable[[Request, Exception], Awaitable[Response]]:
    page = missing_page(house)

    async def missing(request: Request, error: Exception) -> Response:
        """An address that leads nowhere, whoever asks for it."""
        if request.url.path.startswith(FOR_PROGRAMS):
            return JSONResponse({"error": say("page_unknown")}, 404)
        return page(request)

    return missing


async def _broken(request: Request, error: Exception) -> Response:
    """A page that could not be built: an apology for people, the rest for the log."""
    logger.error("the page %s could not be built", request.url.path, exc_info=error)
    return PlainTextResponse(say("broken"), 500)
