"""知识缺口: what the knowledge fell short of is kept masked, grouped, and answered by the community itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from actions.conversations.erasing import erase_resident
from actions.conversations.message import Inbound
from actions.conversations.recording import record_inbound
from actions.errors import NotAllowed
from actions.masking import hide_numbers
from actions.shortfalls.answering import (
    LOOKED_BACK,
    dismiss_shortfalls,
    house_answers,
    note_shortfall,
    open_shortfalls,
    review_house_answer,
    told_house_answers,
    withdraw_house_answer,
    write_house_answer,
)
from actions.shortfalls.errors import HouseAnswerIncomplete, HouseAnswerUnknown
from actions.shortfalls.shortfall import LONGEST, Shortfall, groups, shortfall_of
from actions.store.database import Database
from actions.tickets.actor import Actor, Role
from knowledge.answer import Answer
from knowledge.citation import Citation
from knowledge.closeness import Space
from tests.actions.samples import MONDAY

MANAGER, WORKER = Actor(Role.MANAGER, "wang"), Actor(Role.WORKER, "w01")
WORDS_ALONE = Space(lambda texts: np.zeros((len(texts), 1), dtype=np.float32))
NEAR = Citation("regulation", "某市社区条例", 3, None, "原文", True)


def asked(message: str, question: str, at: datetime = MONDAY, status: str = "not_covered") -> Shortfall:
    answer = Answer(status, "", (), 0.55, (NEAR,))
    return shortfall_of(answer, question, message=message, conversation=f"web:{message}", at=at)


def test_a_question_is_kept_once_and_without_numbers(database: Database) -> None:
    one = asked("m1", "我的电话13800001001，社区泳池几点开")
    for _ in range(2):
        note_shortfall(one, uow=database.unit())
    (kept,) = open_shortfalls(at=MONDAY, uow=database.reading())
    assert kept == one and kept.question == "我的电话（号码），社区泳池几点开"
    assert (kept.nearest, kept.status, kept.settled_at) == ("《某市社区条例》第三条", "not_covered", None)


def test_two_questions_of_one_message_are_two(database: Database) -> None:
    for question in ("泳池几点开", "泳池要不要钱"):
        note_shortfall(asked("m1", question), uow=database.unit())
    assert len(open_shortfalls(at=MONDAY, uow=database.reading())) == 2


def test_the_longest_question_is_cut_and_kept(database: Database) -> None:
    note_shortfall(asked("m1", "泳" * 2000), uow=database.unit())
    assert len(open_shortfalls(at=MONDAY, uow=database.reading())[0].question) == LONGEST


def test_old_ones_and_those_of_who_wants_to_be_forgotten_are_gone(database: Database) -> None:
    for message, at in (
        ("old", MONDAY - LOOKED_BACK - timedelta(days=1)),
        ("m1", MONDAY),
        ("m2", MONDAY + timedelta(hours=1)),
    ):
        note_shortfall(asked(message, "泳池几点开", at), uow=database.unit())
    assert [s.message for s in open_shortfalls(at=MONDAY, uow=database.reading())] == ["m2", "m1"]
    with database.unit() as uow:
        uow.shortfalls.forget("web:m2")
        uow.commit()
    assert [s.message for s in open_shortfalls(at=MONDAY, uow=database.reading())] == ["m1"]


def test_who_has_her_words_erased_leaves_no_question_behind(database: Database) -> None:
    for conversation in ("web:m1", "web:m2"):
        record_inbound(Inbound(conversation, conversation, "泳池几点开"), at=MONDAY, uow=database.unit())
        note_shortfall(asked(conversation.removeprefix("web:"), "泳池几点开"), uow=database.unit())
    erase_resident("web:m1", "已删除", at=MONDAY, uow=database.unit())
    assert [s.message for s in open_shortfalls(at=MONDAY, uow=database.reading())] == ["m2"]


def test_an_answer_is_told_once_reviewed_and_no_more_once_withdrawn(database: Database) -> None:
    note_shortfall(asked("m1", "泳池几点开"), uow=database.unit())
    note_shortfall(asked("m2", "垃圾几点收"), uow=database.unit())
    about = [s for s in open_shortfalls(at=MONDAY, uow=database.reading()) if s.message == "m1"]
    who = {"by": MANAGER, "name": "王主任", "at": MONDAY}
    written = write_house_answer(
        "h1", ["泳池几点开", " ", "泳池几点开"], " 早上九点。 ", "物业公示", settles=about, uow=database.unit(), **who
    )
    assert (written.questions, written.text, written.writer) == (("泳池几点开",), "早上九点。", "王主任")
    assert [s.message for s in open_shortfalls(at=MONDAY, uow=database.reading())] == ["m2"]
    assert told_house_answers(uow=database.reading()) == []
    reviewed = review_house_answer("h1", uow=database.unit(), **who)
    assert told_house_answers(uow=database.reading()) == [reviewed] and reviewed.reviewer == "王主任"
    withdraw_house_answer("h1", uow=database.unit(), **who)
    assert told_house_answers(uow=database.reading()) == []
    (kept,) = house_answers(uow=database.reading())
    assert kept.text == "早上九点。" and kept.withdrawer == "王主任"
    assert review_house_answer("h1", uow=database.unit(), **who).told


def test_what_is_written_anew_waits_for_its_review_again(database: Database) -> None:
    who = {"by": MANAGER, "name": "王主任", "at": MONDAY}
    write_house_answer("h1", ["泳池几点开"], "早上九点。", "物业公示", uow=database.unit(), **who)
    review_house_answer("h1", uow=database.unit(), **who)
    write_house_answer("h1", ["泳池几点开"], "早上八点。", "物业公示", uow=database.unit(), **who)
    assert told_house_answers(uow=database.reading()) == [] and len(house_answers(uow=database.reading())) == 1


@pytest.mark.parametrize(
    ("questions", "text", "source"),
    [
        ([], "早上九点。", "公示"),
        (["。"], "早上九点。", "公示"),
        (["泳池几点开"], " ", "公示"),
        (["泳池几点开"], "早上九点。", ""),
        (["泳池"], "字" * 2001, "公示"),
    ],
)
def test_half_an_answer_is_none(database: Database, questions: list[str], text: str, source: str) -> None:
    with pytest.raises(HouseAnswerIncomplete):
        write_house_answer("h1", questions, text, source, by=MANAGER, name="王主任", at=MONDAY, uow=database.unit())
    assert house_answers(uow=database.reading()) == []


def test_only_managers_speak_for_the_community(database: Database) -> None:
    who = {"by": WORKER, "name": "周小敏", "at": MONDAY}
    with pytest.raises(NotAllowed):
        write_house_answer("h1", ["泳池几点开"], "早上九点。", "公示", uow=database.unit(), **who)
    for deed in (review_house_answer, withdraw_house_answer):
        with pytest.raises(NotAllowed):
            deed("h1", uow=database.unit(), **who)
    with pytest.raises(NotAllowed):
        dismiss_shortfalls([], by=WORKER, at=MONDAY, uow=database.unit())
    with pytest.raises(HouseAnswerUnknown):
        review_house_answer("h1", by=MANAGER, name="王主任", at=MONDAY, uow=database.unit())


def test_what_is_no_affair_of_ours_leaves_the_list(database: Database) -> None:
    note_shortfall(asked("m1", "泳池几点开"), uow=database.unit())
    dismiss_shortfalls(open_shortfalls(at=MONDAY, uow=database.reading()), by=MANAGER, at=MONDAY, uow=database.unit())
    assert open_shortfalls(at=MONDAY, uow=database.reading()) == []


def test_what_is_asked_most_comes_first() -> None:
    later = MONDAY + timedelta(hours=1)
    found = groups(
        [
            asked("m4", "泳池几点开呀", later),
            asked("m3", "垃圾几点收", later),
            asked("m2", "泳池几点开"),
            asked("m1", "泳池几点开", status="answered"),
        ],
        WORDS_ALONE,
    )
    assert [len(g.shortfalls) for g in found] == [3, 1]
    first = found[0]
    assert first.examples == ["泳池几点开呀", "泳池几点开"] and first.latest == later
    assert first.nearest == "《某市社区条例》第三条" and first.declined == 2


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打138 0000 1001找我", "打（号码）找我"),
        ("身份证52010319900101123X丢了", "身份证（号码）丢了"),
        ("电话0851-85901234", "电话（号码）"),
        ("一三八零零零零一零零一", "（号码）"),
        ("幸福里小区3栋2单元501，2026年11月", "幸福里小区3栋2单元501，2026年11月"),
        ("罚款200000元", "罚款200000元"),
    ],
)
def test_numbers_of_people_are_masked_and_others_are_not(text: str, masked: str) -> None:
    assert hide_numbers(text) == masked
