"""What axe-core says of the residents' pages: nothing serious, large or small, light or dark, on a phone or a desk."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from bot.settings import ROOT
from tests.bot.conftest import PATIENCE, Site

VERSION = "4.14.1"
KEPT = ROOT / ".cache" / f"axe-core-{VERSION}.js"
SERIOUS = ("serious", "critical")
PAGES = [
    "/", "/embed", "/chat", "/widget", "/guide/nowhere",
    "/guide", "/guide/regulations", "/guide/services", "/guide/services/residence_permit", "/guide/search?q=网格员的工资哪个发",
]  # fmt: skip
LOOKS = {
    "phone": {"viewport": {"width": 390, "height": 780}},
    "desk, dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core's script, fetched from npm once and kept in the cache folder."""
    if not KEPT.exists():
        npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("npm")
        if npm is None:
            pytest.skip("skipped: no npm")
        packed = subprocess.run(
            [npm, "pack", f"axe-core@{VERSION}", "--silent"], cwd=folder, capture_output=True, timeout=120
        )
        if packed.returncode:
            pytest.skip("skipped: no npm")
        with tarfile.open(folder / f"axe-core-{VERSION}.tgz") as archive:
            script = archive.extractfile("package/axe.min.js")
            assert script is not None
            KEPT.parent.mkdir(parents=True, exist_ok=True)
            KEPT.write_bytes(script.read())
    return KEPT.read_text("utf-8")


@pytest.fixture(params=LOOKS, ids=str)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**LOOKS[request.param], locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def findings(page: Page | Frame, axe: str) -> list[str]:
    """What is seriously wrong: the rule, and where."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{v['id']} ({v['impact']}): {n['html'][:120]} {n['failureSummary'][:300]}"
        for v in found
        if v["impact"] in SERIOUS
        for n in v["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_finding(context: BrowserContext, site: Site, axe: str, path: str) -> None:
    page = context.new_page()
    page.goto(site.url + path)
    assert findings(page, axe) == []


@pytest.mark.parametrize("large", [False, True])
def test_a_talk_with_everything_in_it_has_none(context: BrowserContext, site: Site, axe: str, large: bool) -> None:
    page = context.new_page()
    page.goto(site.url)
    if large:
        page.get_by_role("button", name="大字").click()
    for words, answer in (
        ("工资", "条例是这样说的"),
        ("约好", "约好了"),
        ("确认", "登记好了"),
        ("灯坏了", "这样登记对不对"),
    ):
        page.fill("#text", words)
        page.keyboard.press("Enter")
        expect(page.get_by_text(answer)).to_be_visible()
    site.tells(page, "网格员已签收")
    expect(page.get_by_text("网格员已签收")).to_be_visible()
    assert findings(page, axe) == []
    page.reload()
    expect(page.get_by_text("网格员已签收")).to_be_visible()
    assert findings(page, axe) == []
    page.goto(f"{site.url}/chat")
    assert findings(page, axe) == []


def test_its_dialogs_have_none(context: BrowserContext, site: Site, axe: str) -> None:
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="发送我的位置").click()
    assert findings(page, axe) == []
    page.get_by_role("button", name="不发").click()
    page.fill("#text", "工资")
    page.keyboard.press("Enter")
    page.locator(".cite").click()
    expect(page.get_by_role("dialog")).to_contain_text("第三十条")
    assert findings(page, axe) == []


def test_what_failed_has_none(context: BrowserContext, site: Site, axe: str) -> None:
    page = context.new_page()
    page.goto(site.url)
    page.route("**/api/chat", lambda route: route.abort())
    page.fill("#text", "在吗")
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_be_visible()
    assert findings(page, axe) == []


def test_the_open_widget_has_none(context: BrowserContext, site: Site, axe: str) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/widget")
    page.get_by_role("button", name="问邻里").click()
    expect(page.frame_locator("linli-chat iframe").locator("#text")).to_be_visible()
    assert findings(page, axe) == []
    assert findings(next(f for f in page.frames if f.url.endswith("/embed")), axe) == []
