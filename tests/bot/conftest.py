"""The residents' pages in a real browser: a running site with an engine that repeats, and Chromium where there is one."""

from __future__ import annotations

import shutil
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from actions.conversations.handover import system_says
from actions.conversations.message import Message, Reply
from actions.conversations.reading import transcript
from bot.api.attachments import attachments_router
from bot.api.chat import chat_router
from bot.conversation.engine import EngineTurn
from bot.conversation.news import message_news
from bot.portal.pages import portal_router
from bot.security import accounts
from bot.webchat.pages import router, static_files
from bot.webchat.plain import plain_router
from bot.webchat.widget import widget_router
from knowledge.answer import build_answerer
from tests.bot.test_consoles_house import Place, make_place
from tests.knowledge.fakes import LetterEmbedder
from tests.knowledge.test_answer import CARD, NEGATIVES, STATUTE

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
QUOTE = "由社区服务管理机构按照标准统一支付"
CITED = {
    "source": "regulation",
    "document": "贵阳市社区工作条例",
    "article": 30,
    "item": None,
    "quote": QUOTE,
    "complete": True,
}
TICKET = {
    "number": "GY20261124-0007",
    "kind": "lamp",
    "kind_name": "楼道灯",
    "address": "幸福里小区3栋",
    "grid_name": "一网格",
    "assignee": "w01",
    "assignee_name": "周小敏",
    "urgent": False,
    "due_at": "2026-12-01T17:00:00+08:00",
}
APPOINTMENT = {
    "number": "YY20261124-0003",
    "affair_name": "老年证办理",
    "when": "11月28日（周六）9:30–10:00",
    "window_name": "综合窗口",
    "manner_name": "错时办理",
    "address": "金朱路 68 号",
}
ANSWERS = {
    "约好": EngineTurn((Reply("约好了"),), ({"type": "appointment_created", "appointment": APPOINTMENT},), None),
    "工资": EngineTurn((Reply("条例是这样说的", {"citations": [CITED]}),), (), None),
    "灯坏了": EngineTurn((Reply("这样登记对不对", {"buttons": [{"title": "确认提交", "payload": "确认"}]}),), (), None),
    "确认": EngineTurn((Reply("登记好了"),), ({"type": "ticket_created", "ticket": TICKET},), None),
}


@dataclass
class Site:
    """A running chat page."""

    place: Place
    url: str

    def log(self, page: Page) -> list[Message]:
        """What the store has of this browser's conversation."""
        return transcript(self.conversation(page), uow=self.place.house.database.reading())

    def conversation(self, page: Page) -> str:
        return "web:" + str(page.evaluate("localStorage.getItem('linli-conversation')"))

    def tells(self, page: Page, text: str) -> None:
        """The community tells the resident something, without being asked."""
        self.tell(self.conversation(page), text)

    def tell(self, conversation: str, text: str) -> None:
        message = system_says(
            conversation, text, id_=uuid.uuid4().hex, at=self.place.clock(), uow=self.place.house.database.unit()
        )
        self.place.house.hub.publish(f"conversation:{conversation}", message_news(message))


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Nobody attacks the passwords of these tests, and each would cost a third of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("skipped: no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def serving(app: FastAPI, **tls: str) -> Iterator[int]:
    """The port on which an application answers; `tls`: its key and certificate, as uvicorn takes them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1, **tls))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield port
    server.should_exit = True
    thread.join(10)


def make_site_app(place: Place, cache: Path) -> FastAPI:
    """The residents' pages of a place, the portal among them."""
    place.engine.answers.update(ANSWERS)
    app, house = FastAPI(), place.house
    answerer = build_answerer([STATUTE], {CARD.id: CARD}, NEGATIVES, LetterEmbedder(), cache)
    for routes in (
        chat_router(house),
        attachments_router(house),
        router(house),
        plain_router(house),
        widget_router(house),
        portal_router(house, answerer),
    ):
        app.include_router(routes)
    app.mount("/static", static_files())
    return app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = Path(tmp_path_factory.mktemp("site"))
    place: Place = make_place(folder)
    with serving(make_site_app(place, folder)) as port:
        yield Site(place, f"http://127.0.0.1:{port}")


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 375, "height": 740}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(site.url)
    yield page
    context.close()
