"""The community's own answers: told word for word where nothing else answers, and nowhere else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from actions.clock import SHANGHAI
from knowledge.answer import Answerer, build_answerer
from knowledge.closeness import Space
from knowledge.house_answers import HouseAnswer
from tests.knowledge.fakes import LetterEmbedder
from tests.knowledge.test_answer import CARD, NEGATIVES, PAY, STATUTE

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
TERM = HouseAnswer(
    "h1",
    ("社区主任任期几年", "主任干几年换一回"),
    "每届五年，可以连任。",
    "居委会 2026 年第三号通知",
    "王主任",
    NOON,
    "王主任",
    NOON,
)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    made = build_answerer([STATUTE], {CARD.id: CARD}, NEGATIVES, LetterEmbedder(), tmp_path_factory.mktemp("cache"))
    made.heed(lambda: [TERM])
    return made


@pytest.mark.parametrize("question", ["社区主任任期几年", "社区主任的任期几年？", "主任干几年换一回"])
def test_what_the_house_answered_is_told_word_for_word(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question)
    assert answer.status == "answered" and answer.citations == ()
    assert f"“{TERM.text}”" in answer.text
    for named in ("本社区答复", "王主任", "2026-11-24", TERM.source):
        assert named in answer.text


def test_without_it_the_question_is_declined(tmp_path: Path) -> None:
    bare = build_answerer([STATUTE], {CARD.id: CARD}, NEGATIVES, LetterEmbedder(), tmp_path)
    answer = bare.answer("社区主任任期几年")
    assert answer.status == "not_covered" and answer.wanting


def test_it_is_told_from_the_moment_it_is_there(tmp_path: Path) -> None:
    told: list[HouseAnswer] = []
    answerer = build_answerer([STATUTE], {CARD.id: CARD}, NEGATIVES, LetterEmbedder(), tmp_path)
    answerer.heed(lambda: told)
    assert answerer.answer("社区主任任期几年").status == "not_covered"
    told.append(TERM)
    assert TERM.text in answerer.answer("社区主任任期几年").text
    told.clear()
    assert answerer.answer("社区主任任期几年").status == "not_covered"


@pytest.mark.parametrize("question", [*PAY.questions, "老年证要带什么", "今天下雨吗", "罚款的数额", "第一条", "", "。"])
def test_everything_else_is_answered_as_before(answerer: Answerer, question: str) -> None:
    assert TERM.text not in answerer.answer(question).text


def test_questions_for_one_thing_are_one_group() -> None:
    space = Space(lambda texts: LetterEmbedder().query(texts))
    questions = [
        "游泳池几点开门",
        "篮球场收不收钱",
        "游泳池几点开门呀",
        "篮球场收不收钱呢",
        "游泳池是几点开门",
        "哪里能寄快递",
    ]
    assert space.groups(questions) == [[0, 2, 4], [1, 3], [5]]
    assert space.groups([]) == [] and space.groups(["一句"]) == [[0]]


def test_without_vectors_wording_alone_tells() -> None:
    space = Space(lambda texts: np.zeros((len(texts), 1), dtype=np.float32))
    close = space.closeness(["游泳池几点开门"], ["游泳池几点开门", "游泳池几点关门", "哪里能寄快递"])[0]
    assert close[0] == 1 and 0.5 < close[1] < 1 and close[2] == 0
