"""The residents' pages: what they must say, what they must never do, and how little they weigh."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.portal.pages import portal_router
from bot.webchat.pages import HERE, missing_page, router, static_files
from bot.webchat.plain import plain_router
from bot.webchat.widget import SCRIPT, widget_router
from tests.bot.test_consoles_house import make_place

HEAVIEST = 60_000
"""Bytes of a page with everything that it loads."""
EVERY_PAGE = ["/", "/embed", "/chat", "/widget"]
LAW = "/guide/regulations/guiyang/articles"


def client_of(tmp_path: Path, **settings: str) -> TestClient:
    house = make_place(tmp_path, **settings).house
    app = FastAPI()
    for routes in (router(house), plain_router(house), widget_router(house), portal_router(house, cast(Any, None))):
        app.include_router(routes)
    app.mount("/static", static_files())
    return TestClient(app)


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return client_of(tmp_path)


def plain(page: str) -> str:
    """A page's text without its tags."""
    return re.sub(r"<[^>]+>", "", page)


def test_the_chat_greets_and_offers_a_beginning(client: TestClient) -> None:
    page = client.get("/").text
    for text in (
        "幸福里社区",
        "邻里",
        "楼道灯坏了",
        "办居住证要带什么",
        "网格员的工资谁发",
        "查进度",
        "转人工",
        "大字",
    ):
        assert text in page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_weighs_little_and_needs_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    page = client.get(path).text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    own = {address for address in loaded if address.startswith(("/static/", "/widget.js"))}
    weight = len(page.encode()) + sum(len(client.get(address).content) for address in own)
    assert own and weight < HEAVIEST
    assert not [address for address in loaded if not address.startswith(("/", "data:")) or address.startswith("//")]
    assert "@import" not in client.get("/static/linli.css").text and "url(" not in client.get("/static/linli.css").text


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_script_or_frame_of_others_is_let_in(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))", answer.text)
    assert not scripts and not re.findall(r"\son\w+=|\sstyle=", answer.text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/regulation", "/guide/regulations/guiyang"),
        ("/regulation/30", f"{LAW}/30"),
        ("/regulation/<a>", f"{LAW}/%3Ca%3E"),
        ("/services", "/guide/services"),
        ("/services/residence_permit", "/guide/services/residence_permit"),
    ],
)
def test_old_addresses_lead_to_the_portal_for_good(client: TestClient, old: str, new: str) -> None:
    answer = client.get(old, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, new)


def test_chapters_stand_in_their_own_order(client: TestClient) -> None:
    page = client.get("/regulation").text
    headings = re.findall(r"<h2>(第.章)", page)
    assert (
        headings == ["第一章", "第二章", "第三章", "第四章", "第五章", "第六章"][: len(headings)] and len(headings) > 3
    )
    assert list(map(int, re.findall(rf'href="{LAW}/(\d+)"', page))) == list(range(1, 48))


def test_an_article_is_verbatim(client: TestClient) -> None:
    page = client.get("/regulation/30").text
    assert (
        "第三十条" in page
        and "其报酬标准由各区市、县人民政府参照上一年度社会平均工资确定由社区服务管理机构按照标准统一支付。"
        in plain(page)
    )
    assert "缺漏" not in page and 'id="article"' in page


def test_what_the_source_lost_is_marked_and_nothing_else_changed(client: TestClient) -> None:
    page = client.get("/regulation/31").text
    law = re.search(r'<div class="law">(.*?)</div>', page, re.S)
    assert law and law[1].count("<mark>") == 2
    assert plain(re.sub(r"<mark>.*?</mark>", "", law[1])).startswith("网格工作人员实行一岗多责做好网格内的以下工作")
    assert "我们不补写" in page


@pytest.mark.parametrize(
    "path", ["/regulation/99", "/regulation/0", "/regulation/abc", "/regulation/٣", "/services/nothing"]
)
def test_what_is_not_there_is_said_in_words(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and "<html" in answer.text and "没有" in plain(answer.text)


def test_a_service_says_what_to_bring_and_where_it_comes_from(client: TestClient) -> None:
    page = client.get("/services/residence_permit").text
    for text in ("居住证申领", "本人居民身份证", "要带的材料", "时限", "来源", f'href="{LAW}/11"', "这是示例数据"):
        assert text in page


def test_a_name_with_markup_stays_a_name(tmp_path: Path) -> None:
    page = client_of(tmp_path, community_name="<script>x</script>里").get("/").text
    assert "<script>x" not in page and "&lt;script&gt;x" in page


def test_the_scripts_words_are_all_there_and_all_used(client: TestClient) -> None:
    script = (HERE / "static" / "chat.js").read_text("utf-8")
    block = re.search(r'<script id="words" type="application/json">(.*?)</script>', client.get("/").text, re.S)
    assert block
    words = json.loads(block[1])
    used = set(re.findall(r"words\.(\w+)", script))
    by_event = {name for name in words if name.startswith(("ticket_", "appointment_"))}
    assert used <= set(words) and set(words) - by_event - used == set()
    contract = ["created", "merged", "withdrawn", "urged", "supplemented", "reopened"]
    appointments = {f"appointment_{event}" for event in ("created", "moved", "cancelled")}
    assert by_event == {f"ticket_{event}" for event in contract} | appointments
    assert not [text for text in words.values() if "{" in text]


@pytest.mark.parametrize(
    "script", [HERE / "static" / "chat.js", HERE / "static" / "embed.js", SCRIPT], ids=lambda path: path.name
)
def test_no_script_writes_html(script: Path) -> None:
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text("utf-8"))


def test_an_address_that_leads_nowhere_has_a_page(tmp_path: Path) -> None:
    house, app = make_place(tmp_path).house, FastAPI()
    page = missing_page(house)

    async def missing(request: object, error: Exception) -> object:
        return page(request)  # type: ignore[arg-type]

    app.add_exception_handler(404, missing)  # type: ignore[arg-type]
    answer = TestClient(app).get("/nowhere")
    assert answer.status_code == 404 and "没有这个页面" in answer.text
