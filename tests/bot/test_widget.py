"""The chat in another site's page: a button, a frame that only named sites may show, and nothing of it lost or leaked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pydantic import ValidationError

from bot.settings import Settings
from bot.webchat.widget import framed_by
from tests.bot.conftest import PATIENCE, Site, make_site_app, serving
from tests.bot.test_consoles_house import make_place

STRICT = "default-src 'none'; script-src http://127.0.0.1:* https://127.0.0.1:*; frame-src http://127.0.0.1:* https://127.0.0.1:*"
"""The content policy of a careful site: it allows our script and our frame, and not one style of ours."""


def host_app(site: str) -> FastAPI:
    """Somebody else's site with the chat in it."""
    app = FastAPI()

    @app.get("/")
    def page(extra: str = "") -> HTMLResponse:
        body = f"<h1>别人的网站</h1><button id='own'>别的按钮</button><script src='{site}/widget.js' async {extra}></script>"
        html = f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>别人的网站</title><body><main>{body}</main></body></html>"
        return HTMLResponse(html, headers={"Content-Security-Policy": STRICT})

    return app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that lets pages on `localhost` and on its own address in numbers show its chat, and no others."""
    folder = Path(tmp_path_factory.mktemp("site"))
    place = make_place(folder, embed_origins="http://localhost:* http://127.0.0.1:*")
    with serving(make_site_app(place, folder)) as port:
        yield Site(place, f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def host(site: Site) -> Iterator[int]:
    with serving(host_app(site.url)) as port:
        yield port


@pytest.fixture
def page(browser: Browser, host: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 740}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"http://localhost:{host}")
    yield page
    context.close()


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("linli-chat iframe")


def open_and_say(page: Page, text: str) -> None:
    page.get_by_role("button", name="问邻里").click()
    chat(page).locator("#text").fill(text)
    chat(page).locator("#text").press("Enter")
    expect(chat(page).get_by_text(f"听到：{text}")).to_be_visible()


def conversation(page: Page) -> str:
    frame = next(f for f in page.frames if f.url.endswith("/embed"))
    return "web:" + str(frame.evaluate("localStorage.getItem('linli-conversation')"))


def test_one_tag_is_enough_to_talk(page: Page) -> None:
    open_and_say(page, "楼道的灯坏了")
    expect(page.get_by_role("dialog", name="问邻里")).to_be_visible()


def test_the_frame_is_not_loaded_before_it_is_wanted(page: Page) -> None:
    expect(page.get_by_role("button", name="问邻里")).to_be_visible()
    assert not [f for f in page.frames if f.url.endswith("/embed")]


def test_the_keyboard_opens_it_stays_in_it_and_leaves_by_esc(page: Page) -> None:
    button = page.get_by_role("button", name="问邻里")
    button.focus()
    page.keyboard.press("Enter")
    expect(chat(page).locator("#text")).to_be_focused()
    assert button.get_attribute("aria-expanded") == "true"
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in ("LINLI-CHAT", "BODY"), (
            "the page behind is out of reach"
        )
    chat(page).locator("#text").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "launcher"
    assert button.get_attribute("aria-expanded") == "false"


def test_esc_in_a_dialog_of_the_chat_closes_that_one_only(page: Page) -> None:
    page.get_by_role("button", name="问邻里").click()
    chat(page).get_by_role("button", name="发送我的位置").click()
    expect(chat(page).get_by_role("button", name="不发")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat(page).get_by_role("button", name="不发")).to_have_count(0)
    expect(page.get_by_role("dialog", name="问邻里")).to_be_visible()


def test_what_comes_while_it_is_closing_is_not_taken_for_read(page: Page, site: Site, host: int) -> None:
    """The frame learns a moment later that it was closed; how far was read, the page around it knows."""
    page.goto(f"http://127.0.0.1:{host}")
    open_and_say(page, "楼道的灯坏了")
    site.tell(conversation(page), "网格员已签收")
    expect(chat(page).get_by_text("网格员已签收")).to_be_visible()
    expect(page.locator("linli-chat .badge")).to_be_hidden()
    frame = "document.querySelector('linli-chat').shadowRoot.querySelector('iframe').contentWindow"
    page.evaluate(f"{frame}.postMessage({{ linli: 'closed', read: 0 }}, '*')")
    expect(page.locator("linli-chat .badge")).to_have_text("2")


def test_what_comes_while_it_is_closed_is_counted_and_read_on_opening(page: Page, site: Site, host: int) -> None:
    page.goto(f"http://127.0.0.1:{host}")  # to a frame on another site browsers give no storage
    open_and_say(page, "楼道的灯坏了")
    whose = conversation(page)
    page.get_by_role("button", name="关闭").click()
    site.tell(whose, "网格员已签收")
    expect(page.get_by_role("button", name="问邻里，1 条新消息")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="问邻里，1 条新消息")).to_be_visible()
    page.get_by_role("button", name="问邻里").click()
    expect(chat(page).get_by_text("网格员已签收")).to_be_visible()
    expect(page.locator("linli-chat .badge")).to_be_hidden()
    page.reload()
    expect(chat(page).locator(".bubble").last).to_contain_text("网格员已签收")
    page.wait_for_timeout(300)
    expect(page.locator("linli-chat .badge")).to_be_hidden()


def test_the_page_around_it_reads_nothing_of_the_talk(page: Page) -> None:
    open_and_say(page, "我家的秘密")
    assert "秘密" not in page.evaluate(
        "document.documentElement.outerHTML + document.querySelector('linli-chat').shadowRoot.innerHTML"
    )
    blocked = page.evaluate(
        "() => { try { return document.querySelector('linli-chat').shadowRoot.querySelector('iframe').contentWindow.document.body.innerHTML } catch (e) { return e.name } }"
    )
    assert blocked == "SecurityError"


def test_a_forged_message_from_the_page_counts_for_nothing(page: Page) -> None:
    page.evaluate("postMessage({linli: 'unread', count: 7}, '*')")
    page.wait_for_timeout(200)
    expect(page.locator("linli-chat .badge")).to_be_hidden()


def test_it_has_its_looks_under_a_strict_policy_and_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    button = page.get_by_role("button", name="问邻里")
    box = button.bounding_box()
    assert box and box["height"] >= 48 and box["x"] + box["width"] <= 375 and box["y"] > 600
    assert button.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(31, 95, 84)"
    button.click()
    panel = page.get_by_role("dialog").bounding_box()
    assert panel and (panel["x"], panel["y"], panel["width"], panel["height"]) == (0, 0, 375, 700)


def test_a_name_and_a_side_of_its_own(page: Page, host: int) -> None:
    page.goto(f"http://localhost:{host}/?extra=data-title%3D问社区 data-side%3Dleft")
    box = page.get_by_role("button", name="问社区").bounding_box()
    assert box and box["x"] < 100


def test_a_site_that_is_not_named_shows_nothing(page: Page, host: int) -> None:
    page.goto(f"http://other.localhost:{host}")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.get_by_role("button", name="问邻里").click()
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in refused)
    assert page.frames[-1].locator("#text").count() == 0


def test_only_the_frame_may_be_framed(tmp_path: Path) -> None:
    client = TestClient(make_site_app(make_place(tmp_path, embed_origins="https://www.example.gov.cn"), tmp_path))
    assert (
        "frame-ancestors 'self' https://www.example.gov.cn;" in client.get("/embed").headers["content-security-policy"]
    )
    for path in ("/", "/chat", "/widget", "/regulation"):
        assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"]
    assert client.get("/widget.js").headers["access-control-allow-origin"] == "*"
    assert "https://www.example.gov.cn" in client.get("/widget").text


def test_nobody_is_named_at_first() -> None:
    assert "frame-ancestors 'self';" in framed_by("")


@pytest.mark.parametrize(
    "origins",
    ["https://a.cn; script-src *", "https://a.cn\n*", "javascript:x", "a.cn", "https://a.cn/page", "* https://"],
)
def test_a_setting_that_names_no_site_is_refused(origins: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, embed_origins=origins)  # type: ignore[call-arg]


@pytest.mark.parametrize("origins", ["", "*", "https://a.cn", "https://a.cn:8443 http://*.b.gov.cn"])
def test_a_setting_that_names_sites_is_taken(origins: str) -> None:
    assert Settings(_env_file=None, embed_origins=origins).embed_origins == origins  # type: ignore[call-arg]


def test_within_another_page_the_cookie_is_kept_for_that_page_alone(tmp_path: Path) -> None:
    place = make_place(tmp_path, embed_origins="https://www.example.gov.cn")
    client = TestClient(make_site_app(place, tmp_path), base_url="https://linli.example.cn")
    cookie = client.post("/api/chat", json={"conversation": "abc", "text": "灯坏了吗"}).headers["set-cookie"].lower()
    assert (
        "samesite=none" in cookie and "secure" in cookie and "httponly" in cookie and cookie.endswith("; partitioned")
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A key and a certificate that nobody has signed but itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    today = datetime.now(UTC)
    signed = (
        made.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=2)).sign(key, SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {"ssl_certfile": str(folder / "cert.pem"), "ssl_keyfile": str(folder / "key.pem")}


def test_on_another_site_the_talk_is_found_again_by_the_cookie_alone(
    browser: Browser, certificate: dict[str, str], tmp_path: Path
) -> None:
    place = make_place(tmp_path, embed_origins="https://localhost:*")
    with (
        serving(make_site_app(place, tmp_path), **certificate) as port,
        serving(host_app(f"https://127.0.0.1:{port}"), **certificate) as host,
    ):
        context = browser.new_context(viewport={"width": 1000, "height": 740}, locale="zh-CN", ignore_https_errors=True)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"https://localhost:{host}")
        open_and_say(page, "楼道的灯坏了")
        page.reload()
        page.get_by_role("button", name="问邻里").click()
        expect(chat(page).get_by_text("听到：楼道的灯坏了")).to_be_visible()
        page.goto(f"https://127.0.0.1:{port}/chat")
        assert "楼道的灯坏了" not in page.content(), "what is said on one site is not known on another"
        context.close()
