"""The plain page on the whole service: a patrol report is read by the real engine and reaches a worker's list."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_browser import PHONE, browser, sign_in

pytestmark = pytest.mark.end_to_end
__all__ = ["browser"]


def test_a_patrol_report_is_read_by_the_engine_and_routed(browser: Browser, service: Service) -> None:
    page = sign_in(browser, service, "w01", PHONE)
    body, key = {"what": "幸福里小区5栋门口的井盖翻了"}, {"Idempotency-Key": uuid.uuid4().hex}
    answers = [page.request.post(f"{service.url}/api/worker/patrol", data=body, headers=key) for _ in range(2)]
    numbers = {answer.json()["number"] for answer in answers}
    assert [answer.status for answer in answers] == [200, 200] and len(numbers) == 1
    page.goto(f"{service.url}/pocket")
    card = page.locator(f"article[data-number='{numbers.pop()}']")
    expect(card).to_contain_text("井盖")
    expect(card).to_contain_text("幸福里小区5栋")
    expect(card.get_by_role("button", name="签收")).to_be_visible()
    page.context.close()
