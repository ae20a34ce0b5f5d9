"""The pictures of README, taken anew from a running service: `python -m tests.end_to_end.pictures`.

Everything on them happens: residents report and ask through the chat API and the page, a worker works, an operator takes
down a call. Look at the pictures before committing them; each has to stay below `HEAVIEST`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.settings import ROOT
from tests.end_to_end.conftest import Service, ready, start, stop
from tests.end_to_end.test_browser import CHROMIUM, QUIET, open_form, sign_in

PICTURES = ROOT / "docs" / "pictures"
HEAVIEST = 300_000
"""Bytes."""
PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 800}
SETTLED = 1_500
"""Milliseconds until letters and colours stand still."""
REPORTS = {
    "w1": "幸福里小区5栋1单元门口的垃圾桶满了两天没人收，味道大",
    "w2": "幸福里小区3栋楼下有人把电动车推进楼道充电",
    "w3": "金朱路路口的窨井盖松了，车一压就响",
    "w4": "幸福里小区8栋的单元门关不上，谁都能进",
}


def main() -> int:
    """Take them all; 1 where there is no browser, or a picture is too heavy."""
    if CHROMIUM is None:
        print("没有找到 Chromium，请先装上再拍。", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        service = start(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            ready(service)
            _lived_in(service)
            for take in (_worker, _chat, _operator, _manager):
                take(browser, service)
        finally:
            browser.close()
            stop(service)
    heavy = [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > HEAVIEST]
    for name in heavy:
        print(f"{name} 超过 {HEAVIEST} 字节，请换小一点的画面。", file=sys.stderr)
    return 1 if heavy else 0


def _lived_in(service: Service) -> None:
    """Neighbours have reported and asked before."""
    for conversation, words in REPORTS.items():
        service.say(conversation, words)
        service.say(conversation, "确认提交")
    service.say("w5", "网格员的工资哪个发")
    service.say("w6", "办居住证要带什么")
    service.say("w6", "转人工")


def _shot(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=PICTURES / f"{name}.png")


def _say(page: Page, words: str) -> None:
    page.fill("#text", words)
    page.keyboard.press("Enter")


def _worker(browser: Browser, service: Service) -> None:
    """A grid worker's phone: one ticket taken, others new."""
    page = sign_in(browser, service, "w01", PHONE)
    page.get_by_role("button", name="签收").first.click()
    expect(page.get_by_role("button", name="办结").first).to_be_visible()
    _shot(page, "worker")
    page.context.close()


def _chat(browser: Browser, service: Service) -> None:
    """A resident's phone: a report from the first words to the ticket, and what the worker answered."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(service.url)
    _say(page, "幸福里小区3栋2单元楼道灯坏了三天，老人晚上下楼看不见")
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator(".ticket")).to_be_visible()
    _mended(browser, service, page.locator(".ticket .number").inner_text())
    expect(page.get_by_text("换了感应开关").first).to_be_visible()
    _shot(page, "chat")
    context.close()


def _mended(browser: Browser, service: Service, number: str) -> None:
    page = sign_in(browser, service, "w01", PHONE)
    card = page.locator(".panel", has_text=number).first
    card.get_by_role("button", name="签收").click()
    open_form(page, number, "办结")
    page.locator(".q-dialog textarea").fill("换了感应开关，灯亮了")
    page.get_by_role("button", name="确定").click()
    page.wait_for_timeout(SETTLED)
    page.context.close()


def _operator(browser: Browser, service: Service) -> None:
    """The operators' desk: somebody waits, and a call is being written down."""
    page = sign_in(browser, service, "operator", DESK)
    page.get_by_role("button", name="记来电").click()
    page.get_by_label("来电号码").fill("13800002001")
    page.get_by_label("谁在说（可以不填）").fill("王阿姨")
    page.get_by_role("button", name="开始记").click()
    notes = page.get_by_placeholder("来电人说的话")
    notes.fill("幸福里小区6栋楼下的健身器材螺丝松了，坐上去直晃")
    notes.press("Enter")
    expect(page.get_by_role("button", name="确认提交")).to_be_visible()
    _shot(page, "operator")
    page.context.close()


def _manager(browser: Browser, service: Service) -> None:
    """The managers' log: what was said, and what was understood."""
    page = sign_in(browser, service, "manager", DESK)
    page.goto(f"{service.url}/manager")
    expect(page.get_by_text("垃圾桶满了").first).to_be_visible()
    _shot(page, "manager")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
