"""How long a resident waits for the first reply on the page: `python -m tests.end_to_end.first_reply [URL] [times]`.

A measurement, not a test: it depends on the machine. The service must be running. Each round is a browser that has never
been here: the page is opened, a question is sent, and the clock stops when the answer can be seen.
"""

from __future__ import annotations

import statistics
import sys
import time

from playwright.sync_api import Browser, sync_playwright

from tests.bot.conftest import CHROMIUM, PATIENCE, QUIET

QUESTIONS = ("网格员的工资谁发", "楼道灯坏了", "办居住证要带什么", "社区用房要多大", "你好")
BOUND = 1.0
"""Seconds within which the first reply is to be seen."""


def waited(browser: Browser, url: str, question: str) -> tuple[float, float]:
    """Seconds until one can write, and from sending until the reply is seen."""
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page, opened = context.new_page(), time.perf_counter()
    page.goto(url, wait_until="domcontentloaded")
    page.fill("#text", question)
    sent = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator(".said.bot .bubble").first.wait_for(state="visible")
    seen = time.perf_counter()
    context.close()
    return sent - opened, seen - sent


def main(url: str = "http://127.0.0.1:8000", times: str = "20") -> None:
    """Print the middle and the worst of so many rounds."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        rounds = [waited(browser, url, QUESTIONS[n % len(QUESTIONS)]) for n in range(int(times))]
        browser.close()
    for name, seconds in (("能写字", [r[0] for r in rounds]), ("看到回答", [r[1] for r in rounds])):
        print(f"{name}：中位 {statistics.median(seconds):.2f} 秒，最慢 {max(seconds):.2f} 秒")
    within = sum(reply < BOUND for _, reply in rounds)
    print(f"{BOUND:.0f} 秒内看到回答：{within}/{len(rounds)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
