"""What residents ask about themselves, and in other languages than Chinese: answered before the engine is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from actions.attachments.folder import FolderStorage
from actions.clock import SHANGHAI
from actions.conversations.conversation import Owner
from actions.conversations.handover import hand_over
from actions.conversations.message import Inbound, Reply
from actions.conversations.person import Language
from actions.conversations.preferring import person_of
from actions.conversations.reading import find_conversation, transcript
from actions.conversations.recording import remember_resident
from actions.store.database import Database, open_database
from bot.conversation.engine import EngineDown, EngineTurn
from bot.conversation.flow import Flow, Turn
from bot.conversation.hub import Hub
from bot.conversation.own_data import OwnData
from bot.conversation.requests import Wish, request_in
from bot.conversation.tongue import foreign
from knowledge.wording import say
from tests.tables import lay_tables

NOW = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)
WEB, TELEGRAM, GROUP = "web:abc", "telegram:42", "telegram:-100:42"
PHONE = "13800001001"


class Echo:
    """An engine that repeats what it hears, and forgets what it is told to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.forgotten: list[str] = []
        self.away = False
        self.understood: dict[str, Any] = {"intent": "report_issue", "confidence": 0.9}

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> EngineTurn:
        self.heard.append(text)
        return EngineTurn((Reply(f"听到：{text}"),), (), self.understood)

    async def forget(self, conversation: str) -> None:
        if self.away:
            raise EngineDown("away")
        self.forgotten.append(conversation)


class Talk:
    """A flow on a database of its own."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.engine, self.n = database, Echo(), 0
        engine = cast(Any, self.engine)
        own_data = OwnData(database, FolderStorage(folder), engine, lambda: NOW)
        self.flow = Flow(database, engine, Hub(), lambda: NOW, 2000, own_data)

    async def say(self, text: str, conversation: str = WEB) -> Turn:
        self.n += 1
        return await self.flow.receive(Inbound(f"m{self.n}", conversation, text, f"c{self.n}"))

    async def hear(self, text: str, conversation: str = WEB) -> str:
        return "\n".join(reply.text for reply in (await self.say(text, conversation)).replies)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    database = open_database(lay_tables(f"sqlite:///{tmp_path}/linli.db"))
    yield Talk(database, tmp_path / "files")
    database.close()


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("删除我的信息", Wish.ERASE),
        ("请把我的个人信息全部删掉。", Wish.ERASE),
        ("怎么删除我的聊天记录？", Wish.ERASE),
        ("帮我清空我在这里的记录", Wish.ERASE),
        ("注销账号", None),
        ("忘掉我吧", Wish.ERASE),
        ("我的信息", Wish.SHOW),
        ("查看一下我的资料", Wish.SHOW),
        ("看看我的资料有哪些", Wish.SHOW),
        ("你们存了我的哪些信息", Wish.SHOW),
        ("绑定 13800001001", Wish.JOIN),
        ("绑定 13800001001 482913", Wish.JOIN),
        ("绑定手机", Wish.JOIN),
        ("大字", Wish.PREFER),
        ("免打扰25点到7点", None),
        ("免打扰22点到7点", Wish.PREFER),
        ("取消免打扰", Wish.PREFER),
        ("用繁体字", Wish.PREFER),
        ("物业把我的信息泄露了，让他们删除", None),
        ("隔壁装修的把我家电线删了", None),
        ("我的信息怎么保密", None),
        ("社保信息怎么修改", None),
        ("楼道灯坏了", None),
        ("电梯按钮绑定不了门禁卡", None),
        ("482913", None),
        ("", None),
    ],
)
def test_what_is_asked_for(text: str, wish: Wish | None) -> None:
    found = request_in(text)
    assert (found and found.wish) == wish


async def test_at_first_contact_it_is_said_once_what_is_stored(talk: Talk) -> None:
    assert "个人信息保护法" in await talk.hear("灯坏了")
    assert "个人信息保护法" not in await talk.hear("还有门坏了")
    known = find_conversation(WEB, uow=talk.database.reading())
    assert known and known.consent == say("consent_version")
    assert "个人信息保护法" in await talk.hear("你好", TELEGRAM), "once in each conversation"


async def test_somebody_in_danger_hears_it_another_time(talk: Talk) -> None:
    talk.engine.understood = {"intent": "emergency", "confidence": 1.0, "urgent": True}
    assert "个人信息保护法" not in await talk.hear("着火了")
    talk.engine.understood = {"intent": "greet", "confidence": 1.0}
    assert "个人信息保护法" in await talk.hear("谢谢")


async def test_erasing_is_asked_before_it_is_done(talk: Talk) -> None:
    await talk.hear("我是李四，灯坏了")
    asked = await talk.say("删除我的信息")
    titles = [button["title"] for button in asked.replies[0].payload["buttons"]]
    assert titles == [say("erase_confirm"), say("erase_keep")] and not asked.events
    assert await talk.hear(say("erase_keep")) == say("erase_not")
    assert "李四" in str(transcript(WEB, uow=talk.database.reading()))
    done = await talk.say(titles[0])
    assert [event["type"] for event in done.events] == ["data_erased"] and done.understood
    assert done.understood["intent"] == "ask_privacy" and talk.engine.forgotten == [WEB]
    assert "李四" not in str(transcript(WEB, uow=talk.database.reading()))
    assert talk.engine.heard == ["我是李四，灯坏了"], "the engine was not asked about any of it"


async def test_nothing_is_erased_while_the_engine_cannot_forget(talk: Talk) -> None:
    await talk.hear("我是李四")
    talk.engine.away = True
    turn = await talk.say(say("erase_confirm"))
    assert not turn.events and turn.replies[0].text == say("erase_failed")
    assert "李四" in str(transcript(WEB, uow=talk.database.reading()))


async def test_what_is_stored_is_told(talk: Talk) -> None:
    await talk.hear("灯坏了")
    remember_resident(WEB, at=NOW, uow=talk.database.unit(), address="幸福里3栋", phone=PHONE)
    turn = await talk.say("我的信息")
    assert PHONE in turn.replies[0].text and "幸福里3栋" in turn.replies[0].text
    assert turn.replies[0].payload["dossier"] and json.dumps(dict(turn.replies[0].payload))


async def test_a_code_shown_here_is_typed_there(talk: Talk) -> None:
    await talk.hear("灯坏了")
    await talk.hear("你好", TELEGRAM)
    assert await talk.hear("绑定") == say("join_need_phone")
    shown = await talk.hear(f"绑定 {PHONE}")
    line = shown[shown.index("绑定 ") :].split("。")[0]
    assert await talk.hear(line) == say("join_same")
    assert await talk.hear(line, TELEGRAM) == say("join_done")
    assert await talk.hear(line, TELEGRAM) == say("join_done"), "who is joined already is told so"


async def test_preferences_are_kept(talk: Talk) -> None:
    for text in ("大字", "免打扰从晚上十点到早上7点", "用繁体字"):
        await talk.hear(text)
    person = person_of(WEB, uow=talk.database.reading())
    assert (
        person and person.large_type and person.language is Language.TRADITIONAL and person.quiet(NOW.replace(hour=23))
    )
    shown = await talk.hear("我的信息")
    assert "大字" in shown and "22:00–07:00" in shown


@pytest.mark.parametrize("text", ["我的信息", "删除我的信息", say("erase_confirm"), f"绑定 {PHONE}"])
async def test_in_a_group_nothing_private_is_said(talk: Talk, text: str) -> None:
    await talk.hear("灯坏了", GROUP)
    remember_resident(GROUP, at=NOW, uow=talk.database.unit(), phone=PHONE)
    turn = await talk.say(text, GROUP)
    assert turn.replies[0].text == say("own_data_elsewhere") and not turn.events


async def test_while_a_person_speaks_the_bot_does_not(talk: Talk) -> None:
    await talk.hear("灯坏了")
    hand_over(WEB, "", False, at=NOW, uow=talk.database.unit())
    turn = await talk.say("我的信息")
    assert not turn.replies and turn.owner == Owner.PERSON


async def test_privacy_is_answered_with_ways_to_act(talk: Talk) -> None:
    talk.engine.understood = {"intent": "ask_privacy", "confidence": 0.9}
    turn = await talk.say("你们会泄露我的电话吗")
    assert [b["payload"] for b in turn.replies[0].payload["buttons"]] == [say("button_own_data"), say("button_erase")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The light in the corridor is broken", "English"),
        ("Подъезд затопило", "Русский"),
        ("복도 불이 꺼졌어요", "한국어"),
        ("階段の電気がつきません", "日本語"),
        ("ไฟดับ", "ไทย"),
        ("المصباح معطل", "العربية"),
        ("hello", ""),
        ("OK", ""),
        ("wifi坏了 please help me now", ""),
        ("https://example.org/a b", ""),
        ("12345 3-2-501", ""),
        ("幸福の家门口", ""),
        ("😀😀😀", ""),
        ("", ""),
    ],
)
def test_other_languages_are_answered_kindly(text: str, told: str) -> None:
    answer = foreign(text)
    assert bool(answer) == bool(told)
    if told:
        assert "110" in answer and "只懂中文" in answer and (told == "English" or told in answer)


async def test_a_foreigner_is_offered_a_person(talk: Talk) -> None:
    turn = await talk.say("The light in the corridor is broken")
    assert turn.replies[0].payload["buttons"][0]["payload"] == say("button_human") and not talk.engine.heard
