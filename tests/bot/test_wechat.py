"""What residents send on WeChat and WeCom, and what is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.attachments.attachment import Attachment
from actions.conversations.handover import take_over
from actions.conversations.message import Reply
from actions.errors import ActionError
from bot.wechat.datum import shift, true_position
from knowledge.wording import say
from tests.actions.test_attachments import mp4, photo
from tests.bot.test_wechat_server import Fields, Place, event, letter, opened, text_letter


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize("work", [False, True], ids=["official", "wecom"])
async def test_a_text_is_answered_at_once_and_kept(tmp_path: Path, work: bool) -> None:
    async with opened(tmp_path, work=work) as place:
        assert await place.say("灯坏了") == "听到：灯坏了"
        assert [(m.text, bool(m.sent_at)) for m in place.log()] == [("灯坏了", False), ("听到：灯坏了", True)]
        assert place.platform.calls == []


async def test_who_knocks_with_a_wrong_signature_is_turned_away(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        address, nobody = "/wechat/official", {"signature": "0" * 40, "timestamp": "1", "nonce": "1", "echostr": "x"}
        assert (await place.client.get(address, params=nobody)).status_code == 403
        assert (await place.client.post(address, params=nobody, content=b"<xml/>")).status_code == 403
        assert (await place.client.post(address, params=nobody, content=b"x" * 200_000)).status_code == 403
        assert place.engine.texts == [] and place.log() == []


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (text_letter("灯坏了\x00\x07"), "灯坏了"),
        (
            letter("link", Title="通知", Description="停水", Url="https://a.example/1"),
            "链接：通知 停水 https://a.example/1",
        ),
        (event("subscribe"), "你好"),
        (event("subscribe", EventKey="qrscene_ticket_GY20261201-0007", Ticket="t"), "查进度 GY20261201-0007"),
        (event("SCAN", EventKey="ticket_GY20261201-0007", Ticket="t"), "查进度 GY20261201-0007"),
        (event("SCAN", EventKey="poster"), "你好"),
        (event("CLICK", EventKey="report"), "我要反映一个问题"),
        (event("click", EventKey="tickets", AgentID="1"), "查进度"),
    ],
)
async def test_what_the_engine_is_told(tmp_path: Path, said: Fields, heard: str) -> None:
    async with opened(tmp_path) as place:
        assert await place.write(said) == f"听到：{heard}"


@pytest.mark.parametrize(
    "said",
    [
        event("unsubscribe"),
        event("LOCATION", Latitude="26.6", Longitude="106.7", Precision="50"),
        event("CLICK", EventKey="of an older menu"),
        event("VIEW", EventKey="https://a.example"),
        event("enter_agent"),
        event("TEMPLATESENDJOBFINISH", Status="success"),
        {"FromUserName": "a b", **text_letter("不是人")},
        {"FromUserName": "", **text_letter("不是人")},
    ],
)
async def test_what_needs_no_answer_is_confirmed_and_not_kept(tmp_path: Path, said: Fields) -> None:
    async with opened(tmp_path) as place:
        assert await place.write(said) == ""
        assert place.engine.texts == [] and place.log() == []


async def test_a_position_is_set_right_for_our_maps(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        said = letter("location", Location_X="31.175304", Location_Y="121.531542", Scale="16", Label="幸福里小区南门")
        assert await place.write(said) == "听到：我的位置：幸福里小区南门"
        assert place.engine.positions == [{"lat": 31.177428, "lon": 121.527211}]
        await place.write(letter("location", Location_X="北", Location_Y="", Label="幸福里"))
        assert (place.engine.texts[-1], place.engine.positions[-1]) == ("幸福里", None)


@pytest.mark.parametrize(
    ("true", "shifted"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
)
def test_the_shift_is_the_published_one(true: tuple[float, float], shifted: tuple[float, float]) -> None:
    north, east = shift(*true)
    assert (true[0] + north, true[1] + east) == pytest.approx(shifted, abs=1e-9)
    assert true_position(*shifted) == pytest.approx(true, abs=1e-6)
    assert true_position(51.5, -0.12) == (51.5, -0.12)


def kept(place: Place, kind: str) -> Attachment | None:
    with place.house.database.reading() as uow:
        try:
            return uow.attachments.get(place.log()[0].payload[kind])
        except ActionError:
            return None


async def test_a_photo_is_fetched_and_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.platform.files["m1"] = photo()
        answer = await place.write(letter("image", PicUrl="http://mmbiz.example/1", MediaId="m1"))
        assert answer == say("attachment_kept_image")
        found = kept(place, "image")
        assert found and (found.conversation, found.kind, str(found.by)) == ("wechat:o1", "image", "resident:wechat:o1")


async def test_a_voice_with_its_words_is_read_and_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.platform.files["m1"] = b"#!AMR\n" + b"\x00" * 40
        assert (
            await place.write(letter("voice", MediaId="m1", Format="amr", Recognition="楼道灯坏了"))
            == "听到：楼道灯坏了"
        )
        assert kept(place, "voice")


async def test_a_voice_without_words_is_kept_for_people(tmp_path: Path) -> None:
    async with opened(tmp_path, work=True) as place:
        place.platform.files["m1"] = b"#!AMR\n" + b"\x00" * 40
        assert await place.write(letter("voice", MediaId="m1", Format="amr", AgentID="1")) == say(
            "attachment_kept_voice"
        )
        assert kept(place, "voice") and place.engine.texts == []


async def test_a_video_may_lie_elsewhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as place, opened(tmp_path / "other", work=True) as other:
        content = mp4(b"vide")
        other.platform.files["v"] = content
        where = f"{other.house.settings.wecom_api}/cgi-bin/media/get?media_id=v&access_token="
        other.platform.tokens.append("")
        place.platform.files["m1"] = b'{"video_url": "%s"}' % where.encode()
        assert await place.write(letter("shortvideo", MediaId="m1", ThumbMediaId="t")) == say("attachment_kept_video")
        found = kept(place, "video")
        assert found and place.house.storage.get(found.id) == content


@pytest.mark.parametrize("content", [None, b"<svg/>", b"", b"{}"], ids=["expired", "svg", "empty", "json"])
async def test_a_file_that_can_t_be_kept_is_no_reason_to_say_nothing(tmp_path: Path, content: bytes | None) -> None:
    async with opened(tmp_path) as place:
        if content is not None:
            place.platform.files["m1"] = content
        assert await place.write(letter("image", MediaId="m1")) == say("attachment_kept_image")
        assert kept(place, "image") is None


@pytest.mark.parametrize("kind", ["file", "music", "", "xyz"])
async def test_a_kind_that_can_t_be_read_is_kept_and_words_are_asked_for(tmp_path: Path, kind: str) -> None:
    async with opened(tmp_path) as place:
        assert await place.write(letter(kind, MediaId="m1")) == say("message_empty")
        assert place.log()[0].payload == {"attachment": {"kind": kind}}


CHOICE = [{"title": "报修", "payload": "/report_issue"}, {"title": "算了", "payload": "/cancel"}]
MORE = [{"title": "转人工", "payload": "/seek_help"}]


def offering(place: Place) -> None:
    place.engine.answers["有事"] = (Reply("您要做什么？", {"buttons": CHOICE}), Reply("或者", {"buttons": MORE}))


async def test_buttons_are_numbered_through_the_turn(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        offering(place)
        assert await place.say("有事") == "您要做什么？\n\n1. 报修\n2. 算了\n（回复前面的数字就可以）"
        assert place.platform.texts == ["或者\n\n3. 转人工\n（回复前面的数字就可以）"]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("1", "/report_issue"),
        ("２", "/cancel"),
        (" 2、", "/cancel"),
        ("③", "/seek_help"),
        ("选3", "/seek_help"),
        ("第1个", "/report_issue"),
        ("算了", "/cancel"),
        ("0", "0"),
        ("4", "4"),
        ("12345", "12345"),
        ("1栋", "1栋"),
    ],
)
async def test_a_number_stands_for_its_button(tmp_path: Path, said: str, heard: str) -> None:
    async with opened(tmp_path) as place:
        offering(place)
        await place.say("有事")
        async with opened(tmp_path, again=place) as restarted:
            await restarted.say(said)
            assert restarted.engine.texts == [heard]
            assert restarted.log()[3].payload == ({"button": heard} if heard != said else {})


async def test_a_number_without_buttons_before_it_is_a_number(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        offering(place)
        await place.say("1")
        await place.say("有事")
        await place.say("好")
        await place.say("1")
        assert place.engine.texts == ["1", "有事", "好", "1"]


async def test_while_a_person_has_the_conversation_a_number_is_for_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        offering(place)
        await place.say("有事")
        take_over("wechat:o1", "wang", at=place.watch(), uow=place.house.database.unit())
        assert await place.say("1") == ""
        assert place.log()[-1].text == "1" and place.platform.texts == ["或者\n\n3. 转人工\n（回复前面的数字就可以）"]
