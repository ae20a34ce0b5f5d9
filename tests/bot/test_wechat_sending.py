"""The way back on WeChat and WeCom: late and further answers, notices, refusals. Nobody is told twice, nothing is lost."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.conversations.message import Reply
from actions.errors import NoSender
from actions.notify.notice import Notice
from actions.store.database import Database
from bot.conversation.hub import Hub
from bot.conversation.leftovers import SETTLING, Leftovers
from bot.notices import make_senders
from bot.outside import SetupMissing
from bot.settings import Settings
from bot.wechat.api import ApiFailed, ApiRefused
from bot.wechat.channel import NotConnected
from bot.wechat.mail import LONGEST, parts
from bot.wechat.opening import wechat_channels
from knowledge.wording import say
from tests.actions.test_attachments import photo
from tests.bot.test_telegram_server import until
from tests.bot.test_wechat_server import AGENT, Place, event, opened, text_letter

CUSTOM, WORK = "/cgi-bin/message/custom/send", "/cgi-bin/message/send"
TOKEN, TEMPLATE = "/cgi-bin/stable_token", "/cgi-bin/message/template/send"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def tell(place: Place, text: str, picture: str | None = None) -> None:
    """As the outbox does it, from a thread."""
    await asyncio.to_thread(place.channel.send, "wecom:li" if place.work else "wechat:o1", text, picture)


@pytest.mark.parametrize("work", [False, True], ids=["official", "wecom"])
async def test_a_late_answer_comes_by_a_message_of_our_own(tmp_path: Path, work: bool) -> None:
    async with opened(tmp_path, work=work, patience=0) as place:
        place.engine.open.clear()
        assert await place.say("灯坏了") == ""
        assert place.platform.texts == []
        place.engine.open.set()
        await until(lambda: place.log()[-1].sent_at)
        assert place.platform.texts == ["听到：灯坏了"]
        (sent,) = place.platform.called(WORK if work else CUSTOM)
        assert sent["touser"] == ("li" if work else "o1") and sent.get("agentid") == (AGENT if work else None)
        assert "听到：灯坏了" in sent["raw"]  # escaped characters would be shown escaped


async def test_a_letter_that_comes_again_has_one_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["有事"] = (Reply("一"), Reply("二"))
        said = text_letter("有事")
        assert [await place.write(said) for _ in range(3)] == ["一", "一", "一"]
        assert place.engine.texts == ["有事"] and place.platform.texts == ["二"] and len(place.log()) == 3


async def test_letters_that_come_again_while_the_engine_thinks_have_one_answer(tmp_path: Path) -> None:
    async with opened(tmp_path, patience=0) as place:
        place.engine.open.clear()
        said = text_letter("灯坏了")
        assert [await place.write(said) for _ in range(3)] == ["", "", ""]
        place.engine.open.set()
        await until(lambda: place.log()[-1].sent_at)
        assert await place.write(said) == ""
        assert place.engine.texts == ["灯坏了"] and place.platform.texts == ["听到：灯坏了"]


async def test_a_letter_that_comes_again_to_another_process_does_nothing_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        said = text_letter("灯坏了")
        await place.write(said)
        async with opened(tmp_path, again=place) as restarted:
            assert await restarted.write(said) == ""
            assert restarted.engine.texts == [] and restarted.platform.texts == [] and len(place.log()) == 2


async def test_a_letter_that_can_t_be_kept_is_the_platform_s_to_bring_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        said, unit = text_letter("灯坏了"), Database.unit
        with pytest.MonkeyPatch.context() as broken, pytest.raises(OSError, match="away"):
            broken.setattr(Database, "unit", Mock(side_effect=OSError("the database is away")))
            await place.write(said)
        assert Database.unit is unit and place.log() == []
        assert await place.write(said) == "听到：灯坏了"


async def test_an_event_is_known_by_its_second(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        for said in (
            event("CLICK", 1, EventKey="guide"),
            event("CLICK", 1, EventKey="guide"),
            event("CLICK", 2, EventKey="guide"),
        ):
            await place.write(said)
        assert place.engine.texts == ["我想问怎么办事"] * 2


async def test_the_messages_of_one_resident_are_answered_in_turn(tmp_path: Path) -> None:
    async with opened(tmp_path, patience=0) as place:
        place.engine.open.clear()
        await place.say("一")
        await place.say("二")
        await until(lambda: place.engine.texts)
        assert place.engine.texts == ["一"]
        place.engine.open.set()
        await until(lambda: len(place.platform.texts) == 2)
        assert place.platform.texts == ["听到：一", "听到：二"]


async def test_a_bug_is_admitted(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.broken = True
        assert await place.say("灯坏了") == say("broken")
        assert place.log()[0].text == "灯坏了"


async def test_a_long_answer_comes_in_parts(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["长"] = (Reply("甲" * 682 + "\n" + "乙" * 682 + "丙"),)
        assert await place.say("长") == "甲" * 682
        assert place.platform.texts == ["乙" * 682, "丙"]


@given(text=st.text(alphabet="汉字。，\n ab😀", max_size=400), longest=st.integers(4, 60))
def test_parts_fit_in_bytes(text: str, longest: int) -> None:
    found = parts(text * 10)
    assert all(len(part.encode()) <= LONGEST for part in found)
    assert "".join("".join(found).split()) == "".join((text * 10).split())


async def test_one_token_serves_until_it_expires(tmp_path: Path) -> None:
    async with opened(tmp_path, start=True) as place:
        await tell(place, "一")
        await tell(place, "二")
        assert len(place.platform.called(TOKEN)) == 1
        place.watch.ahead = timedelta(hours=2)
        await tell(place, "三")
        asked = place.platform.called(TOKEN)
        assert [(call["appid"], call["secret"], call["force_refresh"]) for call in asked] == [
            ("wx2c2769f8efd9abc2", "s3cret", False)
        ] * 2
        assert place.platform.texts == ["一", "二", "三"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_that_is_refused_is_asked_for_again_once(tmp_path: Path, code: int) -> None:
    async with opened(tmp_path, start=True) as place:
        place.platform.fail(CUSTOM, code)
        await tell(place, "一")
        assert place.platform.texts == ["一"]
        place.platform.fail(CUSTOM, code, code)
        with pytest.raises(ApiRefused):
            await tell(place, "二")
        assert [call["force_refresh"] for call in place.platform.called(TOKEN)] == [False, True, True]


async def test_wecom_asks_for_its_token_in_its_own_way(tmp_path: Path) -> None:
    async with opened(tmp_path, work=True, start=True) as place:
        place.platform.fail(WORK, 42001)
        await tell(place, "一")
        assert [call["corpsecret"] for call in place.platform.called("/cgi-bin/gettoken")] == ["s3cret"] * 2
        assert place.platform.texts == ["一"]


@pytest.mark.parametrize("code", [-1, 45009, 45011])
async def test_what_may_work_later_is_tried_again(tmp_path: Path, code: int) -> None:
    async with opened(tmp_path, start=True) as place:
        place.platform.fail(CUSTOM, code)
        with pytest.raises(ApiFailed):
            await tell(place, "一")


async def test_who_follows_us_no_more_is_not_reached(tmp_path: Path) -> None:
    async with opened(tmp_path, start=True, template="tmpl|thing1") as place:
        place.platform.fail(CUSTOM, 43004)
        with pytest.raises(NoSender):
            await tell(place, "一")
        assert place.platform.called(TEMPLATE) == []


async def test_a_channel_that_does_not_run_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        with pytest.raises(NotConnected):
            await tell(place, "一")


async def test_a_process_that_only_delivers_sends_and_makes_no_menu(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.channel.start(receives=False)
        await tell(place, "一")
        assert [call["text"]["content"] for call in place.platform.called(CUSTOM)] == ["一"]
        assert not place.platform.called("/cgi-bin/menu/create")


async def test_a_photo_follows_its_text_and_matters_less(tmp_path: Path) -> None:
    async with opened(tmp_path, start=True) as place:
        place.house.storage.put("p" * 43, photo(), "image/jpeg")
        await tell(place, "修好了", "p" * 43)
        await tell(place, "照片没了", "q" * 43)
        place.platform.fail("/cgi-bin/media/upload", 40004)
        await tell(place, "照片传不上", "p" * 43)
        kinds = [(call["msgtype"], call.get("image")) for call in place.platform.called(CUSTOM)]
        assert kinds == [("text", None), ("image", {"media_id": "uploaded"}), ("text", None), ("text", None)]
        assert place.platform.called("/cgi-bin/media/upload")[0]["type"] == "image"


async def deliver(place: Place) -> None:
    """What the outbox's delivery does with all that waits, without its patience."""
    send = make_senders(place.house.database, Hub(), place.watch, {place.channel.channel: place.channel.send})[
        "conversation"
    ]
    with place.house.database.unit() as uow:
        waiting = uow.outbox.waiting(10)
    for notice in waiting:
        try:
            await asyncio.to_thread(send, notice)
        except NoSender:
            write_down = "give_up"
        else:
            write_down = "delivered"
        with place.house.database.unit() as uow:
            getattr(uow.outbox, write_down)(notice.id, place.watch())
            uow.commit()


def notice(place: Place, id_: str, conversation: str = "wechat:o1") -> None:
    """News of a ticket for a resident."""
    body = {"number": "GY1", "note": "几点在家"}
    with place.house.database.unit() as uow:
        uow.outbox.add(Notice(id_, "ticket.asked", f"conversation:{conversation}", body, place.watch(), "GY1"))
        uow.commit()


@pytest.mark.parametrize("code", [45015, 45047])
async def test_a_notice_waits_until_the_resident_writes_again(tmp_path: Path, code: int) -> None:
    async with opened(tmp_path, start=True) as place:
        await place.say("你好")
        notice(place, "GY1.2")
        place.platform.fail(CUSTOM, code)
        await deliver(place)
        await deliver(place)
        assert place.platform.texts == [] and len(place.log()) == 3
        assert await place.say("在吗") == "听到：在吗"
        await deliver(place)
        await deliver(place)
        words = say("notice.ticket.asked", number="GY1", note="几点在家")
        assert place.platform.texts == [words]
        assert [m.text for m in place.log()].count(words) == 1


async def test_another_resident_s_message_does_not_set_it_free(tmp_path: Path) -> None:
    async with opened(tmp_path, start=True) as place:
        await place.write({"FromUserName": "o2", **text_letter("你好")})
        notice(place, "GY1.2", "wechat:o2")
        place.platform.fail(CUSTOM, 45015)
        await deliver(place)
        await place.say("在吗")
        await deliver(place)
        assert place.platform.texts == []


async def test_a_template_tells_that_there_is_news(tmp_path: Path) -> None:
    async with opened(tmp_path, start=True, template="tmpl|thing2") as place:
        await place.say("你好")
        notice(place, "GY1.2")
        place.platform.fail(CUSTOM, 45015)
        await deliver(place)
        (sent,) = place.platform.called(TEMPLATE)
        assert (sent["touser"], sent["template_id"]) == ("o1", "tmpl")
        assert sent["data"] == {"thing2": {"value": say("wechat_news")}} and len(say("wechat_news")) <= 20
        await place.say("看看")
        await deliver(place)
        assert len(place.platform.texts) == 1


async def test_an_answer_that_failed_is_sent_by_a_later_round_and_only_once(tmp_path: Path) -> None:
    async with opened(tmp_path, patience=0) as place:
        place.platform.fail(CUSTOM, -1)
        await place.say("灯坏了")
        await until(lambda: len(place.log()) == 2 and not place.channel._mail._in_hand and place.platform.calls)
        rounds = Leftovers("wechat", place.house.database, place.watch, place.channel._mail.deliver)
        place.watch.ahead = SETTLING * 2
        assert [await rounds.sweep(), await rounds.sweep()] == [1, 0]
        assert place.platform.texts == ["听到：灯坏了"]


async def test_an_answer_that_has_to_wait_for_the_resident_is_not_tried_before(tmp_path: Path) -> None:
    async with opened(tmp_path, patience=0) as place:
        place.platform.fail(CUSTOM, 45047)
        await place.say("灯坏了")
        await until(lambda: place.channel._mail._held)
        rounds = Leftovers("wechat", place.house.database, place.watch, place.channel._mail.deliver)
        place.watch.ahead = SETTLING * 2
        await rounds.sweep()
        assert place.platform.texts == []
        await place.say("在吗")
        await until(lambda: place.platform.texts == ["听到：在吗"])
        await rounds.sweep()
        assert place.platform.texts == ["听到：在吗", "听到：灯坏了"]


async def test_a_store_that_was_away_is_no_reason_to_keep_an_answer_back(tmp_path: Path) -> None:
    async with opened(tmp_path, patience=0) as place:
        place.platform.fail(CUSTOM, -1)
        await place.say("灯坏了")
        await until(lambda: len(place.log()) == 2 and not place.channel._mail._in_hand and place.platform.calls)
        reply = place.log()[1]
        with pytest.MonkeyPatch.context() as broken, pytest.raises(OSError, match="away"):
            broken.setattr(Database, "reading", Mock(side_effect=OSError("the database is away")))
            await place.channel._mail.deliver(reply)
        await place.channel._mail.deliver(reply)
        assert place.platform.texts == ["听到：灯坏了"]


async def test_a_template_that_is_set_up_wrongly_is_logged_and_the_notice_waits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, start=True, template="tmpl") as place:
        place.platform.fail(CUSTOM, 45015)
        place.platform.fail(TEMPLATE, 40037)
        with pytest.raises(NoSender):
            await tell(place, "一")
        assert "could not be told that there is news: 40037" in caplog.text


@pytest.mark.parametrize("work", [False, True], ids=["official", "wecom"])
async def test_the_menu_is_put_up_at_the_start(tmp_path: Path, work: bool) -> None:
    async with opened(tmp_path, work=work, start=True) as place:
        await until(lambda: place.platform.called("/cgi-bin/menu/create"))
        (made,) = place.platform.called("/cgi-bin/menu/create")
        assert [button["name"] for button in json.loads(made["raw"])["button"]] == ["办事指南", "我要反映", "我的工单"]
        assert made.get("agentid") == (str(AGENT) if work else None)
        for at, button in enumerate(made["button"]):
            await place.write(event("click" if work else "CLICK", at, EventKey=button["key"]))
        assert place.engine.texts == ["我想问怎么办事", "我要反映一个问题", "查进度"]


async def test_a_platform_that_is_away_is_no_reason_not_to_open(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, start=True) as place:
        place.platform.fail(TOKEN, -1)
        await until(lambda: "menu could not be put up" in caplog.text)
        assert await place.say("灯坏了") == "听到：灯坏了"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"wechat_app_id": "wx1"}, "LINLI_WECHAT_SECRET、LINLI_WECHAT_TOKEN"),
        (
            {"wecom_corp_id": "ww1", "wecom_secret": "s", "wecom_token": "t", "wecom_aes_key": "k"},
            "LINLI_WECOM_AGENT_ID",
        ),
        (
            {"wechat_app_id": "wx1", "wechat_secret": "s", "wechat_token": "t", "wechat_aes_key": "k"},
            "LINLI_WECHAT_AES_KEY",
        ),
    ],
)
def test_settings_by_half_stop_the_start(tmp_path: Path, given: dict[str, str], missing: str) -> None:
    class Half:
        settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]

        @staticmethod
        def clock() -> None: ...

    with pytest.raises(SetupMissing, match=missing):
        wechat_channels(Half())  # type: ignore[arg-type]


def test_without_settings_there_is_no_channel() -> None:
    class Bare:
        settings = Settings(_env_file=None)  # type: ignore[call-arg]

    assert wechat_channels(Bare()) == []  # type: ignore[arg-type]
