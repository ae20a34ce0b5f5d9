"""Regulations without questions of their own: found by their words and meaning, named in the answer, never in the way of our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.answer import Answerer, build_answerer, load_answerer_with
from knowledge.benchmark import multiplied, noisy
from knowledge.catalog import ServiceItem
from knowledge.embedding import NoEmbedder, Remembering
from knowledge.folding import fold
from knowledge.naming import Names
from knowledge.references import Reference, references_in
from knowledge.search import Negatives
from knowledge.shelf import build_shelf
from knowledge.statutes import Article, Statute
from knowledge.wordindex import WordIndex, build_word_index
from knowledge.words import terms
from tests.knowledge.fakes import LetterEmbedder

OURS = Statute(
    "ours", "甲市社区条例", "甲市", date(2020, 1, 1), "测试",
    (
        Article(1, "第一章 总则", "网格工作人员报酬标准由区人民政府参照社会平均工资确定。", point="网格员的工资由区里定。",
                questions=("网格员的工资哪个发", "网格员一个月好多钱", "谁给网格员发工资", "网格员报酬标准", "网格员的钱从哪来")),
        Article(2, "第一章 总则", "服务窗口实行首问责任，可以采取错时、预约等方式。", point="窗口首问负责。",
                questions=("窗口不归他管", "窗口推来推去", "首问责任是什么", "窗口能预约吗", "窗口错时上班吗")),
    ),
    own=True,
)  # fmt: skip
COVERS = Statute(
    "covers", "甲市井盖管理条例", "甲市", date(2021, 1, 1), "测试",
    (
        Article(1, "第一章 总则", "为了管好井盖，制定本条例。"),
        Article(2, "第二章 养护", "井盖丢失、破损的，养护单位应当在二小时内到场设置警示标志。"),
        Article(2, "第二章 养护", "井盖上不得停放车辆。", suffix=1),
    ),
)  # fmt: skip
DOGS = Statute(
    "dogs",
    "养犬管理办法",
    "全国",
    date(2019, 1, 1),
    "测试",
    (Article(1, "", "携带犬只出户应当束犬链，及时清除犬只粪便。"),),
)
NEGATIVES = Negatives(
    ("社区主任任期几年", "主任任期多长"), ("今天下雨吗", "后天下雨吗", "天气怎样", "股票涨了没", "讲个笑话")
)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return build_answerer([OURS, COVERS, DOGS], {}, NEGATIVES, LetterEmbedder(), tmp_path_factory.mktemp("cache"))


def test_an_article_of_another_regulation_is_quoted_under_its_name(answerer: Answerer) -> None:
    answer = answerer.answer("井盖丢失了养护单位几小时内到场")
    first = answer.citations[0]
    assert (answer.status, first.document, first.article, first.key) == ("answered", "甲市井盖管理条例", 2, "covers/2")
    assert first.quote == COVERS.articles[1].text and "《甲市井盖管理条例》第二条（第二章 养护）" in answer.text


def test_an_article_outside_any_chapter_is_quoted_without_one(answerer: Answerer) -> None:
    assert "《养犬管理办法》第一条原文" in answerer.answer("携带犬只出户要束犬链吗").text


def test_our_own_questions_are_still_answered_by_our_own(answerer: Answerer) -> None:
    assert all(answerer.answer(q).citations[0].document == OURS.title for a in OURS.articles for q in a.questions)


def test_what_is_no_affair_of_ours_stays_out(answerer: Answerer) -> None:
    assert answerer.answer("今天天气怎样").status == "out_of_scope"


@pytest.mark.parametrize(
    ("asked", "document", "article"),
    [
        ("甲市井盖管理条例第二条", "甲市井盖管理条例", 2),
        ("井盖管理条例第一条", "甲市井盖管理条例", 1),
        ("《养犬管理办法》第一条", "养犬管理办法", 1),
        ("第二条", "甲市社区条例", 2),
        ("社区条例第二条", "甲市社区条例", 2),
    ],
)
def test_an_article_is_found_by_number_in_the_regulation_that_is_named(
    answerer: Answerer, asked: str, document: str, article: int
) -> None:
    first = answerer.answer(asked).citations[0]
    assert (first.document, first.article) == (document, article)


def test_an_added_article_has_a_key_of_its_own(answerer: Answerer) -> None:
    assert answerer.answer("井盖管理条例第二条之一").citations[0].key == "covers/2-1"


def test_an_article_that_a_named_regulation_does_not_have_gets_the_truth(answerer: Answerer) -> None:
    answer = answerer.answer("井盖管理条例第九条")
    assert answer.status == "not_covered" and "《甲市井盖管理条例》共三条" in answer.text


def test_a_question_that_names_a_regulation_is_answered_from_it(answerer: Answerer) -> None:
    answer = answerer.answer("井盖管理条例里车辆能停吗")
    assert {c.document for c in (*answer.citations, *answer.related)} == {"甲市井盖管理条例"}


def test_names_are_found_with_and_without_their_city() -> None:
    names = Names([COVERS, DOGS, replace(COVERS, id="other", title="乙市井盖管理条例")])
    assert [s.id for s in names.find("乙市井盖管理条例怎么说")[0]] == ["other"]
    assert [s.id for s in names.find("井盖管理条例怎么说")[0]] == ["covers", "other"]
    assert names.find("条例怎么说") == ((), "")


def test_a_law_that_is_not_on_file_is_still_foreign() -> None:
    titles = [s.title for s in (OURS, COVERS)]
    assert references_in("民法典第三条", titles) == [Reference(3, law="民法典")]
    assert references_in("井盖管理条例第三条和条例第四条", titles) == [Reference(3, title=COVERS.title), Reference(4)]


def test_without_vectors_words_alone_find_the_article(tmp_path: Path) -> None:
    shelf = build_shelf([COVERS, DOGS], NoEmbedder(), tmp_path)
    assert shelf
    hit = shelf.search("井盖丢失养护单位到场")
    assert hit.documents[0].key == "covers/2" and 0 < hit.sureness < 1


def test_a_shelf_is_made_once_and_one_more_regulation_embeds_only_its_own(tmp_path: Path) -> None:
    first, again, more = LetterEmbedder(), LetterEmbedder(), LetterEmbedder()
    build_shelf([COVERS], first, tmp_path)
    build_shelf([COVERS], again, tmp_path)
    build_shelf([COVERS, DOGS], more, tmp_path)
    assert len(first.embedded) == 3 and again.embedded == [] and more.embedded == [fold(DOGS.articles[0].text)]
    assert len(list(tmp_path.glob("shelf-*"))) == 2  # the index, and the vectors


def test_nothing_on_the_shelf_is_no_shelf(tmp_path: Path) -> None:
    assert build_shelf([], LetterEmbedder(), tmp_path) is None and list(tmp_path.iterdir()) == []


def test_the_word_index_prefers_what_shares_words_and_tells_its_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build_word_index(
        ["网格员的工资谁发", "社区用房多少平方米"], tmp_path, lambda done, total: seen.append((done, total))
    )
    index = WordIndex(tmp_path)
    assert index.scores(terms("发工资给网格员")).argmax() == 0 and index.scores(["没有的词"]).tolist() == [0, 0]
    assert seen == [(2, 2)] and len(index) == 2


def test_a_question_is_embedded_once() -> None:
    inner = LetterEmbedder()
    twice = Remembering(inner)
    assert (twice.query(["甲"]) == twice.query(["甲"])).all() and inner.embedded == ["甲"] and twice.name == inner.name


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "regulations" / "bing"
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text(
        "丙市路灯条例\n第一条 路灯不亮的，管护单位应当在一日内修复。\n第二条 井盖上不得停放车辆。\n第三条 携带犬只应当束链。\n",
        "utf-8",
    )
    (folder / "about.yml").write_text(
        "title: 丙市路灯条例\ncity: 丙市\nown: true\nsource: 测试\neffective: 2024-01-01\n", "utf-8"
    )
    yield tmp_path / "regulations"


def test_a_citys_own_import_answers_in_place_of_the_shipped_one(
    imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the shipped regulation was asked is then known as a question without an answer."""
    monkeypatch.setattr("knowledge.answer.load_catalog", lambda: {ITEM.id: ITEM})
    monkeypatch.setattr("knowledge.answer.load_regulations", lambda folder, today: [*_read(folder), OURS])
    monkeypatch.setattr("knowledge.answer.load_negatives", lambda: NEGATIVES)
    answerer = load_answerer_with(imported, date(2026, 11, 24), LetterEmbedder(), tmp_path / "cache")
    assert answerer.answer("第一条").citations[0].document == "丙市路灯条例"
    assert answerer.answer("路灯不亮管护单位几日内修复").citations[0].document == "丙市路灯条例"
    asked = answerer.answer("谁给网格员发工资")
    assert asked.status == "not_covered" and OURS.title not in asked.text


def _read(folder: Path) -> list[Statute]:
    from knowledge.statutes import load_statutes

    return [replace(s, imported=True) for s in load_statutes(folder)]


ITEM = ServiceItem(
    "elder_card", "老年优待证", "elderly", None, ("年满六十周岁",), ("身份证",), ("到窗口登记",), "社区服务大厅", "工作日", "当场办结", "不收费",
    "可以代办", (), ("老年证怎么办", "老年证要带什么", "给爷爷办老年证", "老年优待证去哪领", "老人卡几天拿到"), "示例", False, True,
)  # fmt: skip


def test_the_benchmark_multiplies_statutes_and_keeps_vectors_apart() -> None:
    grown = list(multiplied([COVERS, DOGS], 9))
    assert sum(len(s.articles) for s in grown) >= 9 and len({s.id for s in grown}) == len(grown)
    vectors = noisy(LetterEmbedder().query(["甲", "乙"]), 5)
    assert vectors.shape == (5, 64) and len({row.tobytes() for row in vectors}) == 5
