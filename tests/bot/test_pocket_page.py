"""The plain page in a real browser whose net comes and goes, and its API over HTTP: every deed is done once."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from actions.attachments.folder import FolderStorage
from actions.clock import SHANGHAI
from actions.office import load_desk
from actions.store.database import Database, open_database
from actions.tickets import handling
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.settings import ROOT
from knowledge.wording import say
from tests.actions.samples import make_report
from tests.actions.test_attachments import SECRET, located, photo
from tests.bot.conftest import PATIENCE

W01 = Actor(Role.WORKER, "w01")
WAITING = say("pocket_waiting")


@dataclass
class Site:
    """A running site with one grid worker."""

    url: str
    folder: Path
    password: str
    database: Database
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 999)))

    def ticket(self, building: int | None = None, **fields: Any) -> Ticket:
        """A ticket of w01's, each at a building of its own."""
        n = next(self.numbers)
        at, where = datetime.now(SHANGHAI), f"幸福里小区{building or n}栋"
        place = {"estate": "幸福里小区", "building": str(building or n)}
        report = make_report(f"r{n}", at=at, **{"address": where, "place": place, **fields})
        by = Actor(Role.RESIDENT, report.conversation)
        return open_ticket(report, by=by, at=at, desk=load_desk(), uow=self.database.unit())

    def now(self, number: str) -> Ticket:
        with self.database.reading() as uow:
            return uow.tickets.peek(number)

    def events(self, number: str) -> list[str]:
        return [entry.event.value for entry in self.now(number).history]

    def patrolled(self) -> list[Ticket]:
        with self.database.reading() as uow:
            return list(uow.tickets.find(TicketFilter(resident="patrol:w01")).items)

    def photos(self, number: str) -> list[str]:
        with self.database.reading() as uow:
            return [taken.id for taken in uow.attachments.of_tickets([number]).get(number, ())]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = Path(tmp_path_factory.mktemp("pocket"))
    command = [sys.executable, "-m", "tests.bot.pocket_site", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as served:
        assert served.stdout and served.stdin
        told = json.loads(served.stdout.readline())
        database = open_database(f"sqlite:///{folder}/linli.db")
        yield Site(f"http://127.0.0.1:{told['port']}", folder, told["passwords"]["w01"], database)
        database.close()
        served.stdin.close()


@pytest.fixture(scope="module")
def session(browser: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A browser's cookies after signing in."""
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{site.url}/login")
    page.get_by_label("登录名").fill("w01")
    page.get_by_label("密码", exact=True).fill(site.password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/worker")
    kept = Path(tmp_path_factory.mktemp("session")) / "state.json"
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture
def context(browser: Browser, session: Path) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", storage_state=session)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    page = context.new_page()
    yield page


@pytest.fixture
def cookies(session: Path) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in json.loads(session.read_text())["cookies"]}


def at(page: Page, site: Site, ticket: Ticket) -> Any:
    """The ticket's card on the page."""
    page.goto(f"{site.url}/pocket")
    return page.locator(f"article[data-number='{ticket.number}']")


def queue(page: Page) -> list[dict[str, Any]]:
    return page.evaluate("JSON.parse(localStorage.getItem('linli-pocket-queue-w01') || '[]')")  # type: ignore[no-any-return]


def until(page: Page, holds: Callable[[], object]) -> None:
    for _ in range(PATIENCE // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


def test_what_is_done_without_a_net_waits_and_is_done_once(page: Page, context: BrowserContext, site: Site) -> None:
    ticket = site.ticket()
    card = at(page, site, ticket)
    expect(card).to_contain_text("楼道灯坏了三天")
    context.set_offline(True)
    card.get_by_role("button", name="签收").click()
    expect(page.locator("#waiting")).to_contain_text(WAITING)
    expect(page.locator("#net")).to_contain_text("等网络恢复后自动提交")
    card.get_by_role("button", name="办结").click()  # the page knows what comes after accepting
    page.get_by_label("做了什么").fill("换了感应开关")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#waiting article")).to_have_count(2)
    assert site.events(ticket.number) == ["open"] and len(queue(page)) == 2
    context.set_offline(False)
    expect(page.locator("#waiting article")).to_have_count(0)
    until(page, lambda: site.now(ticket.number).state is State.AWAITING_FEEDBACK)
    assert site.events(ticket.number) == ["open", "accept", "finish"] and queue(page) == []
    assert site.now(ticket.number).history[-1].note == "换了感应开关"
    expect(page.locator("#net")).to_be_hidden()


def test_the_page_opens_without_a_net_and_what_waits_is_still_there(
    page: Page, context: BrowserContext, site: Site
) -> None:
    ticket = site.ticket()
    at(page, site, ticket)
    page.evaluate("navigator.serviceWorker.ready")
    card = at(page, site, ticket)  # the second visit is the service worker's
    expect(card).to_be_visible()
    context.set_offline(True)
    card.get_by_role("button", name="签收").click()
    expect(page.locator("#waiting")).to_contain_text(WAITING)
    page.reload()
    expect(page.locator("#waiting")).to_contain_text(WAITING)
    expect(page.locator(f"article[data-number='{ticket.number}']")).to_contain_text("楼道灯坏了三天")
    expect(page.locator("#stored")).to_be_visible()
    context.set_offline(False)
    until(page, lambda: site.now(ticket.number).state is State.ACCEPTED)
    expect(page.locator("#waiting article")).to_have_count(0)
    assert site.events(ticket.number) == ["open", "accept"]


def test_an_answer_that_gets_lost_does_not_do_it_twice(page: Page, site: Site) -> None:
    ticket, sent = site.ticket(), []

    def lose_first(route: Route) -> None:
        """The house does the deed, and its answer never arrives."""
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            assert route.fetch().ok
            route.abort("connectionreset")
        else:
            route.continue_()

    card = at(page, site, ticket)
    page.route("**/api/worker/deeds", lose_first)
    card.get_by_role("button", name="备注").click()
    page.get_by_label("记一笔").fill("钥匙在门卫")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#waiting")).to_contain_text(WAITING)
    until(page, lambda: len(sent) == 2 and not queue(page))
    assert sent[0] == sent[1] and site.events(ticket.number) == ["open", "note"]


def test_what_cannot_be_done_is_said_and_holds_up_nothing(page: Page, context: BrowserContext, site: Site) -> None:
    ticket, other = site.ticket(), site.ticket()
    card = at(page, site, ticket)
    context.set_offline(True)
    card.get_by_role("button", name="签收").click()
    page.locator(f"article[data-number='{other.number}']").get_by_role("button", name="签收").click()
    handling.accept(ticket.number, by=W01, at=datetime.now(SHANGHAI), uow=site.database.unit())
    context.set_offline(False)
    refused = page.locator("#waiting .refused")
    expect(refused).to_contain_text(ticket.number)
    until(page, lambda: site.now(other.number).state is State.ACCEPTED)
    refused.get_by_role("button", name="知道了").click()
    expect(page.locator("#waiting article")).to_have_count(0)
    assert site.events(ticket.number) == ["open", "accept"]


def test_what_was_written_by_mistake_is_taken_back(page: Page, context: BrowserContext, site: Site) -> None:
    ticket = site.ticket()
    card = at(page, site, ticket)
    context.set_offline(True)
    card.get_by_role("button", name="签收").click()
    page.locator("#waiting").get_by_role("button", name="不提交了").click()
    context.set_offline(False)
    page.reload()
    expect(card.get_by_role("button", name="签收")).to_be_visible()
    assert site.events(ticket.number) == ["open"]


def test_a_photo_waits_too_and_is_kept_without_its_metadata(page: Page, context: BrowserContext, site: Site) -> None:
    ticket = site.ticket()
    handling.accept(ticket.number, by=W01, at=datetime.now(SHANGHAI), uow=site.database.unit())
    card = at(page, site, ticket)
    context.set_offline(True)
    card.get_by_role("button", name="办结").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#ask-missing")).to_have_text(say("pocket_words_missing"))
    page.get_by_label("做了什么").fill("换好了")
    page.get_by_label("现场照片").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": located()})
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#waiting")).to_contain_text("附一张照片")
    context.set_offline(False)
    until(page, lambda: site.now(ticket.number).history[-1].event is Event.FINISH)
    last = site.now(ticket.number).history[-1]
    assert last.photo and site.photos(ticket.number) == [last.photo]
    assert SECRET not in FolderStorage(site.folder / "attachments").get(last.photo)


def test_a_patrol_report_is_made_on_the_phone_without_a_net(page: Page, context: BrowserContext, site: Site) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 26.65, "longitude": 106.63})
    page.goto(f"{site.url}/pocket")
    expect(page.locator("#who")).to_contain_text("w01")
    context.set_offline(True)
    page.get_by_role("button", name="巡查上报").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#ask-missing")).to_have_text(say("pocket_what_missing"))
    page.get_by_label("看到了什么").fill("路灯杆歪了，快倒了")
    page.get_by_role("button", name="用手机现在的位置").click()
    expect(page.get_by_role("button", name="位置取到了")).to_be_visible()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#waiting")).to_contain_text("路灯杆歪了")
    assert site.patrolled() == []
    context.set_offline(False)
    until(page, lambda: len(site.patrolled()) == 1)
    ticket = site.patrolled()[0]
    assert (ticket.channel, ticket.category, ticket.point) == ("patrol", "municipal_works", (106.63, 26.65))
    assert ticket.history[0].by == W01
    expect(page.locator("#reported")).to_contain_text(ticket.number)


def test_who_is_not_signed_in_is_led_to_the_door(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.url}/pocket")
    expect(page.locator("#net")).to_contain_text(say("pocket_first_login"))
    expect(page.get_by_role("link", name="去登录")).to_have_attribute("href", "/login")
    expect(page.get_by_role("button", name="巡查上报")).to_be_hidden()
    context.close()


def test_the_api_does_a_key_once_and_lets_nobody_else_in(site: Site, cookies: dict[str, str]) -> None:
    ticket = site.ticket()
    body: dict[str, Any] = {"number": ticket.number, "event": "note", "words": "看过了"}
    key = {"Idempotency-Key": "0123456789abcdef"}
    pixel = "data:image/jpeg;base64," + base64.b64encode(photo()).decode()
    with httpx.Client(base_url=site.url, trust_env=False) as client:
        assert client.get("/api/worker/tickets").status_code == 401
        assert client.post("/api/worker/deeds", json=body, headers=key).status_code == 401
    with httpx.Client(base_url=site.url, trust_env=False, cookies=cookies) as client:
        assert client.post("/api/worker/deeds", json=body).status_code == 422
        plain = {**key, "Content-Type": "text/plain"}
        assert client.post("/api/worker/deeds", content=json.dumps(body), headers=plain).status_code == 422
        for _ in range(3):
            assert client.post("/api/worker/deeds", json=body | {"photo": pixel}, headers=key).status_code == 200
        assert site.events(ticket.number) == ["open", "note"] and len(site.photos(ticket.number)) == 1
        broken = client.post(
            "/api/worker/deeds",
            json=body | {"photo": "data:image/png;base64,AAAA"},
            headers={"Idempotency-Key": "x" * 20},
        )
        assert broken.status_code == 409 and "照片" in broken.json()["error"] or "文件" in broken.json()["error"]
        desk = client.post(
            "/api/worker/deeds", json=body | {"event": "reassign"}, headers={"Idempotency-Key": "y" * 20}
        )
        assert desk.status_code == 409 and site.events(ticket.number) == ["open", "note"]


def test_somebody_elses_ticket_and_a_complaint_about_oneself_are_not_there(site: Site, cookies: dict[str, str]) -> None:
    foreign = site.ticket(address="没人知道的地方", place={})
    secret = site.ticket(what="网格员周小敏态度差", category="staff_conduct", kind="")
    assert foreign.assignee != "w01" and "w01" in secret.about
    with httpx.Client(base_url=site.url, trust_env=False, cookies=cookies) as client:
        shown = client.get("/api/worker/tickets").text
        assert foreign.number not in shown and secret.number not in shown
        for n, ticket in enumerate((foreign, secret)):
            body = {"number": ticket.number, "event": "note", "words": "看看"}
            key = {"Idempotency-Key": f"stranger-{n:08}"}
            answer = client.post("/api/worker/deeds", json=body, headers=key)
            assert answer.status_code == 409 and "没有" in answer.json()["error"]
            assert site.events(ticket.number) == ["open"]


def test_a_report_is_filed_once_for_a_key_though_the_engine_is_down(site: Site, cookies: dict[str, str]) -> None:
    body = {"what": "井盖翻了", "address": "幸福里小区5栋门口", "category": "municipal_works"}
    before = len(site.patrolled())
    with httpx.Client(base_url=site.url, trust_env=False, cookies=cookies) as client:
        key = {"Idempotency-Key": "patrol-00000001"}
        answers = [client.post("/api/worker/patrol", json=body, headers=key) for _ in range(2)]
        assert [a.status_code for a in answers] == [200, 200] and len({a.json()["number"] for a in answers}) == 1
        assert len(site.patrolled()) == before + 1
        empty = client.post("/api/worker/patrol", json={"what": " "}, headers={"Idempotency-Key": "patrol-00000002"})
        assert empty.status_code == 409
