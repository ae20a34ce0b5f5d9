"""The regulation is kept word for word, and a text that is no regulation is refused with the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.articles import read_articles
from knowledge.errors import BadFile, BadStatute
from knowledge.statutes import REGULATIONS, Statute, load_statute, load_statutes

INCOMPLETE = {14, 19, 21, 27, 31}


@pytest.fixture(scope="module")
def guiyang() -> Statute:
    return next(s for s in load_statutes() if s.id == "guiyang")


@pytest.fixture(scope="module")
def seed() -> str:
    return (REGULATIONS / "guiyang" / "text.txt").read_text("utf-8")


def test_there_are_forty_seven_articles_in_order(guiyang: Statute) -> None:
    assert [a.number for a in guiyang.articles] == list(range(1, 48))
    assert guiyang.count == "四十七"


def test_every_article_is_verbatim_and_only_headings_are_left_over(guiyang: Statute, seed: str) -> None:
    left = seed
    for article in guiyang.articles:
        line = f"{article.label} {article.text}"
        assert seed.count(line) == 1
        left = left.replace(line, "")
    assert all(re.fullmatch(r"第[一二三四五]章 .+", row) for row in left.splitlines() if row.strip())


def test_articles_stand_in_their_chapters(guiyang: Statute) -> None:
    chapters = {n: guiyang.article(n).chapter for n in (1, 7, 26, 36, 46)}  # type: ignore[union-attr]
    assert chapters == {
        1: "第一章 总则",
        7: "第二章 社区建设与治理",
        26: "第三章 社区服务与管理",
        36: "第四章 社区工作保障",
        46: "第五章 附则",
    }


def test_exactly_the_broken_articles_are_incomplete(guiyang: Statute) -> None:
    assert {a.number for a in guiyang.articles if not a.complete} == INCOMPLETE
    assert all(gap in a.text for a in guiyang.articles for gap in a.gaps)


def test_every_question_file_belongs_to_an_article(guiyang: Statute) -> None:
    for article in guiyang.articles:
        assert bool(article.point) == bool(article.questions)
        assert len(set(article.questions)) == len(article.questions)


def test_no_question_is_asked_of_two_articles(guiyang: Statute) -> None:
    questions = [q for a in guiyang.articles for q in a.questions]
    assert len(set(questions)) == len(questions)


NATIONAL = """中华人民共和国示例法

目  录
第一编 总则
　第一章　基本规定
　第二章　其他
第二编 分则

第一编 总 则
第一章　基本规定
第一条　为了示例，制定本法。
第二条　本法所称示例，包括：
　　（一）一种；
　　（二）另一种。
第一条规定的示例，不在此列。
第二章 其他
第一节 通则
第二条之一 补上的一条。
第三条 第二款另有规定的，从其规定。
第二编 分则
第四条 本法自公布之日起施行。
"""


def test_parts_chapters_sections_and_added_articles_are_read() -> None:
    articles = read_articles(NATIONAL)
    assert [(a.number, a.suffix) for a in articles] == [(1, 0), (2, 0), (2, 1), (3, 0), (4, 0)]
    assert articles[0].chapter == "第一章 基本规定"
    assert articles[2].part == "第一编 总则" and articles[2].section == "第一节 通则"
    assert (articles[4].part, articles[4].chapter, articles[4].section) == ("第二编 分则", "", "")


def test_a_sentence_that_opens_like_an_article_is_none() -> None:
    second = read_articles(NATIONAL)[1].text
    assert second.endswith("第一条规定的示例，不在此列。") and second in NATIONAL


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("第一条 甲。\n第三条 乙。\n", 2),
        ("第一条 甲。\n第二条\n第三条 乙。\n", 2),
        ("第一章 总则\n第一条 甲。\n第二章 空章\n第三章 后章\n第二条 乙。\n", 3),
        ("第一条 甲。\n第二章 末章\n", 2),
        ("第一条 甲。\n第二章 某章\n无主的话。\n第二条 乙。\n", 3),
        ("今天天气不错。\n", 0),
        ("", 0),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_line(text: str, line: int) -> None:
    with pytest.raises(BadStatute) as failure:
        read_articles(text)
    assert failure.value.fields["line"] == line


def test_a_gap_must_stand_in_its_article(tmp_path: Path) -> None:
    folder = tmp_path / "somewhere"
    folder.mkdir()
    (folder / "text.txt").write_text("第一条 甲乙丙。\n", "utf-8")
    about = "title: 某条例\ncity: 某市\nsource: 测试\nlost: {1: [丁戊]}\n"
    (folder / "about.yml").write_text(about, "utf-8")
    with pytest.raises(BadFile, match=r"lost\.1"):
        load_statute(folder)
    (folder / "about.yml").write_text(about.replace("丁戊", "甲乙"), "utf-8")
    assert load_statute(folder).articles[0].gaps == ("甲乙",)


def test_a_question_file_must_carry_its_articles_number(tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "text.txt").write_text("第一条 甲乙丙。\n", "utf-8")
    (tmp_path / "about.yml").write_text("title: 某条例\ncity: 某市\nsource: 测试\n", "utf-8")
    (tmp_path / "questions" / "02.yml").write_text("article: 1\npoint: 甲。\nquestions: [甲是什么]\n", "utf-8")
    with pytest.raises(BadFile, match="article"):
        load_statute(tmp_path)
