"""The residents' pages. The chat needs JavaScript; the regulation and the catalog are readable without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from bot.house import House
from knowledge.statutes import Article
from knowledge.wording import say

HERE = Path(__file__).parent


def static_files() -> StaticFiles:
    """The stylesheet and the script."""
    return StaticFiles(directory=HERE / "static")


def router(house: House) -> APIRouter:
    """The pages."""
    routes, templates = APIRouter(include_in_schema=False), Jinja2Templates(HERE / "templates")

    def page(request: Request, name: str, status: int = 200, **fields: object) -> HTMLResponse:
        shared = {"community": house.settings.community_name, "say": say}
        return templates.TemplateResponse(request, name, {**shared, **fields}, status_code=status)

    @routes.get("/")
    def chat(request: Request) -> HTMLResponse:
        return page(request, "chat.html")

    @routes.get("/regulation")
    def regulation(request: Request) -> HTMLResponse:
        return page(request, "regulation.html", statute=house.statutes[0])

    @routes.get("/regulation/{number}")
    def article(request: Request, number: int) -> HTMLResponse:
        statute = house.statutes[0]
        found = statute.article(number)
        if found is None:
            text = say("page_no_article", document=statute.title, count=len(statute.articles))
            return page(request, "missing.html", 404, text=text)
        return page(request, "article.html", statute=statute, article=found, pieces=list(pieces(found)))

    @routes.get("/services")
    def services(request: Request) -> HTMLResponse:
        by_category: dict[str, list[object]] = {}
        for item in house.catalog.values():
            by_category.setdefault(house.categories[item.category].name, []).append(item)
        return page(request, "services.html", by_category=by_category)

    @routes.get("/services/{item_id}")
    def service(request: Request, item_id: str) -> HTMLResponse:
        item = house.catalog.get(item_id)
        if item is None:
            return page(request, "missing.html", 404, text=say("page_no_service"))
        return page(request, "service.html", item=item)

    return routes


def pieces(article: Article) -> Iterator[tuple[str, bool]]:
    """An article's text in pieces, each with whether a passage is lost right after it."""
    rest = article.text
    for words in article.gaps:
        before, found, rest = rest.partition(words)
        if found:
            yield before + found, True
    yield rest, False
