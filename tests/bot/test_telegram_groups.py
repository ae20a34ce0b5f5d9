"""In an estate's group: answers for those who speak to us, and for nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from telegram import CallbackQuery

from actions.conversations.message import Inbound, Reply
from actions.conversations.recording import record_inbound, record_replies
from bot.telegram.buttons import press
from tests.bot.test_telegram_server import Thinker, Watch, make_house, opened, until
from tests.bot.test_telegram_updates import BOT, POSITION, Fields, entity, file, message, pressed, said

GROUP = -1001234
NAMED = {"entities": [entity("mention", "@linlibot")]}
OURS = message("…", id_=1, chat=GROUP) | {"from": BOT}


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize(
    ("update", "heard"),
    [
        (said("大家吃了吗", chat=GROUP), []),
        (said("@otherbot 灯坏了", chat=GROUP, entities=[entity("mention", "@otherbot")]), []),
        (said("/jindu@OtherBot", chat=GROUP, entities=[entity("bot_command", "/jindu@OtherBot")]), []),
        (said(chat=GROUP, photo=[file(width=1, height=1)]), []),
        (said(chat=GROUP, location=POSITION), []),
        (said(chat=GROUP, new_chat_members=[BOT]), []),
        (said("@linlibot 灯坏了", chat=GROUP, **NAMED), ["灯坏了"]),
        (said("@linlibot", chat=GROUP, **NAMED), ["你好"]),
        (said("/jindu@LinliBot", chat=GROUP, entities=[entity("bot_command", "/jindu@LinliBot")]), ["查进度"]),
        (said("还没修", chat=GROUP, reply_to_message=OURS), ["还没修"]),
    ],
)
async def test_in_a_group_only_those_who_name_us_are_answered(tmp_path: Path, update: Fields, heard: list[str]) -> None:
    async with opened(tmp_path) as place:
        await place.api.push(update, said("@linlibot 完", id_=99, chat=GROUP, user=1, **NAMED))
        for text in (*heard, "完"):
            await place.answered(text)
        assert sorted(place.engine.texts) == sorted([*heard, "完"])
        assert len(place.log(f"telegram:{GROUP}:42")) == 2 * len(heard), "what is not for us is not kept"


async def test_in_a_group_each_resident_has_a_conversation_and_buttons_of_their_own(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["灯坏了"] = [Reply("在哪里？", {"buttons": [{"title": "不知道", "payload": "说不上来"}]})]
        await place.api.push(said("@linlibot 灯坏了", chat=GROUP, user=42, **NAMED))
        await until(lambda: place.api.sent)
        assert place.api.sent[0]["reply_parameters"]["message_id"] == 1
        await place.api.push(pressed("b:2:0", chat=GROUP, user=43))
        await until(lambda: place.api.called("answerCallbackQuery"))
        await place.api.push(pressed("b:2:0", id_="901", chat=GROUP, user=42))
        await place.answered("说不上来")
        assert place.engine.heard == [(f"telegram:{GROUP}:42", "灯坏了"), (f"telegram:{GROUP}:42", "说不上来")]
        assert await asyncio.to_thread(place.log, f"telegram:{GROUP}:43") == []


def test_a_press_is_looked_up_at_its_very_place(tmp_path: Path) -> None:
    watch = Watch()
    house = make_house(tmp_path, "", Thinker(), watch)
    asked = [Inbound(f"m{user}", f"telegram:{GROUP}:{user}", "灯坏了") for user in (42, 43)]
    first, _ = [record_inbound(inbound, at=watch(), uow=house.database.unit())[0] for inbound in asked]
    shown = Reply("在哪里？", {"buttons": [{"title": "不知道", "payload": "说不上来"}]})
    reply = record_replies(first, [shown], None, {}, at=watch(), uow=house.database.unit())[0]

    def meant(seq: int) -> Inbound | None:
        query = CallbackQuery.de_json(pressed(f"b:{seq}:0", chat=GROUP)["callback_query"], None)
        return press(query, 7000, house.database.reading())

    assert [bool(meant(seq)) for seq in (reply.seq - 1, reply.seq, reply.seq + 1)] == [False, True, False]
    house.database.close()
