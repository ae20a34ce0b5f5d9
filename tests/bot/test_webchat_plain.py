"""The chat without JavaScript: said by a form, read on a page, found again by a sealed cookie and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from bot.security.limits import Limits
from bot.webchat.plain import spoken
from tests.actions.test_attachments import photo
from tests.bot.conftest import PATIENCE, TICKET, Site, make_site_app
from tests.bot.test_consoles_house import Place, make_place


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


@pytest.fixture
def app(place: Place, cache: Path) -> FastAPI:
    return make_site_app(place, cache)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def nonce(page: str) -> str:
    found = re.search(r'name="nonce" value="(\w+)"', page)
    assert found
    return found[1]


def text_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


def test_what_is_said_is_answered_on_the_page(client: TestClient) -> None:
    page = client.post("/chat", data={"text": "楼道的灯坏了三天", "nonce": "a1"}).text
    assert "听到：楼道的灯坏了三天" in text_of(page) and "您说：" in page and "机器人说：" in page
    assert "听到：楼道的灯坏了三天" in text_of(client.get("/chat").text), "it is found again on return"


def test_the_answer_shows_its_source_its_buttons_and_the_ticket(client: TestClient) -> None:
    assert "《贵阳市社区工作条例》第 30 条" in text_of(client.post("/chat", data={"text": "工资", "nonce": "a1"}).text)
    page = client.post("/chat", data={"text": "灯坏了", "nonce": "a2"}).text
    assert '<button name="text" value="确认">确认提交</button>' in page
    page = client.post("/chat", data={"text": "确认", "nonce": nonce(page)}).text
    assert TICKET["number"] in page and "已登记" in page and "确认提交" not in page, "an old question is no longer open"


def test_the_same_form_sent_twice_says_it_once(client: TestClient) -> None:
    for _ in range(2):
        client.post("/chat", data={"text": "楼道的灯坏了", "nonce": "a1"})
    said = text_of(client.get("/chat").text)
    assert said.count("听到：楼道的灯坏了") == 1
    client.post("/chat", data={"text": "另外电梯也坏了", "nonce": "a1"})
    assert "听到：另外电梯也坏了" in text_of(client.get("/chat").text), (
        "another text from an old page is another message"
    )


def test_another_browser_reads_nothing_of_it(client: TestClient, app: FastAPI) -> None:
    client.post("/chat", data={"text": "楼道的灯坏了", "nonce": "a1"})
    cookie = client.cookies["linli_chat"]
    other = TestClient(app)
    assert "楼道的灯" not in other.get("/chat").text
    other.cookies.set("linli_chat", cookie[:-2] + ("00" if cookie[-2:] != "00" else "11"))
    assert "楼道的灯" not in other.get("/chat").text, "a seal that is not ours opens nothing"
    other.cookies.clear()
    other.cookies.set("linli_chat", cookie)
    assert "楼道的灯" in other.get("/chat").text


def test_the_chat_page_goes_on_with_the_conversation_of_the_form(client: TestClient) -> None:
    assert 'data-conversation=""' in client.get("/").text
    client.post("/chat", data={"text": "楼道的灯坏了", "nonce": "a1"})
    found = re.search(r'data-conversation="(w[0-9a-f]{24})"', client.get("/").text)
    assert found
    history = client.get(f"/api/chat/history?conversation={found[1]}").json()
    assert [m["text"] for m in history["messages"]] == ["楼道的灯坏了", "听到：楼道的灯坏了"]


def test_a_form_on_another_site_says_nothing_in_our_residents_name(client: TestClient) -> None:
    client.post("/chat", data={"text": "楼道的灯坏了", "nonce": "a1"})
    for site in ("cross-site", "same-site"):
        answer = client.post("/chat", data={"text": "撤销工单", "nonce": "a2"}, headers={"sec-fetch-site": site})
        assert answer.status_code == 403 and "别的网站" in answer.text
    assert "撤销工单" not in client.get("/chat").text
    assert (
        client.post(
            "/chat", data={"text": "谢谢了", "nonce": "a3"}, headers={"sec-fetch-site": "same-origin"}
        ).status_code
        == 200
    )


def test_nothing_said_is_nothing_sent(client: TestClient) -> None:
    page = client.post("/chat", data={"text": "  ", "nonce": "a1"}).text
    assert "您说：" not in page


def test_too_many_are_told_to_wait(tmp_path: Path, cache: Path) -> None:
    place = make_place(tmp_path)
    place.house = replace(place.house, limits=Limits(2, 100))
    client = TestClient(make_site_app(place, cache))
    answers = [client.post("/chat", data={"text": f"第{n}句话", "nonce": "a"}) for n in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]


def test_markup_stays_text(client: TestClient) -> None:
    page = client.post("/chat", data={"text": "楼道很黑<script>alert(1)</script>", "nonce": "a1"}).text
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_photo_sent_before_is_on_the_page(client: TestClient) -> None:
    client.post("/chat", data={"text": "楼道的灯坏了", "nonce": "a1"})
    conversation = re.search(r'data-conversation="(\w+)"', client.get("/").text)
    assert conversation
    sent = client.post(
        "/api/chat/attachments",
        data={"conversation": conversation[1]},
        files={"file": ("a.jpg", photo(), "image/jpeg")},
    ).json()
    client.post("/api/chat", json={"conversation": conversation[1], "text": "", "attachment": sent["id"]})
    page = client.get("/chat").text
    assert f'src="{sent["url"]}?small=true"' in page and client.get(sent["url"]).status_code == 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('/ask_service{"wish": "办居住证要带什么"}', "办居住证要带什么"),
        ('/x"wish": "\\q"', '/x"wish": "\\q"'),
        ("/{", "/{"),
        ("/", "/"),
        ("灯坏了", "灯坏了"),
        ("", "我的位置"),
    ],
)
def test_a_button_is_shown_by_its_words(text: str, shown: str) -> None:
    assert spoken({"author": "resident", "text": text, "attachment": None}) == shown


def test_an_id_with_any_letters_is_remembered(client: TestClient) -> None:
    answer = client.post("/api/chat", json={"conversation": '会话一;"号', "text": "楼道的灯坏了"})
    assert answer.status_code == 200
    assert "听到：楼道的灯坏了" in text_of(client.get("/chat").text)


def test_a_browser_without_scripts_gets_along(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 740}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_text("这个浏览器没有打开 JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="发送我的位置")).to_be_hidden()
    page.locator("#text").fill("工资")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("条例是这样说的")).to_be_visible()
    page.get_by_role("textbox").fill("楼道的灯坏了三天")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("听到：楼道的灯坏了三天")).to_be_visible()
    page.goto(site.url)
    page.get_by_role("button", name="查进度").click()
    expect(page.get_by_text("听到：查进度")).to_be_visible()
    context.close()
