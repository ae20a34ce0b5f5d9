"""知识缺口: a question is declined, the manager answers it, and it is answered when it is asked again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction

from actions.accounts import Position
from actions.dialogue.counter import Counter
from actions.dialogue.executor import make_executor
from actions.office import load_agenda
from actions.shortfalls.answering import told_house_answers
from knowledge.answer import Answerer, build_answerer
from tests.bot.test_consoles_house import Place, make_place, sign_in, visiting
from tests.knowledge.fakes import LetterEmbedder
from tests.knowledge.test_answer import CARD, NEGATIVES, STATUTE

TERM = "每届五年，可以连任。"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(tmp_path: Path, cache: Path) -> Place:
    made = make_place(tmp_path)
    answerer = build_answerer([STATUTE], {CARD.id: CARD}, NEGATIVES, LetterEmbedder(), cache)
    answerer.heed(lambda: told_house_answers(uow=made.house.database.reading()))
    made.house = replace(made.house, answerer=lambda: answerer)
    made.account("manager", Position.MANAGER)
    made.account("operator", Position.OPERATOR)
    return made


def ask(place: Place, question: str, message: str) -> str:
    """What a resident hears from the action that answers."""
    house = place.house
    answerer: Answerer = house.answerer()
    parts: dict[str, Any] = {
        "desk": house.desk,
        "community": house.community,
        "categories": dict(house.categories),
        "catalog": house.catalog,
    }
    counter = Counter(
        database=house.database,
        answerer=answerer,
        agenda=load_agenda(),
        clock=place.clock,
        model=lambda: "test",
        **parts,
    )
    latest = {
        "text": question,
        "intent": {"name": "ask_regulation", "confidence": 0.9},
        "entities": [],
        "metadata": {"message_id": message},
    }
    tracker = {"sender_id": "web:abc", "slots": {}, "latest_message": latest, "events": []}
    call = {"next_action": "action_answer", "tracker": tracker, "domain": {}, "sender_id": "web:abc"}
    result = asyncio.run(make_executor(counter).run(call))
    assert result is not None
    return str(result.model_dump()["responses"][0]["custom"]["text"])


def press(user: User, words: str) -> None:
    """The first button that says this."""
    first = min(user.find(kind=ui.button, content=words).elements, key=lambda button: button.id)
    UserInteraction(user, {first}, None).click()


def field(user: User, kind: type[Any], label: str) -> Any:
    """The field with this label."""
    return next(f for f in user.find(kind=kind).elements if str(f.props.get("label")).startswith(label))


def test_what_is_answered_surely_is_no_shortfall(place: Place) -> None:
    assert "不低于八百平方米" in ask(place, "社区用房多大", "m1")
    ask(place, "今天下雨吗", "m2")
    with place.house.database.reading() as uow:
        assert uow.shortfalls.open(place.clock.at.replace(year=2020), 10) == []


async def test_a_declined_question_is_answered_by_the_manager_and_asked_again(place: Place) -> None:
    for n, question in enumerate(["主任任期多长", "主任任期多长，我电话13800001001", "罚款的数额"]):
        assert "没有写" in await asyncio.to_thread(ask, place, question, f"m{n}")
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        await user.open("/shortfalls")
        for words in (
            "没答上的（2）",
            "“主任任期多长”",
            "2 次",
            "“主任任期多长，我电话（号码）”",
            "2 次没答上",
            "“罚款的数额”",
        ):
            await user.should_see(words, retries=30)
        await user.should_not_see("13800001001")
        press(user, "写答复")
        await user.should_see("写本社区答复", retries=30)
        field(user, ui.textarea, "居民会怎么问").set_value("主任任期多长\n主任干几年换一回")
        field(user, ui.textarea, "答复").set_value(TERM)
        press(user, "保存")
        await user.should_see("请补全后再保存", retries=30)
        field(user, ui.input, "依据").set_value("居委会 2026 年第 3 号通知")
        press(user, "保存")
        for words in (
            "没答上的（1）",
            "本社区答复（1）",
            "待核对",
            "依据：居委会 2026 年第 3 号通知；共 2 种问法；manager的名字 2026-11-24 写",
        ):
            await user.should_see(words, retries=30)
        assert TERM not in await asyncio.to_thread(ask, place, "主任干几年换一回", "m7")
        press(user, "核对无误，启用")
        await user.should_see("已启用", retries=30)
        told = await asyncio.to_thread(ask, place, "主任干几年换一回", "m8")
        for words in ("本社区答复", f"“{TERM}”", "manager的名字，2026-11-24 写", "居委会 2026 年第 3 号通知"):
            assert words in told
        press(user, "再问一次")
        await user.should_see(told, retries=30)
        press(user, "停用")
        await user.should_see("已停用", retries=30)
    assert TERM not in await asyncio.to_thread(ask, place, "主任任期多长", "m9")


async def test_what_is_no_affair_of_ours_goes_without_an_answer(place: Place) -> None:
    await asyncio.to_thread(ask, place, "罚款的数额", "m1")
    async with visiting(place) as user:
        await sign_in(user, place, "manager", expect="对话记录")
        await user.open("/shortfalls")
        await user.should_see("“罚款的数额”", retries=30)
        press(user, "不处理")
        await user.should_see("近九十天里没有没答上的问题", retries=30)


async def test_operators_are_led_elsewhere(place: Place) -> None:
    async with visiting(place) as user:
        await sign_in(user, place, "operator", expect="值班台")
        await user.open("/shortfalls")
        await user.should_not_see("没答上的")
