"""The residents' pages: the chat, the regulation and the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from bot.api.browser import Browser
from bot.house import House
from knowledge.catalog import ServiceItem
from knowledge.statutes import Article
from knowledge.wording import load_replies, say

HERE = Path(__file__).parent
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
        return chat_page(page, request, browser)

    @routes.get("/regulation")
    def regulation(request: Request) -> HTMLResponse:
        statute = house.statutes[0]
        return page(request, "regulation.html", statute=statute, chapters=list(chapters(statute.articles)))

    @routes.get("/regulation/{number}")
    def article(request: Request, number: str) -> HTMLResponse:
        statute = house.statutes[0]
        found = statute.article(int(number)) if number.isascii() and number.isdecimal() and len(number) < 5 else None
        if found is None:
            return page(
                request,
                "missing.html",
                404,
                text=say("page_no_article", document=statute.title, count=len(statute.articles)),
            )
        return page(request, "article.html", statute=statute, article=found, pieces=list(pieces(found)))

    @routes.get("/services")
    def services(request: Request) -> HTMLResponse:
        items = by_category(house)
        return page(request, "services.html", by_category=items, sample=any(i.sample for i in house.catalog.values()))

    @routes.get("/services/{item_id}")
    def service(request: Request, item_id: str) -> HTMLResponse:
        item = house.catalog.get(item_id)
        if item is None:
            return page(request, "missing.html", 404, text=say("page_no_service"))
        return page(request, "service.html", item=item)

    return routes


def make_page(house: House) -> Page:
    """How a page of this community is made."""
    templates, version = Jinja2Templates(HERE / "templates"), static_version()

    def page(request: Request, name: str, status: int = 200, **fields: object) -> HTMLResponse:
        shared = {"community": house.settings.community_name, "say": say, "version": version}
        return templates.TemplateResponse(request, name, {**shared, **fields}, status_code=status, headers=SAFE)

    return page


def chat_page(page: Page, request: Request, browser: Browser, embedded: bool = False) -> HTMLResponse:
    """The chat, with the conversation that this browser had; `embedded`: within a page of somebody else's."""
    fields = {"conversation": browser.conversation(request), "nonce": token_hex(8), "embedded": embedded}
    return page(request, "chat.html", words=chat_words(), starters=starters(), **fields)


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


def chapters(articles: tuple[Article, ...]) -> Iterator[tuple[str, list[Article]]]:
    """The chapters in the regulation's own order, each with its articles."""
    for chapter, inside in groupby(articles, key=lambda article: article.chapter):
        yield chapter, list(inside)


def by_category(house: House) -> dict[str, list[ServiceItem]]:
    """The service items under the Chinese names of their categories."""
    shelves: dict[str, list[ServiceItem]] = {}
    for item in house.catalog.values():
        shelves.setdefault(house.categories[item.category].name, []).append(item)
    return shelves


def pieces(article: Article) -> Iterator[tuple[str, bool]]:
    """An article's text in pieces, each with whether a passage is lost right after it."""
    rest = article.text
    for words in article.gaps:
        before, found, rest = rest.partition(words)
        if found:
            yield before + found, True
        else:  # the words are not after the last gap: nothing of the text may go missing with them
            rest = before
    yield rest, False
