"""A telephone call in a real browser with the real engine: written down, understood, filed, and the caller called back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_browser import DESK, PHONE, browser, open_form, open_page, say, sign_in

pytestmark = pytest.mark.end_to_end
__all__ = ["browser"]
NUMBER = re.compile(r"[A-Z]{2}\d{8}-\d{4,}")


@pytest.fixture
def operator(browser: Browser, service: Service) -> Iterator[Page]:
    page = sign_in(browser, service, "operator", DESK)
    yield page
    page.context.close()


def answer(page: Page, phone: str, name: str) -> None:
    page.get_by_role("button", name="记来电").click()
    page.get_by_label("来电号码").fill(phone)
    page.get_by_label("谁在说（可以不填）").fill(name)
    page.get_by_role("button", name="开始记").click()


def note(page: Page, words: str) -> None:
    field = page.get_by_placeholder("来电人说的话")
    field.fill(words)
    field.press("Enter")


def test_a_call_becomes_a_ticket_and_its_caller_is_told_and_asked(
    browser: Browser, service: Service, operator: Page
) -> None:
    answer(operator, "138 0000 2001", "王阿姨")
    note(operator, "幸福里小区3栋2单元的单元门关不上，坏了一个星期了")
    talk, aside = operator.locator(".talk"), operator.locator(".aside")
    expect(talk.get_by_text("来电人王阿姨")).to_be_visible()
    expect(aside.get_by_text("类别", exact=True)).to_be_visible()
    assert len(aside.locator(".facts .any").filter(has_text="、").first.inner_text().split("、")) >= 2
    expect(aside.get_by_text("幸福里小区3栋2单元")).to_be_visible()
    talk.get_by_role("button", name="确认提交").click()
    expect(aside.get_by_text(NUMBER)).to_be_visible()
    number = aside.get_by_text(NUMBER).first.inner_text()
    expect(talk.get_by_text(number).first).to_be_visible()

    worker = sign_in(browser, service, "w01", PHONE)
    worker.locator(".panel", has_text=number).first.get_by_role("button", name="签收").click()
    open_form(worker, number, "办结")
    worker.locator(".q-dialog textarea").fill("换了闭门器")
    worker.get_by_role("button", name="确定").click()

    operator.goto(f"{service.url}/calls")
    errand = operator.locator("section.panel", has_text=number)
    expect(errand.get_by_text("换了闭门器")).to_be_visible()
    errand.get_by_role("button", name="记回访").click()
    dialog = operator.get_by_role("dialog")
    dialog.get_by_text("解决了", exact=True).click()
    dialog.get_by_text("满意", exact=True).click()
    dialog.locator("textarea").fill("关得上了")
    dialog.get_by_role("button", name="确定").click()
    expect(errand.get_by_text("换了闭门器")).to_have_count(0)

    manager = sign_in(browser, service, "manager", DESK)
    manager.goto(f"{service.url}/manager")
    manager.get_by_label("找什么话").fill("单元门关不上")
    manager.get_by_role("button", name="查找").first.click()
    manager.locator("tbody tr", has_text="单元门关不上").first.click()
    expect(manager.get_by_text("来电人王阿姨").first).to_be_visible()


def test_who_waits_sees_that_nobody_is_there_and_who_speaks(browser: Browser, service: Service) -> None:
    resident = open_page(browser, service.url, PHONE)
    say(resident, "转人工")
    expect(resident.locator("#speaker")).to_contain_text("工作人员")
    expect(resident.get_by_text("分钟").last).to_be_visible()
    resident.reload()
    expect(resident.locator("#speaker")).to_contain_text("工作人员")
