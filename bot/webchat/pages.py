"""The residents' chat page; and where the regulation and the catalog used to be, the way to the portal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from actions.conversations.preferring import person_of
from bot.api.browser import CHANNEL, Browser
from bot.house import House
from knowledge.wording import load_replies, say

HERE = Path(__file__).parent
GUIDE = "/guide"
"""Where the portal is."""
Page = Callable[..., HTMLResponse]
"""(request, template, status, **fields): the page."""

SAFE = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
}
"""Nothing on these pages comes from elsewhere, and nobody may frame them."""


def static_files() -> StaticFiles:
    """The stylesheet and the scripts."""
    return StaticFiles(directory=HERE / "static")


def router(house: House) -> APIRouter:
    """The pages."""
    routes, page, browser = APIRouter(include_in_schema=False), make_page(house), Browser(house)

    @routes.get("/")
    def chat(request: Request) -> HTMLResponse:
        return chat_page(house, page, request, browser)

    @routes.get("/regulation")
    @routes.get("/regulation/{number}")
    def regulation(number: str = "") -> RedirectResponse:
        statute = f"{GUIDE}/regulations/{quote(house.statutes[0].id)}"
        return _moved(f"{statute}/articles/{quote(number, safe='')}" if number else statute)

    @routes.get("/services")
    @routes.get("/services/{item}")
    def services(item: str = "") -> RedirectResponse:
        return _moved(f"{GUIDE}/services/{quote(item, safe='')}" if item else f"{GUIDE}/services")

    return routes


def _moved(address: str) -> RedirectResponse:
    """For good; a browser keeps the part after # by itself."""
    return RedirectResponse(address, 308)


def make_page(house: House) -> Page:
    """How a page of this community is made."""
    templates, version = Jinja2Templates(HERE / "templates"), static_version()

    def page(request: Request, name: str, status: int = 200, **fields: object) -> HTMLResponse:
        shared = {"community": house.settings.community_name, "say": say, "version": version}
        return templates.TemplateResponse(request, name, {**shared, **fields}, status_code=status, headers=SAFE)

    return page


def chat_page(house: House, page: Page, request: Request, browser: Browser, embedded: bool = False) -> HTMLResponse:
    """The chat, with the conversation that this browser had; `embedded`: within a page of somebody else's."""
    conversation = browser.conversation(request)
    fields = {
        "conversation": conversation,
        "nonce": token_hex(8),
        "embedded": embedded,
        "size": size_of(house, conversation),
    }
    return page(request, "chat.html", words=chat_words(), starters=starters(), **fields)


def size_of(house: House, conversation: str) -> str:
    """The size of letters that the resident prefers: large, normal, or "" where nothing is known."""
    person = person_of(CHANNEL + conversation, uow=house.database.reading()) if conversation else None
    return "" if person is None else "large" if person.large_type else "normal"


def missing_page(house: House) -> Callable[[Request], HTMLResponse]:
    """What is shown for an address that leads nowhere."""
    return partial(make_page(house), name="missing.html", status=404, text=say("page_unknown"))


def static_version() -> str:
    """Changes with the stylesheet and the scripts, so that no browser goes on with an old one."""
    return sha256(b"".join(path.read_bytes() for path in sorted((HERE / "static").iterdir()))).hexdigest()[:10]


def chat_words() -> dict[str, str]:
    """What the chat's script says, by its name without `chat_`."""
    return words_of("chat_")


def words_of(prefix: str) -> dict[str, str]:
    """The texts whose keys begin so, by the rest of their keys."""
    return {key.removeprefix(prefix): text[0] for key, text in load_replies().items() if key.startswith(prefix)}


def starters() -> list[str]:
    """What a resident may tap to begin."""
    return [text[0] for key, text in sorted(load_replies().items()) if key.startswith("page_starter_")]
