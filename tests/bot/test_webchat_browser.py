"""The chat page in a real browser, on the real chat API, with an engine that repeats: nothing lost, nothing twice."""

from __future__ import annotations

import json
import uuid

import pytest
from playwright.sync_api import Page, Route, expect

from actions.conversations.handover import hand_over, operator_says, take_over
from actions.conversations.waiting import end_wait
from bot.conversation.news import message_news
from bot.notices import make_senders
from tests.actions.test_attachments import photo
from tests.bot.conftest import PATIENCE, QUOTE, Site


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.keyboard.press("Enter")


def said(page: Page) -> list[str]:
    return page.locator(".bubble").all_text_contents()


def see(page: Page, text: str) -> None:
    expect(page.locator("#log").get_by_text(text).first).to_be_visible(timeout=PATIENCE)


def test_what_could_not_be_sent_is_sent_again_and_kept_once(page: Page, site: Site) -> None:
    ids: list[str] = []

    def answer_lost(route: Route) -> None:
        """The message arrives, the answer gets lost: the worst moment for a network to fail."""
        ids.append(json.loads(route.request.post_data or "{}")["message_id"])
        if len(ids) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/chat", answer_lost)
    say(page, "在吗")
    page.get_by_role("button", name="重发").click()
    expect(page.locator(".failed")).to_have_count(0, timeout=PATIENCE)
    see(page, "听到：在吗")
    assert ids[0] == ids[1]
    assert [m.text for m in site.log(page)] == ["在吗", "听到：在吗"]
    expect(page.locator(".said.bot")).to_have_count(1)


def test_an_unsent_message_is_still_there_after_a_reload(page: Page, site: Site) -> None:
    page.route("**/api/chat", lambda route: route.abort())
    say(page, "还没发出去的话")
    expect(page.locator(".failed")).to_be_visible(timeout=PATIENCE)
    page.unroute("**/api/chat")
    page.reload()
    see(page, "还没发出去的话")
    page.get_by_role("button", name="重发").click()
    see(page, "听到：还没发出去的话")
    page.reload()
    see(page, "听到：还没发出去的话")
    expect(page.locator(".failed")).to_have_count(0)
    assert [m.text for m in site.log(page)] == ["还没发出去的话", "听到：还没发出去的话"]


def test_a_refusal_is_shown_in_the_servers_words(page: Page) -> None:
    page.route("**/api/chat", lambda route: route.fulfill(status=429, json={"error": "您发得太快了"}))
    say(page, "你好")
    expect(page.locator(".mine .failed")).to_contain_text("您发得太快了", timeout=PATIENCE)


def test_a_person_who_takes_over_is_named(page: Page, site: Site) -> None:
    say(page, "转人工")
    see(page, "听到：转人工")
    conversation, house = site.conversation(page), site.place.house
    take_over(conversation, "op", at=site.place.clock(), uow=house.database.unit())
    house.hub.publish(f"conversation:{conversation}", {"type": "owner", "owner": "person"})
    message = operator_says(
        conversation,
        "我来帮您",
        id_=uuid.uuid4().hex,
        operator="op",
        name="小李",
        at=site.place.clock(),
        uow=house.database.unit(),
    )
    house.hub.publish(f"conversation:{conversation}", message_news(message))
    expect(page.locator(".operator .who")).to_have_text("工作人员 小李", timeout=PATIENCE)
    expect(page.locator("#speaker")).to_contain_text("工作人员")
    say(page, "谢谢")
    see(page, "已送达，工作人员会在这里回复")
    expect(page.locator(".waiting")).to_have_count(0)


def test_a_wait_that_ends_is_told_and_the_page_shows_who_speaks(page: Page, site: Site) -> None:
    say(page, "转人工")
    see(page, "听到：转人工")
    conversation, house, at = site.conversation(page), site.place.house, site.place.clock()
    hand_over(conversation, "", False, at=at, uow=house.database.unit())
    page.reload()
    expect(page.locator("#speaker")).to_contain_text("工作人员", timeout=PATIENCE)
    end_wait(conversation, "让您久等了", id_=uuid.uuid4().hex, asking=True, at=at, uow=house.database.unit())
    with house.database.reading() as uow:
        due = [notice for notice in uow.outbox.waiting(50) if notice.audience == f"conversation:{conversation}"]
    senders = make_senders(house.database, house.hub, site.place.clock, {})
    for notice in due:
        senders["conversation"](notice)
    see(page, "让您久等了")
    expect(page.locator("#speaker")).to_contain_text("机器人", timeout=PATIENCE)


def test_what_was_said_while_the_page_was_away_comes_once(page: Page, site: Site) -> None:
    say(page, "你好")
    see(page, "听到：你好")
    page.goto("about:blank")
    page.goto(site.url)
    see(page, "听到：你好")
    site.tells(page, "网格员已签收")
    see(page, "网格员已签收")
    page.reload()
    see(page, "网格员已签收")
    page.wait_for_timeout(400)
    assert said(page) == ["您说：你好", "机器人说：听到：你好", "网格员已签收"]


def test_a_broken_stream_is_taken_up_again(page: Page, site: Site) -> None:
    say(page, "你好")
    see(page, "听到：你好")
    page.context.set_offline(True)
    site.tells(page, "断网时说的")
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    site.tells(page, "连上以后说的")
    see(page, "断网时说的")
    see(page, "连上以后说的")
    assert said(page)[2:] == ["断网时说的", "连上以后说的"]


def test_buttons_send_their_payload_show_their_title_and_close(page: Page, site: Site) -> None:
    say(page, "灯坏了")
    page.get_by_role("button", name="确认提交").click()
    card = page.locator(".ticket")
    expect(card).to_be_visible(timeout=PATIENCE)
    for text in ("楼道灯", "GY20261124-0007", "已登记", "幸福里小区3栋", "一网格", "周小敏", "12月1日"):
        expect(card).to_contain_text(text)
    expect(page.locator(".mine .bubble").last).to_contain_text("确认提交")
    expect(page.get_by_role("button", name="确认提交")).to_be_disabled()
    assert "确认" in [m.text for m in site.log(page)]
    page.reload()
    expect(page.locator(".ticket")).to_have_count(1, timeout=PATIENCE)


def test_a_citation_opens_the_article(page: Page) -> None:
    say(page, "工资")
    page.locator(".cite").click()
    reader = page.get_by_role("dialog")
    expect(reader).to_contain_text("第三十条", timeout=PATIENCE)
    expect(reader.locator(".law")).to_contain_text(QUOTE)
    expect(reader.get_by_role("link", name="打开全文页")).to_have_attribute("href", "/regulation/30")
    page.keyboard.press("Escape")
    expect(reader).to_have_count(0)


def test_markup_is_shown_as_it_was_written(page: Page) -> None:
    say(page, "楼道很黑 <img src=x onerror=\"document.title='broken'\">")
    see(page, "听到：楼道很黑 <img src=x")
    assert page.title() != "broken" and page.locator("#log img").count() == 0


def test_the_position_is_sent_only_with_consent(page: Page, site: Site) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 26.6, "longitude": 106.7})
    page.get_by_role("button", name="发送我的位置").click()
    page.get_by_role("button", name="不发").click()
    page.wait_for_timeout(300)
    assert not said(page)
    page.get_by_role("button", name="发送我的位置").click()
    page.get_by_role("button", name="同意，发送").click()
    see(page, "我的位置")
    see(page, "听到：")
    assert site.log(page)[0].payload == {"location": {"lat": 26.6, "lon": 106.7}}


@pytest.mark.parametrize("large", [False, True])
def test_fingers_find_every_button_and_nothing_is_clipped(page: Page, large: bool) -> None:
    if large:
        page.get_by_role("button", name="大字").click()
        page.reload()
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    say(page, "灯坏了")
    expect(page.get_by_role("button", name="确认提交")).to_be_visible(timeout=PATIENCE)
    small = page.evaluate("""[...document.querySelectorAll('button, .bar nav a')].filter(e => e.offsetParent)
        .map(e => [e.textContent, e.getBoundingClientRect()]).filter(([t, r]) => r.width < 44 || r.height < 44).map(([t]) => t)""")
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_long_talk_scrolls_inside_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    for n in range(12):
        say(page, f"第{n}句")
        see(page, f"听到：第{n}句")
    page.locator("#text").focus()
    assert page.evaluate("[document.scrollingElement.scrollTop, document.body.scrollTop]") == [0, 0]
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
    expect(page.locator(".bar")).to_be_in_viewport()
    expect(page.get_by_text("听到：第11句")).to_be_in_viewport()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.focus("#text")
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    see(page, "听到：第一行")
    assert page.locator("#text").input_value() == ""
    assert page.locator("#log").get_attribute("aria-live") == "polite"


def test_a_photo_goes_out_and_is_seen_after_a_reload_too(page: Page, site: Site) -> None:
    page.fill("#text", "灯坏在这里")
    page.set_input_files("#file", {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(640, 480))})
    see(page, "听到：灯坏在这里")
    for _ in range(2):
        picture = page.locator(".mine img.enclosed")
        expect(picture).to_have_count(1, timeout=PATIENCE)
        page.wait_for_function("document.querySelector('.mine img.enclosed').naturalWidth > 0")
        page.reload()
    assert site.log(page)[0].payload["image"] and site.log(page)[0].text == "灯坏在这里"


def test_a_photo_that_can_t_be_taken_is_said_and_the_words_stay(page: Page, site: Site) -> None:
    page.fill("#text", "看这个")
    page.set_input_files("#file", {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=alert(1)>"})
    expect(page.locator(".failed")).to_contain_text("收不了", timeout=PATIENCE)
    expect(page.locator("#text")).to_have_value("看这个")
    assert site.log(page) == []


def test_an_appointment_has_its_card(page: Page) -> None:
    say(page, "约好")
    for words in ("YY20261124-0003", "已预约", "11月28日（周六）9:30–10:00", "综合窗口（错时办理）"):
        see(page, words)
