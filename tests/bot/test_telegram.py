"""Residents on Telegram: what they send reaches the flow, and each is answered once."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.conversations.handover import hand_over
from actions.conversations.message import Reply
from bot.telegram.commands import MENU
from tests.bot.test_telegram_server import opened, until
from tests.bot.test_telegram_updates import BOT, POSITION, Fields, entity, file, message, pressed, said

LONG = "反映一个问题：" + "楼道灯坏了" * 40


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def test_a_text_is_kept_answered_and_marked_as_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said("楼道灯 <b>坏了</b> &"))
        await place.answered("楼道灯 <b>坏了</b> &")
        await until(lambda: place.log()[-1].sent_at)
        question, answer = place.log()
        assert (question.channel_message_id, answer.reply_to) == ("7000:1", question.id)
        assert place.api.sent[0]["chat_id"] == "42" and "parse_mode" not in place.api.sent[0]


async def test_the_menu_is_in_chinese(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        commands = place.api.called("setMyCommands")[0]["commands"]
        assert [c["command"] for c in commands] == list(MENU)
        assert all(any("一" <= character <= "鿿" for character in c["description"]) for c in commands)


async def test_a_command_reaches_the_engine_as_a_sentence(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said("/jindu", entities=[entity("bot_command", "/jindu")]))
        await place.answered("查进度")
        assert place.engine.heard == [("telegram:42", "查进度")] and place.log()[0].text == "查进度"


async def test_the_same_update_again_is_answered_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said("灯坏了"), said("灯坏了"))
        await place.api.push(said("还有", id_=2))
        await place.answered("还有")
        assert place.engine.texts == ["灯坏了", "还有"]
        assert place.api.texts == ["听到：灯坏了", "听到：还有"]


async def test_a_long_payload_is_pressed_through_the_log(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        buttons = [{"title": "转人工", "payload": "转人工"}, {"title": "反映一个问题", "payload": LONG}]
        place.engine.answers["灯"] = [Reply("您是想——", {"buttons": buttons})]
        await place.api.push(said("灯"))
        await until(lambda: place.api.sent)
        rows = place.api.sent[0]["reply_markup"]["inline_keyboard"]
        pair = [button for row in rows for button in row]
        assert [b["text"] for b in pair] == ["转人工", "反映一个问题"]
        assert all(len(b["callback_data"].encode()) <= 64 for b in pair)
        await place.api.push(pressed(pair[1]["callback_data"]))
        await place.answered(LONG)
        assert [c["callback_query_id"] for c in place.api.called("answerCallbackQuery")] == ["900"]
        assert place.log()[2].payload == {"button": LONG}


@pytest.mark.parametrize("data", ["b:999:0", "b:1:0", "b:2:7", "b:2:-1", "something", "b:" + "9" * 30 + ":0"])
async def test_a_button_that_is_no_more_is_answered_in_words(tmp_path: Path, data: str) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["灯"] = [Reply("？", {"buttons": [{"title": "是", "payload": "是"}]})]
        await place.api.push(said("灯"), pressed(data))
        await until(lambda: place.api.called("answerCallbackQuery"))
        assert "失效" in place.api.called("answerCallbackQuery")[0]["text"]
        assert place.engine.texts in ([], ["灯"])


async def test_a_press_that_telegram_has_forgotten_is_still_heard(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["灯"] = [Reply("？", {"buttons": [{"title": "是", "payload": "是"}]})]
        place.api.fail("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
        await place.api.push(said("灯"))
        await until(lambda: place.api.sent)
        await place.api.push(pressed("b:2:0"))
        await place.answered("是")
        assert len(place.api.called("answerCallbackQuery")) == 1
        assert place.engine.texts == ["灯", "是"] and place.api.texts == ["？", "听到：是"]


async def test_an_edit_is_a_correction(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        edited = message("13栋灯坏了", edit_date=1_790_000_060)
        await place.api.push(said("3栋灯坏了"), {"edited_message": edited}, {"edited_message": edited})
        await place.answered("更正：13栋灯坏了")
        wordless = [
            message(**new, id_=5, edit_date=1_790_000_070)
            for new in ({"location": POSITION}, {"photo": [file(width=1, height=1)]})
        ]
        await place.api.push(*({"edited_message": edit} for edit in wordless), said("好", id_=6))
        await place.answered("好")
        assert place.engine.texts == ["3栋灯坏了", "更正：13栋灯坏了", "好"]


@pytest.mark.parametrize(
    ("sent", "heard", "located"),
    [
        ({"location": POSITION}, "我的位置", True),
        (
            {"venue": {"location": POSITION, "title": "幸福里小区", "address": "金朱路1号"}, "location": POSITION},
            "我的位置：幸福里小区，金朱路1号",
            True,
        ),
        (
            {"contact": {"phone_number": "+8613800001001", "first_name": "王", "user_id": 42}},
            "我的电话是13800001001",
            False,
        ),
        ({"photo": [file(width=1, height=1)], "caption": "灯坏了"}, "灯坏了", False),
    ],
)
async def test_positions_and_contacts_are_words(tmp_path: Path, sent: Fields, heard: str, located: bool) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said(**sent))
        await place.answered(heard)
        assert place.engine.positions == [{"lat": 26.65, "lon": 106.63} if located else None]


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({"photo": [file(width=1, height=1), file(file_id="large", width=9, height=9)]}, "照片"),
        ({"video": file(width=1, height=1, duration=1)}, "视频"),
        ({"voice": file(duration=1)}, "语音"),
        ({"video_note": file(length=1, duration=1)}, "视频留言"),
        ({"audio": file(duration=1)}, "音频"),
        ({"document": file(file_name="证明.pdf")}, "文件"),
        ({"animation": file(width=1, height=1, duration=1), "document": file()}, "动图"),
        ({"sticker": file(type="regular", width=1, height=1, is_animated=False, is_video=False)}, "表情"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "读不了的消息"),
        ({"something_new": {"a": 1}}, "读不了的消息"),
    ],
)
async def test_what_the_engine_cannot_read_is_kept_for_a_person(tmp_path: Path, sent: Fields, named: str) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said(**sent))
        await until(lambda: place.api.sent)
        kept = place.log()[0]
        assert kept.text == f"［{named}］" and kept.answered and place.engine.heard == []
        file_id = "large" if named == "照片" else "AgAD"
        assert named == "读不了的消息" or kept.payload["attachment"]["file_id"] == file_id


async def test_an_album_is_answered_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        photos = [said(id_=n, photo=[file(width=1, height=1)], media_group_id="a1") for n in (1, 2, 3)]
        await place.api.push(*photos, said("就是这里", id_=4))
        await place.answered("就是这里")
        assert len(place.api.sent) == 2 and len(place.log()) == 6


async def test_a_photo_with_words_is_acknowledged_under_the_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said(photo=[file(width=1, height=1)], caption="灯坏了"))
        await place.answered("灯坏了")
        assert place.api.texts == ["听到：灯坏了\n\n附来的照片也收到了，留给工作人员看。"]


async def test_while_a_person_has_the_conversation_the_bot_is_silent(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said("转人工"))
        await place.answered("转人工")
        hand_over("telegram:42", "", ring=False, at=place.watch(), uow=place.house.database.unit())
        await place.api.push(said("在吗", id_=2), said(id_=3, photo=[file(width=1, height=1)]))
        await until(lambda: len(place.log()) == 4 and place.log()[-1].answered)
        await place.api.push(said("别家", id_=9, chat=43, user=43))
        await place.answered("别家")
        assert place.api.texts == ["听到：转人工", "听到：别家"]


async def test_the_typing_sign_shows_while_the_engine_thinks(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.open.clear()
        await place.api.push(said("想一想"))
        await until(lambda: place.api.called("sendChatAction"))
        assert place.api.called("sendChatAction")[0]["action"] == "typing" and place.api.sent == []
        place.engine.open.set()
        await place.answered("想一想")


async def test_one_slow_conversation_does_not_hold_up_another(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.open.clear()
        await place.api.push(said("慢"), said("快", id_=2, chat=43, user=43))
        await until(lambda: set(place.engine.texts) == {"慢", "快"})
        assert place.api.sent == []
        place.engine.open.set()
        await place.answered("慢")
        await place.answered("快")
        assert {sent["chat_id"]: sent["text"] for sent in place.api.sent} == {"42": "听到：慢", "43": "听到：快"}


async def test_a_later_message_is_answered_after_all_that_an_earlier_one_brought(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["一"] = [Reply(f"一之{n}") for n in range(5)]
        await place.api.push(said("一"), said("二", id_=2))
        await place.answered("二")
        assert place.api.texts == [*(f"一之{n}" for n in range(5)), "听到：二"]


async def test_a_bug_is_apologised_for_and_the_message_stays(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.broken = True
        await place.api.push(said("灯坏了"))
        await until(lambda: place.api.sent)
        assert "故障" in place.api.texts[0] and not place.log()[0].answered


@pytest.mark.parametrize(
    "update",
    [
        {"my_chat_member": {"chat": {"id": 42, "type": "private"}, "from": message()["from"], "date": 1, "old_chat_member": {"status": "member", "user": BOT}, "new_chat_member": {"status": "kicked", "user": BOT, "until_date": 0}}},
        said(pinned_message=message("旧话")),
        said(left_chat_member=BOT),
        {"channel_post": message("频道")},
        {"something_new": {"a": 1}},
        {"inline_query": {"unreadable": True}},
    ],
)  # fmt: skip
async def test_what_nobody_waits_an_answer_to_passes(tmp_path: Path, update: Fields) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(update, said("灯坏了", id_=2))
        await place.answered("灯坏了")
        assert place.engine.texts == ["灯坏了"] and len(place.api.sent) == 1


@pytest.mark.parametrize(
    ("update", "answer"),
    [
        (said("灯坏了", entities=[{"of": "another version"}]), "听到：灯坏了"),
        (said(poll={"of": "another version"}), "还读不了"),
        ({"edited_message": message("灯又坏了", edit_date=2, entities=[{}])}, "听到：更正：灯又坏了"),
    ],
)
async def test_a_shape_that_the_library_cannot_read_is_answered_and_holds_up_nobody(
    tmp_path: Path, update: Fields, answer: str
) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(update, said("水管漏了", id_=2, chat=43, user=43))
        await place.answered("水管漏了")
        await until(lambda: any(answer in text for text in place.api.texts))
