"""The main line in a real browser: a resident reports, the grid worker has it, operator and manager see it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.end_to_end.conftest import Service

pytestmark = pytest.mark.end_to_end
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
PHONE = {"width": 375, "height": 740}
DESK = {"width": 1280, "height": 800}
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("skipped: no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def open_page(browser: Browser, url: str, size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.goto(url)
    return page


def sign_in(browser: Browser, service: Service, login: str, size: dict[str, int]) -> Page:
    page = open_page(browser, f"{service.url}/login", size)
    page.get_by_label("登录名").fill(login)
    page.locator("input[type=password]").fill(service.passwords[login])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def open_form(page: Page, number: str, name: str) -> None:
    """Press a ticket's button until its form is there: a list that redraws itself at that moment swallows the click."""
    for _ in range(8):
        page.locator(".panel", has_text=number).first.get_by_role("button", name=name).click()
        try:
            expect(page.locator(".q-dialog textarea")).to_be_visible(timeout=5_000)
            return
        except AssertionError:
            continue
    raise AssertionError(f"no form behind {name}")


def open_waiting(page: Page, number: str) -> None:
    """Open the conversation that waits for a person and is about this ticket: other tests leave some that wait too."""
    rows = page.locator(".roster .entry", has_text="居民要求人工")
    expect(rows.first).to_be_visible()
    for attempt in range(12):
        rows.nth(attempt % rows.count()).click()
        try:
            expect(page.get_by_text(number).first).to_be_visible(timeout=5_000)
            return
        except AssertionError:
            continue
    raise AssertionError("the conversation does not open")


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.keyboard.press("Enter")


def test_a_report_reaches_worker_operator_and_manager_and_the_answer_comes_back(
    browser: Browser, service: Service
) -> None:
    worker = sign_in(browser, service, "w01", PHONE)
    operator = sign_in(browser, service, "operator", DESK)
    resident = open_page(browser, service.url, PHONE)

    say(resident, "幸福里小区3栋2单元楼道灯坏了三天，晚上看不见")
    resident.get_by_role("button", name="确认提交").click()
    number = resident.locator(".ticket h3 span").nth(1).inner_text()

    expect(worker.get_by_text(number).first).to_be_visible()
    card = worker.locator(".panel", has_text=number).first
    card.get_by_role("button", name="签收").click()
    open_form(worker, number, "办结")
    worker.locator(".q-dialog textarea").fill("换了感应开关，灯亮了")
    worker.get_by_role("button", name="确定").click()
    expect(resident.get_by_text("换了感应开关，灯亮了")).to_be_visible()

    say(resident, "转人工")
    expect(resident.locator("#speaker")).to_contain_text("工作人员")
    open_waiting(operator, number)
    operator.get_by_role("button", name="接手").click()
    expect(operator.get_by_text(number).first).to_be_visible()
    operator.get_by_placeholder("回复居民").fill("您好，还有什么要帮忙的？")
    operator.get_by_role("button", name="发送").click()
    expect(resident.get_by_text("您好，还有什么要帮忙的？")).to_be_visible()
    operator.get_by_role("button", name="交还机器人").click()
    expect(resident.locator("#speaker")).to_contain_text("机器人")

    manager = sign_in(browser, service, "manager", DESK)
    manager.get_by_label("找什么话").fill("晚上看不见")
    manager.get_by_role("button", name="查找").first.click()
    manager.locator("tbody tr", has_text="晚上看不见").first.click()
    expect(manager.get_by_text("反映问题").last).to_be_visible()
    manager.get_by_role("button", name="关闭").click()
    manager.get_by_role("link", name="工单").click()
    expect(manager.get_by_role("link", name=number)).to_be_visible()


def test_a_question_gets_its_article_verbatim(browser: Browser, service: Service) -> None:
    resident = open_page(browser, service.url, PHONE)
    say(resident, "网格员的工资哪个发")
    resident.locator(".cite", has_text="第 30 条").first.click()
    law = resident.locator("#reader .law")
    expect(law).to_contain_text(
        "其报酬标准由各区市、县人民政府参照上一年度社会平均工资确定由社区服务管理机构按照标准统一支付。"
    )


def test_what_residents_write_is_never_html(browser: Browser, service: Service) -> None:
    resident = open_page(browser, service.url, PHONE)
    say(resident, "<img src=x onerror=\"document.title='broken'\">你好")
    expect(resident.locator(".mine .bubble")).to_contain_text("<img src=x")
    assert resident.title() != "broken" and resident.locator(".mine img").count() == 0


def test_history_comes_back_and_nothing_is_shown_twice(browser: Browser, service: Service) -> None:
    resident = open_page(browser, service.url, PHONE)
    say(resident, "你好")
    expect(resident.locator(".said.bot")).to_have_count(
        2
    )  # the answer, and at first contact what becomes of one's data
    resident.reload()
    expect(resident.locator(".said.mine")).to_have_count(1)
    expect(resident.locator(".said.bot")).to_have_count(2)


def test_a_worker_cannot_open_the_managers_page(browser: Browser, service: Service) -> None:
    worker = sign_in(browser, service, "w02", PHONE)
    worker.goto(f"{service.url}/manager")
    worker.wait_for_url("**/worker")


def test_a_wrong_password_is_refused_in_words(browser: Browser, service: Service) -> None:
    page = open_page(browser, f"{service.url}/login", PHONE)
    page.get_by_label("登录名").fill("w03")
    page.locator("input[type=password]").fill("nonsense")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("登录名或密码不对")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/", "/chat", "/regulation/31", "/guide", "/guide/services/residence_permit", "/login"]
)
def test_nothing_is_wider_than_a_phone(browser: Browser, service: Service, path: str) -> None:
    page = open_page(browser, service.url + path, PHONE)
    page.wait_for_function(
        f"document.documentElement.scrollWidth <= {PHONE['width']}"
    )  # once fonts and styles are there
