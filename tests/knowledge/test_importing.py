"""Any city's regulation is taken word for word from whatever file it comes in, or refused whole with the line that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import read_statute
from knowledge.errors import BadSource, BadStatute
from knowledge.gaps import gaps_in
from knowledge.importing import Given, Imported, import_regulation
from knowledge.numerals import numeral_of
from knowledge.preamble import city_of, days_in, read_front
from knowledge.regulations import Standing, answering_of, load_regulations, standings, versions
from knowledge.rendering import render
from knowledge.statutes import Article, Statute

TODAY = date(2026, 11, 24)
TEXT = """# 甲市乙条例

（2018年5月4日甲市第三届人民代表大会常务委员会第六次会议通过　根据2023年10月9日甲市第四届人民代表大会常务委员会第二次会议《关于修改〈甲市乙条例〉的决定》修正）

<!-- 导出自某系统 -->

目　录
第一章　总　则
第二章　井盖
第三章　附　则

## 第一章　总　则

**第一条** 为了管好井盖，制定本条例。

第二条　本条例所称井盖，包括：

（一）圆的；

（二）方的。

## 第二章　井盖

第三条　井盖丢失的，养护单位应当在二小时内到场。
第二条规定的井盖，不得涂画。

第三条之一　井盖上不得停车。

## 第三章　附　则

第四条　本条例自二〇一八年七月一日起施行。《甲市井盖办法》同时废止。

附件：井盖尺寸表
第一条尺寸：七十厘米。
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "data" / "regulations"


def take(tmp_path: Path, text: str, on_file: tuple[Statute, ...] = (), name: str = "乙.md", **said: object) -> Imported:
    (tmp_path / name).write_text(text, "utf-8")
    return import_regulation(tmp_path / name, tmp_path / "data" / "regulations", Given(**said), on_file)  # type: ignore[arg-type]


def test_everything_a_regulation_says_of_itself_is_read(tmp_path: Path) -> None:
    taken = take(tmp_path, TEXT)
    statute = taken.statute
    assert (statute.title, statute.city, statute.id) == ("甲市乙条例", "甲市", "甲市乙条例-20231009")
    assert (statute.version, statute.effective) == (date(2023, 10, 9), date(2018, 7, 1))
    assert statute.repeals == ("甲市井盖办法",)
    assert [a.label for a in statute.articles] == ["第一条", "第二条", "第三条", "第三条之一", "第四条"]
    assert taken.chapters == 3 and statute.articles[3].chapter == "第二章 井盖"
    assert statute.appendix == "附件：井盖尺寸表\n第一条尺寸：七十厘米。"
    assert statute.preamble.startswith("甲市乙条例") and "目" not in statute.preamble
    assert taken.remarks == ()


def test_every_article_is_verbatim_in_the_file(tmp_path: Path) -> None:
    assert all(a.text in TEXT for a in take(tmp_path, TEXT).statute.articles)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_any_usual_encoding(tmp_path: Path, shelf: Path, encoding: str) -> None:
    plain = TEXT.replace("# ", "").replace("#", "").replace("*", "").replace("\n", "\r\n")
    (tmp_path / "乙.txt").write_bytes(plain.encode(encoding))
    statute = import_regulation(tmp_path / "乙.txt", shelf, Given(), ()).statute
    assert len(statute.articles) == 5 and statute.articles[0].text == "为了管好井盖，制定本条例。"


def test_a_docx_is_read_with_its_tables(tmp_path: Path, shelf: Path) -> None:
    document = Document()
    for row in TEXT.replace("#", "").replace("*", "").splitlines():
        document.add_paragraph(row.strip())
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "圆的", "七十厘米"
    document.save(str(tmp_path / "乙.docx"))
    statute = import_regulation(tmp_path / "乙.docx", shelf, Given(), ()).statute
    assert len(statute.articles) == 5 and statute.appendix.endswith("圆的　七十厘米")


def test_numbers_that_word_counts_itself_are_named_as_the_reason(tmp_path: Path, shelf: Path) -> None:
    document = Document()
    document.add_paragraph("甲市乙条例")
    document.add_paragraph("为了管好井盖，制定本条例。", style="List Number")
    paragraph = document.paragraphs[1]
    paragraph._p.get_or_add_pPr().get_or_add_numPr()
    document.save(str(tmp_path / "乙.docx"))
    with pytest.raises(BadSource, match="自动编号"):
        import_regulation(tmp_path / "乙.docx", shelf, Given(), ())


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("第三条　井盖丢失", "第五条　井盖丢失"), 24),
        (("**第一条** 为了管好井盖，制定本条例。", ""), 16),
        (("附件：井盖尺寸表", "附件：井盖尺寸表\n第五条　又一条。"), 34),
        (("## 第三章　附　则", "## 第三章　空章\n## 第四章　附　则"), 29),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line_and_nothing_is_kept(
    tmp_path: Path, shelf: Path, change: tuple[str, str], line: int
) -> None:
    with pytest.raises(BadStatute) as failure:
        take(tmp_path, TEXT.replace(*change))
    assert failure.value.fields["line"] == line and "这一行是" in str(failure.value)
    assert not shelf.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("乙.pdf", b"%PDF"),
        ("乙.doc", b"x"),
        ("乙.docx", b"PK\x03\x04"),
        ("乙.txt", b"\xff\x00\xff\x00\x81"),
        ("无.txt", None),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_with_what_to_do(
    tmp_path: Path, shelf: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadSource, match="什么也没有导入"):
        import_regulation(tmp_path / name, shelf, Given(), ())


def test_a_text_without_a_title_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="--title"):
        take(tmp_path, "第一条 甲。\n")
    assert take(tmp_path, "第一条 甲。\n", title="甲市丙办法").statute.id == "甲市丙办法"


def test_the_same_version_is_only_replaced_when_asked_to(tmp_path: Path, shelf: Path) -> None:
    first = take(tmp_path, TEXT).statute
    questions = shelf / first.id / "questions"
    questions.mkdir()
    (questions / "01.yml").write_text("article: 1\npoint: 管井盖。\nquestions: [井盖谁管]\n", "utf-8")
    with pytest.raises(BadSource, match="--replace"):
        take(tmp_path, TEXT, (first,))
    again = take(tmp_path, TEXT.replace("管好井盖", "管住井盖"), (first,), replace=True).statute
    assert again.articles[0].text.startswith("为了管住") and again.articles[0].questions == ("井盖谁管",)


def test_a_lost_heading_is_put_right_and_told(tmp_path: Path) -> None:
    taken = take(tmp_path, TEXT.replace("## 第二章　井盖\n", "井盖管护\n"))
    assert taken.statute.articles[2].chapter == "第二章 井盖管护"
    assert taken.statute.articles[1].text.endswith("（二）方的。")
    assert [(r.code, r.words) for r in taken.remarks] == [("heading_mended", "第二章 井盖管护")]


def test_a_lost_section_heading_is_no_chapter() -> None:
    text = "第一章 甲\n第一节 乙\n第一条 一。\n丙丁\n第二条 二。\n第二章 戊\n第三条 三。\n"
    assert read_statute(text).articles[1].section == "第二节 丙丁"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("应当履行下列职责接待来访的居民。", [("应当履行下列职责", "gap_list")]),
        ("应当履行下列职责：（一）接待；（二）登记。", []),
        ("有下列情形之一的，由街道处理：\n（一）甲；\n（三）乙。", [("（一）甲；", "gap_item")]),
        ("包括：\n（一）甲；\n乙；\n（三）丙。", [("乙；", "gap_label")]),
        ("五百元以下罚款。", []),
        ("不得向居民收取", [("不得向居民收取", "gap_end")]),
        ("每个社区配备□名网格员。", [("每个社区配备", "gap_damage")]),
        ("所称社区，是指居民区。\n社区由区政府划定。", []),
    ],
)
def test_lost_passages_are_noticed(text: str, found: list[tuple[str, str]]) -> None:
    assert [tuple(gap) for gap in gaps_in(text)] == found


def test_a_lost_passage_is_told_and_marked(tmp_path: Path) -> None:
    taken = take(
        tmp_path, TEXT.replace("（一）圆的；", "（一）圆的；（二）椭圆的；").replace("（二）方的", "（四）方的")
    )
    assert [(r.line, r.code) for r in taken.remarks] == [(16, "gap_item")]
    assert taken.statute.articles[1].gaps == ("一）圆的；（二）椭圆的；",) and not taken.statute.articles[1].complete


@pytest.mark.parametrize(
    ("title", "city"),
    [
        ("甲市乙条例", "甲市"),
        ("丙丁自治州戊条例", "丙丁自治州"),
        ("城市供水条例", "全国"),
        ("社区工作条例", "全国"),
        ("物业管理区域划分办法", "全国"),
        ("中华人民共和国某法", "全国"),
    ],
)
def test_the_city_is_read_from_the_title(title: str, city: str) -> None:
    assert city_of(title) == city


def test_days_are_read_in_figures_and_in_chinese() -> None:
    assert days_in("2024年3月9日通过，二○二三年十二月三十一日修正，2024年13月1日") == [
        date(2024, 3, 9),
        date(2023, 12, 31),
    ]


def test_a_text_that_holds_at_once_holds_from_its_passing() -> None:
    raw = read_statute("甲市乙条例\n2020年2月3日通过\n第一条 甲。\n第二条 本条例自公布之日起施行。\n")
    assert read_front(raw).effective == date(2020, 2, 3)


def version_of(day: date, name: str = "", **fields: object) -> Statute:
    articles = (Article(1, "", "井盖丢失的，应当在二小时内到场。"),)
    return replace(Statute(name or f"v{day.year}", "甲市乙条例", "甲市", day, "测试", articles, version=day), **fields)  # type: ignore[arg-type]


def test_the_newer_version_answers_once_it_holds() -> None:
    old, new = version_of(date(2018, 7, 1)), version_of(date(2026, 12, 1))
    on_file = [old, new]
    assert list(standings(on_file, TODAY).values()) == [Standing.IN_FORCE, Standing.COMING]
    assert list(standings(on_file, date(2026, 12, 1)).values()) == [Standing.AMENDED, Standing.IN_FORCE]
    assert versions(old, on_file) == [new, old]
    assert answering_of(on_file, TODAY) == [old] and answering_of(on_file, date(2027, 1, 1)) == [new]


def test_of_the_same_day_what_the_place_has_brought_answers() -> None:
    shipped, brought = version_of(date(2018, 7, 1), "shipped"), version_of(date(2018, 7, 1), "brought", imported=True)
    assert answering_of([shipped, brought], TODAY) == answering_of([brought, shipped], TODAY) == [brought]


def test_an_older_version_brought_later_does_not_answer() -> None:
    on_file = [version_of(date(2024, 1, 1)), version_of(date(2018, 1, 1))]
    assert answering_of(on_file, TODAY) == on_file[:1]


def test_a_repealed_regulation_is_only_read() -> None:
    ended = version_of(date(2018, 7, 1), repealed=date(2025, 1, 1))
    assert standings([ended], TODAY) == {ended.id: Standing.REPEALED} and answering_of([ended], TODAY) == []
    assert standings([ended], date(2024, 12, 31)) == {ended.id: Standing.IN_FORCE}


def test_a_regulation_that_another_ends_is_repealed() -> None:
    old = replace(version_of(date(2010, 1, 1)), title="甲市井盖办法")
    new = version_of(date(2018, 7, 1), repeals=("甲市井盖办法",))
    assert standings([old, new], TODAY)[old.id] is Standing.REPEALED


def test_the_communitys_own_comes_first_and_another_citys_own_only_stays_readable() -> None:
    shipped = version_of(date(2013, 1, 1), "shipped", own=True, title="丙市丁条例", city="丙市")
    national, ours = (
        version_of(date(2016, 1, 1), "n", title="某法", city="全国"),
        version_of(date(2020, 1, 1), "o", own=True),
    )
    assert answering_of([shipped, national], TODAY) == [shipped, national]
    assert (
        answering_of([shipped, national, ours], TODAY)
        == answering_of([ours, national, shipped], TODAY)
        == [ours, national]
    )


def test_a_new_version_keeps_the_questions_of_articles_that_say_the_same(tmp_path: Path, shelf: Path) -> None:
    shipped = tmp_path / "shipped" / "yi"
    (shipped / "questions").mkdir(parents=True)
    (shipped / "text.txt").write_text("第一条 井盖丢失的应当在二小时内到场。\n第二条 井盖上不得停车。\n", "utf-8")
    (shipped / "about.yml").write_text(
        "title: 甲市乙条例\ncity: 甲市\nown: true\nsource: 测试\neffective: 2018-07-01\n", "utf-8"
    )
    for number in (1, 2):
        (shipped / "questions" / f"0{number}.yml").write_text(
            f"article: {number}\npoint: 甲。\nquestions: [问{number}]\n", "utf-8"
        )
    text = (
        "甲市乙条例\n2024年1月1日修正\n第一条 井盖丢失的，应当在二小时内到场。\n第二条 井盖的颜色由市人民政府规定。\n"
    )
    take(tmp_path, text, tuple(load_regulations(shelf, TODAY, tmp_path / "shipped")))
    first, *others = load_regulations(shelf, TODAY, tmp_path / "shipped")
    assert first.id == "甲市乙条例-20240101" and first.own and [s.id for s in others] == ["yi"]
    assert [a.questions for a in first.articles] == [("问1",), ()]


WORDS = st.text("居民社区应当可以井盖路灯水管的和在", min_size=1, max_size=12)
PARAGRAPH = st.builds(lambda a, b: f"{a}，{b}。", WORDS, WORDS)
BODY = st.lists(PARAGRAPH, min_size=1, max_size=3).map("\n".join)
SHAPE = st.lists(
    st.tuples(st.sampled_from(["article", "added", "section", "chapter", "part"]), BODY, WORDS), min_size=1, max_size=12
)


def shaped(shape: list[tuple[str, str, str]], appendix: str) -> Statute:
    return Statute(
        "x", "甲市乙条例", "甲市", None, "测试", tuple(_articles(shape)), preamble="甲市乙条例", appendix=appendix
    )


def _articles(shape: list[tuple[str, str, str]]) -> Iterator[Article]:
    """Articles that open the headings their shape asks for, lower ones counted anew."""
    counts, titles, number, suffix = {"编": 0, "章": 0, "节": 0}, {"编": "", "章": "", "节": ""}, 0, 0
    ranks = {"part": "编", "chapter": "章", "section": "节"}
    for kind, text, name in shape:
        if kind in ranks and (kind != "section" or counts["章"]):
            for lower in list(counts)[list(counts).index(ranks[kind]) + 1 :]:
                counts[lower], titles[lower] = 0, ""
            counts[ranks[kind]] += 1
            titles[ranks[kind]] = f"第{numeral_of(counts[ranks[kind]])}{ranks[kind]} {name}"
        number, suffix = (number, suffix + 1) if kind == "added" and number else (number + 1, 0)
        yield Article(number, titles["章"], text, suffix=suffix, part=titles["编"], section=titles["节"])


@given(SHAPE, st.sampled_from(["", "附件：尺寸\n圆的。", "附表\n第一条尺寸"]))
def test_what_is_written_out_reads_back_the_same(shape: list[tuple[str, str, str]], appendix: str) -> None:
    statute = shaped(shape, appendix)
    raw = read_statute(render(statute).replace("#", ""))
    read = [Article(a.number, a.chapter, a.text, suffix=a.suffix, part=a.part, section=a.section) for a in raw.articles]
    assert tuple(read) == statute.articles and (raw.preamble, raw.appendix) == (statute.preamble, statute.appendix)
    assert all(a.text in render(statute) for a in raw.articles)


@given(st.text("第一二三条章节编附件 　\n之目录。，甲乙（）", max_size=120))
def test_any_text_is_read_or_refused_and_what_is_read_is_verbatim(text: str) -> None:
    try:
        raw = read_statute(text)
    except BadStatute:
        return
    assert all(a.text in text and a.text for a in raw.articles)
    assert [a.suffix == 0 for a in raw.articles][0] and raw.articles[0].number == 1
