"""What residents share, correct, answer to and ask about themselves on Telegram."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from actions.conversations.message import Reply
from actions.conversations.preferring import prefer
from actions.conversations.reading import find_conversation
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from bot.telegram.manner import Manner
from knowledge.wording import say
from tests.actions.samples import MONDAY, make_desk, make_report
from tests.actions.test_attachments import ogg, photo
from tests.bot.test_telegram_server import Place, opened, until
from tests.bot.test_telegram_updates import BOT, Fields, entity, file, message, said

OWN = {"phone_number": "+8613800001001", "first_name": "王", "user_id": 42}
GROUP = -1001234


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def filed(place: Place, conversation: str = "telegram:42") -> Ticket:
    report, by = make_report(conversation=conversation), Actor(Role.RESIDENT, conversation)
    ticket = open_ticket(report, by=by, at=MONDAY, desk=make_desk(), uow=place.house.database.unit())
    place.engine.events["灯坏了"] = [{"type": "ticket_created", "ticket": {"number": ticket.number, "assignee": "w01"}}]
    place.engine.answers["灯坏了"] = [Reply(f"登记好了，工单号 {ticket.number}。")]
    return ticket


def ticket_now(place: Place, number: str) -> Ticket:
    with place.house.database.reading() as uow:
        return uow.tickets.peek(number)


def supplements(place: Place, number: str) -> list[str]:
    return [entry.note for entry in ticket_now(place, number).history if entry.event is Event.SUPPLEMENT]


async def test_a_residents_own_phone_is_known_from_then_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said(contact=OWN))
        await place.answered("我的电话是13800001001")
        known = find_conversation("telegram:42", uow=place.house.database.reading())
        assert known and known.phone == "13800001001"


async def test_somebody_elses_phone_is_refused_and_kept_nowhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said(contact={**OWN, "phone_number": "13900002002", "user_id": 77}))
        await until(lambda: place.api.sent)
        assert place.api.texts == [say("telegram_kept_contact")] and not place.engine.heard
        assert "13900002002" not in str(place.log())
        known = find_conversation("telegram:42", uow=place.house.database.reading())
        assert known and known.phone is None


async def test_an_edit_of_what_became_a_ticket_amends_the_ticket_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        ticket = filed(place)
        await place.api.push(said("灯坏了"))
        await until(lambda: place.api.sent)
        edit = {"edited_message": message("13栋灯坏了", edit_date=1_790_000_060)}
        await place.api.push(edit, edit, said("好", id_=9))
        await place.answered("好")
        assert supplements(place, ticket.number) == ["更正：13栋灯坏了"] and place.engine.texts == ["灯坏了", "好"]
        assert ticket.number in place.api.texts[1]


async def test_an_edit_too_late_for_the_ticket_is_still_heard(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        filed(place, conversation="telegram:77")
        await place.api.push(said("灯坏了"))
        await until(lambda: place.api.sent)
        await place.api.push({"edited_message": message("13栋灯坏了", edit_date=1_790_000_060)})
        await place.answered("更正：13栋灯坏了")


async def test_a_reply_to_an_earlier_message_is_about_its_ticket(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        ticket = filed(place)
        ours = message(f"登记好了，工单号 {ticket.number}。", id_=1001) | {"from": BOT}
        await place.api.push(said("灯坏了"))
        await until(lambda: place.api.sent)
        await place.api.push(said("怎么样了", id_=2, reply_to_message=ours))
        await place.answered("怎么样了")
        await place.api.push(said("那个呢", id_=3, reply_to_message=message("灯坏了", id_=1)))
        await place.answered("那个呢")
        await place.api.push(said("好的", id_=4, reply_to_message=message("别的", id_=77)))
        await place.answered("好的")
        assert place.engine.tickets == [None, ticket.number, ticket.number, None]


async def test_my_data_comes_as_words_and_as_a_file(tmp_path: Path) -> None:
    async with opened(tmp_path, explains=True) as place:
        ticket = filed(place)
        await place.api.push(said("/mydata", entities=[entity("bot_command", "/mydata")]))
        await until(lambda: place.api.called("sendDocument"))
        data = json.loads(place.api.called("sendDocument")[0]["document"])
        assert ticket.number in place.api.texts[0] and data["工单"][0]["工单号"] == ticket.number
        assert [m["说"] for m in data["对话记录"]][0] == "我的信息"


async def test_forgetting_is_confirmed_by_a_button(tmp_path: Path) -> None:
    async with opened(tmp_path, explains=True) as place:
        place.api.files["AgAD"] = photo()
        await place.api.push(said(photo=[file(width=1, height=1)], caption="我是李四，灯坏了"))
        await place.answered("我是李四，灯坏了")
        image = place.log()[0].payload["image"]
        await place.api.push(said("/forget", id_=2, entities=[entity("bot_command", "/forget")]))
        await until(lambda: any("reply_markup" in sent for sent in place.api.sent))
        button = next(s for s in place.api.sent if "reply_markup" in s)["reply_markup"]["inline_keyboard"][0][0]
        assert button["text"] == say("erase_confirm") and "李四" in str(place.log())
        await place.api.push(_press(button["callback_data"]))
        await until(lambda: any("删好了" in text for text in place.api.texts))
        assert "李四" not in str(place.log()) and place.engine.forgotten == ["telegram:42"]
        assert not (tmp_path / "attachments" / image).exists()


def _press(data: str) -> Fields:
    under = {"message_id": 1003, "date": 1_790_000_000, "chat": message("")["chat"], "from": BOT, "text": "…"}
    sender = {"id": 42, "is_bot": False, "first_name": "王"}
    return {"callback_query": {"id": "901", "from": sender, "message": under, "chat_instance": "1", "data": data}}


async def test_in_a_group_no_phone_number_is_shown(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["登记"] = [Reply("电话 13800001001，对吗？")]
        named = {"entities": [entity("mention", "@linlibot")]}
        await place.api.push(said("@linlibot 登记", chat=GROUP, **named), said("登记", id_=2))
        await until(lambda: len(place.api.sent) == 2)
        texts = {sent["chat_id"]: sent["text"] for sent in place.api.sent}
        assert texts == {str(GROUP): "电话 138****1001，对吗？", "42": "电话 13800001001，对吗？"}


async def test_news_is_silent_in_quiet_hours_and_in_the_characters_that_are_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(said("你好"))
        await until(lambda: place.api.sent)
        now = place.watch()
        minute = now.hour * 60 + now.minute
        quiet = {"quiet_from": (minute - 60) % 1440, "quiet_until": (minute + 60) % 1440}
        prefer("telegram:42", new="p", at=now, uow=place.house.database.unit(), **quiet)
        await asyncio.to_thread(place.channel.send, "telegram:42", "工单办结了")
        assert place.api.sent[-1]["disable_notification"] in ("true", "True", True)
    assert Manner(traditional=True).written("楼道灯坏了") == "樓道燈壞了"


@asynccontextmanager
async def speech(words: str | None) -> AsyncGenerator[tuple[str, list[Fields]]]:
    """A speech service in OpenAI's shape; with None it is out of order."""
    asked: list[Fields] = []

    async def transcribe(request: web.Request) -> web.Response:
        form = await request.post()
        sound = form["file"]
        assert isinstance(sound, web.FileField)
        asked.append({"file": sound.file.read(), "model": form["model"], "by": request.headers.get("Authorization")})
        return web.json_response({"text": words}) if words is not None else web.Response(status=500)

    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", transcribe)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1", asked
    await runner.cleanup()


async def test_a_voice_is_written_down_answered_and_read_back(tmp_path: Path) -> None:
    async with speech("三栋楼道灯坏了") as (url, asked), opened(tmp_path, speech_url=url, speech_key="k") as place:
        place.api.files["AgAD"] = ogg()
        voice = said(voice=file(duration=1))
        await place.api.push(voice, voice)
        await place.answered("三栋楼道灯坏了")
        await place.api.push(said("好", id_=2))
        await place.answered("好")
        assert asked == [{"file": ogg(), "model": "whisper-1", "by": "Bearer k"}]
        kept = place.log()[0]
        assert kept.text == "三栋楼道灯坏了" and kept.payload["voice"]
        assert say("telegram_heard_voice", words="三栋楼道灯坏了") in place.api.texts[0]


@pytest.mark.parametrize("words", [None, ""])
async def test_a_voice_that_cannot_be_written_down_is_for_a_person(tmp_path: Path, words: str | None) -> None:
    async with speech(words) as (url, _), opened(tmp_path, speech_url=url) as place:
        place.api.files["AgAD"] = ogg()
        await place.api.push(said(voice=file(duration=1)))
        await until(lambda: place.api.sent)
        assert place.api.texts == [say("telegram_kept_voice")] and not place.engine.heard


async def test_a_photo_sent_as_a_file_is_kept_as_a_photo(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.files["AgAD"] = photo()
        await place.api.push(said(document=file(file_name="IMG.jpg", mime_type="image/jpeg")))
        await until(lambda: place.api.sent)
        assert place.house.storage.get(place.log()[0].payload["image"])
