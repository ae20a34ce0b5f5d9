"""The portal's pages: made on the server, each with an address of its own, readable without JavaScript and on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.templating import Jinja2Templates

from bot.house import House
from bot.portal.reading import Finder, chapters, link_of, paragraphs
from bot.webchat.pages import SAFE, static_version
from knowledge.answer import Answerer
from knowledge.catalog import ServiceItem
from knowledge.regulations import Standing, standings, versions
from knowledge.statutes import Article, Statute
from knowledge.wording import say

HERE = Path(__file__).parent
STYLE = HERE / "static" / "guide.css"
LONGEST_QUESTION = 200
MOST_AT_HOME = 8
"""Regulations that the first page lists."""
Page = Callable[..., HTMLResponse]
"""(request, template, status, **fields): the page."""


def portal_router(house: House, answerer: Answerer) -> APIRouter:
    """All pages below /guide; `answerer` answers what is searched for."""
    routes, page = APIRouter(include_in_schema=False, prefix="/guide"), make_page(house)
    worth = Worth(house)
    _add_home(routes, page, house, worth)
    _add_regulations(routes, page, house, worth)
    _add_services(routes, page, house)
    _add_search(routes, page, house, Finder(answerer, house.statutes, house.catalog))

    @routes.get("/{rest:path}")
    def missing(request: Request, rest: str) -> HTMLResponse:
        return page(request, "missing.html", 404, text=say("guide_unknown"))

    return routes


def make_page(house: House) -> Page:
    """How a page of this community's portal is made."""
    templates = Jinja2Templates(HERE / "templates")
    templates.env.globals.update(
        say=say, community=house.settings.community_name, link=link_of, version=static_version()
    )

    def page(request: Request, name: str, status: int = 200, **fields: object) -> HTMLResponse:
        return templates.TemplateResponse(request, name, fields, status_code=status, headers=SAFE)

    return page


def _add_home(routes: APIRouter, page: Page, house: House, worth: Worth) -> None:
    @routes.get("")
    def home(request: Request) -> HTMLResponse:
        held, others = worth.parted()
        return page(
            request,
            "home.html",
            held=held[:MOST_AT_HOME],
            more=len(held) > MOST_AT_HOME or bool(others),
            by_category=by_category(house),
        )

    @routes.get("/static/guide.css")
    def style() -> FileResponse:
        return FileResponse(STYLE, headers={"Cache-Control": "no-cache"})


def _add_regulations(routes: APIRouter, page: Page, house: House, worth: Worth) -> None:
    @routes.get("/regulations")
    def regulations(request: Request) -> HTMLResponse:
        held, others = worth.parted()
        return page(request, "regulations.html", held=held, others=others)

    @routes.get("/regulations/{id_}")
    def regulation(request: Request, id_: str) -> HTMLResponse:
        statute = _statute(house, id_)
        if statute is None:
            return page(request, "missing.html", 404, text=say("guide_no_regulation"))
        others = [(s, worth.of(s)) for s in versions(statute, house.statutes) if s.id != statute.id]
        return page(
            request, "regulation.html",
            statute=statute, standing=worth.of(statute), versions=others, chapters=list(chapters(statute.articles)),
        )  # fmt: skip

    @routes.get("/regulations/{id_}/articles/{place}")
    def article(request: Request, id_: str, place: str) -> HTMLResponse:
        statute = _statute(house, id_)
        position = next((i for i, a in enumerate(statute.articles) if a.place == place), None) if statute else None
        if statute is None or position is None:
            text = (
                say("page_no_article", document=statute.title, count=len(statute.articles))
                if statute
                else say("guide_no_regulation")
            )
            return page(request, "missing.html", 404, text=text)
        before, found, after = _neighbours(statute.articles, position)
        return page(
            request, "article.html",
            statute=statute, standing=worth.of(statute), article=found, before=before, after=after, paragraphs=paragraphs(found),
        )  # fmt: skip


def _add_services(routes: APIRouter, page: Page, house: House) -> None:
    @routes.get("/services")
    def services(request: Request) -> HTMLResponse:
        return page(
            request,
            "services.html",
            by_category=by_category(house),
            sample=any(map(_unchecked, house.catalog.values())),
        )

    @routes.get("/services/{id_}")
    def service(request: Request, id_: str) -> HTMLResponse:
        item = house.catalog.get(id_)
        if item is None:
            return page(request, "missing.html", 404, text=say("page_no_service"))
        statute = house.statutes[0]
        listed = statute.article(item.article) if item.article else None
        return page(request, "service.html", item=item, unchecked=_unchecked(item), statute=statute, listed=listed)


def _add_search(routes: APIRouter, page: Page, house: House, finder: Finder) -> None:
    @routes.get("/search")
    def search(request: Request, q: str = Query("")) -> HTMLResponse:
        question = q.strip()[:LONGEST_QUESTION]
        address = request.client.host if request.client else "unknown"
        wait = house.limits.seconds_to_wait(f"guide:{address}", address) if question else 0
        if wait:
            return page(request, "missing.html", 429, text=say("guide_too_many", seconds=wait))
        return page(request, "search.html", question=question, found=finder.find(question) if question else None)


class Worth:
    """What each regulation is worth today, found out once a day."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._on = lru_cache(maxsize=2)(lambda day: standings(house.statutes, day))

    def of(self, statute: Statute) -> Standing:
        """What it is worth."""
        return self._on(self._house.clock().date())[statute.id]

    def parted(self) -> tuple[list[Statute], list[tuple[Statute, Standing]]]:
        """The regulations in force, and the others with what they are worth."""
        known = [(s, self.of(s)) for s in self._house.statutes]
        return [s for s, worth in known if worth is Standing.IN_FORCE], [
            (s, worth) for s, worth in known if worth is not Standing.IN_FORCE
        ]


def by_category(house: House) -> dict[str, list[ServiceItem]]:
    """The service items under the Chinese names of their categories."""
    shelves: dict[str, list[ServiceItem]] = {}
    for item in house.catalog.values():
        shelves.setdefault(house.categories[item.category].name, []).append(item)
    return shelves


def _statute(house: House, id_: str) -> Statute | None:
    return next((s for s in house.statutes if s.id == id_), None)


def _neighbours(articles: Sequence[Article], position: int) -> tuple[Article | None, Article, Article | None]:
    before = articles[position - 1] if position else None
    after = articles[position + 1] if position + 1 < len(articles) else None
    return before, articles[position], after


def _unchecked(item: ServiceItem) -> bool:
    return item.sample or not item.verified
