"""A resident's own data and wishes on the web page: the file with everything, and large letters that stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect

from actions.attachments.folder import FolderStorage
from actions.conversations.handover import hand_over, operator_says, take_over
from actions.conversations.preferring import person_of, prefer
from actions.conversations.recording import remember_resident
from bot.api.own_data import own_data_router
from bot.conversation.flow import Flow
from bot.conversation.own_data import OwnData
from bot.conversation.script import as_read
from tests.bot.conftest import PATIENCE, Site, make_site_app, serving
from tests.bot.test_consoles_house import Place, make_place
from tests.bot.test_webchat_browser import say, see

PHONE = "13800001001"


def place_with_own_data(folder: Path) -> Place:
    """A place whose bot answers what residents ask about themselves."""
    place = make_place(folder, embed_origins="http://127.0.0.1:*")
    house, engine = place.house, place.engine
    own = OwnData(house.database, FolderStorage(folder / "files"), engine, place.clock)  # type: ignore[arg-type]
    flow = Flow(house.database, engine, house.hub, place.clock, 2000, own)  # type: ignore[arg-type]
    place.house = replace(house, flow=flow)
    return place


def site_app(place: Place, folder: Path) -> FastAPI:
    app = make_site_app(place, folder)
    app.include_router(own_data_router(place.house))
    return app


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(site_app(place_with_own_data(tmp_path), tmp_path))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = Path(tmp_path_factory.mktemp("site"))
    place = place_with_own_data(folder)
    with serving(site_app(place, folder)) as port:
        yield Site(place, f"http://127.0.0.1:{port}")


def is_large(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.classList.contains('large')"))


class TestFile:
    def test_it_has_all_that_was_said_and_by_whom(self, tmp_path: Path) -> None:
        place = place_with_own_data(tmp_path)
        client, unit = TestClient(site_app(place, tmp_path)), place.house.database.unit
        client.post("/api/chat", json={"conversation": "abc", "text": "楼道灯坏了"})
        remember_resident("web:abc", at=place.clock(), uow=unit(), phone=PHONE, address="幸福里小区3栋")
        number = place.ticket(conversation="web:abc").number
        hand_over("web:abc", "", False, at=place.clock(), uow=unit())
        take_over("web:abc", "op", at=place.clock(), uow=unit())
        operator_says("web:abc", "您好", id_="o1", operator="op", name="小李", at=place.clock(), uow=unit())
        answer = client.get("/api/chat/own-data?conversation=abc")
        data = answer.json()
        assert (
            answer.headers["content-disposition"].startswith("attachment")
            and answer.headers["cache-control"] == "no-store"
        )
        assert (data["会话"][0]["电话"], data["会话"][0]["地址"]) == (PHONE, "幸福里小区3栋")
        assert {(m["谁"], m["说"]) for m in data["对话记录"]} >= {("我", "楼道灯坏了"), ("工作人员", "您好")}
        assert [ticket["工单号"] for ticket in data["工单"]] == [number]

    def test_nobody_gets_anybody_elses(self, client: TestClient) -> None:
        client.post("/api/chat", json={"conversation": "abc", "text": "我家的秘密"})
        client.cookies.clear()
        for wrong in (
            "/api/chat/own-data",
            "/api/chat/own-data?conversation=xyz",
            "/api/chat/own-data?conversation=a/b",
        ):
            answer = client.get(wrong)
            assert answer.status_code == 404 and "没有找到" in answer.json()["error"]

    def test_a_browser_that_talked_here_needs_no_id(self, client: TestClient) -> None:
        client.post("/api/chat", json={"conversation": "abc", "text": "楼道灯坏了"})
        assert "楼道灯坏了" in client.get("/api/chat/own-data").text

    def test_asking_without_end_is_slowed_down(self, client: TestClient) -> None:
        answers = [client.get("/api/chat/own-data?conversation=xyz").status_code for _ in range(60)]
        assert answers[0] == 404 and answers[-1] == 429

    def test_without_javascript_there_is_a_link(self, client: TestClient) -> None:
        page = client.post("/chat", data={"text": "我的信息"}).text
        assert 'href="/api/chat/own-data"' in page
        assert "我的信息" in client.get("/api/chat/own-data").text

    def test_the_page_offers_it_where_it_is_asked_for(self, browser: Browser, site: Site) -> None:
        page = browser.new_page(locale="zh-CN")
        page.set_default_timeout(PATIENCE)
        page.goto(site.url)
        say(page, "我的信息")
        with page.expect_download() as download:
            page.get_by_role("link", name="下载我的信息").click()
        assert download.value.suggested_filename == "我的信息.json"
        data = json.loads(Path(download.value.path()).read_text("utf-8"))
        assert data["对话记录"][0] == data["对话记录"][0] | {"谁": "我", "说": "我的信息"}
        page.close()


class TestLargeType:
    def test_said_it_is_done_and_still_so_on_another_device(self, browser: Browser, site: Site) -> None:
        first = browser.new_context(locale="zh-CN")
        page = first.new_page()
        page.goto(site.url)
        before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        say(page, "大字")
        see(page, "以后都用大字")
        assert is_large(page) and page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before
        expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
        page.evaluate("localStorage.removeItem('linli-large')")
        page.reload()
        assert is_large(page), "the server knows it before any script has asked"
        page.goto(f"{site.url}/chat")
        assert is_large(page)
        page.goto(f"{site.url}/guide")
        assert is_large(page)
        page.goto(site.url)
        say(page, "取消大字")
        see(page, "普通字号")
        assert not is_large(page)
        first.close()

    def test_pressed_it_is_kept_for_the_person(self, browser: Browser, site: Site) -> None:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(site.url)
        page.get_by_role("button", name="大字").click()
        say(page, "你好")
        see(page, "听到：你好")
        page.reload()
        see(page, "听到：你好")

        def kept() -> bool | None:
            person = person_of(site.conversation(page), uow=site.place.house.database.reading())
            return person.large_type if person else None

        for wish in (
            True,
            False,
            True,
        ):  # the first by itself, for it was pressed before there was anybody to keep it for
            for _ in range(100):
                if kept() is wish:
                    break
                page.wait_for_timeout(100)
            assert kept() is wish
            page.get_by_role("button", name="大字").click()
        context.close()

    def test_what_was_set_elsewhere_arrives_with_the_history(self, browser: Browser, site: Site) -> None:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(site.url)
        say(page, "你好")
        see(page, "听到：你好")
        house = site.place.house
        prefer(site.conversation(page), new="p9", at=site.place.clock(), uow=house.database.unit(), large_type=True)
        context.clear_cookies()
        page.reload()
        see(page, "听到：你好")
        expect(page.locator("html.large")).to_have_count(1)
        context.close()

    def test_the_widget_grows_with_it_and_stays_so(self, browser: Browser, site: Site) -> None:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(f"{site.url}/widget")
        page.get_by_role("button", name="问邻里").click()
        chat = page.frame_locator("linli-chat iframe")
        chat.locator("#text").fill("大字")
        chat.locator("#text").press("Enter")
        expect(chat.locator("html.large")).to_have_count(1)
        expect(page.locator("linli-chat.large")).to_have_count(1)
        page.reload()
        expect(page.locator("linli-chat.large .launcher")).to_have_css("font-size", "21px")
        context.close()

    def test_nobodys_wish_is_kept_for_nobody(self, client: TestClient) -> None:
        answer = client.post("/api/chat/preferences", json={"conversation": "nobody", "large_type": True})
        assert answer.status_code == 404
        assert client.post("/api/chat/preferences", json={"conversation": "x", "large_type": "huge"}).status_code == 422


class TestTraditional:
    def test_asked_for_it_is_written_so_everywhere_and_buttons_send_what_they_sent(
        self, browser: Browser, site: Site
    ) -> None:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(site.url)
        say(page, "用繁体字")
        see(page, "以後用繁體字回覆您")
        say(page, "我的信息")
        see(page, "您在這裏存着")
        page.get_by_role("button", name="刪除我的信息").click()
        see(page, "刪了找不回來")
        site.tells(page, "网格员已签收")
        see(page, "網格員已簽收")
        page.reload()
        see(page, "網格員已簽收")
        see(page, "用繁体字")
        page.goto(f"{site.url}/chat")
        expect(page.get_by_text("網格員已簽收")).to_be_visible()
        context.close()

    def test_quotations_stay_verbatim(self) -> None:
        view = {
            "text": "条例",
            "citations": [{"quote": "条例", "document": "条例"}],
            "buttons": [{"title": "条例", "payload": "条例"}],
        }
        assert as_read(view, False) is view
        read = as_read(view, True)
        assert read["text"] == "條例" and read["citations"] == view["citations"]
        assert read["buttons"] == [{"title": "條例", "payload": "条例"}]
        assert as_read({"author": "resident", "text": "条例"}, True)["text"] == "条例"


@pytest.mark.parametrize("path", ["/", "/embed", "/chat", "/guide", "/guide/services/residence_permit"])
def test_in_the_dark_the_page_is_dark_and_its_words_are_light(browser: Browser, site: Site, path: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(site.url + path)
    shades = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].map(c => Math.max(...c.match(/\\d+/g).slice(0, 3).map(Number)))"
    )
    assert shades[0] < 60 and shades[1] > 200
    context.close()
