"""The portal's pages: verbatim, honest about gaps and old versions, each at its own address, without JavaScript and on a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from tempfile import mkdtemp

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.pages import HERE, portal_router
from bot.portal.reading import chapters, link_of, paragraphs, pieces
from bot.security.limits import Limits
from bot.webchat.pages import static_files
from knowledge.answer import Answerer, build_answerer
from knowledge.citation import Citation
from knowledge.search import Negatives
from knowledge.statutes import Article, Statute
from tests.bot.test_consoles_house import make_place
from tests.knowledge.fakes import LetterEmbedder

OURS = Statute(
    "ours", "甲市社区条例", "甲市", date(2020, 1, 1), "测试",
    (
        Article(1, "第一章 总则", "网格员报酬由区人民政府确定。\n\n网格员由社区选聘。", point="工资由区里定。",
                questions=("网格员的工资哪个发", "网格员一个月好多钱", "谁给网格员发工资", "网格员报酬标准")),
        Article(2, "第二章 服务", "窗口应当办理下列事项，并实行首问责任。", gaps=("办理下列事项",), point="窗口首问负责。",
                questions=("窗口不归他管", "窗口推来推去", "首问责任是什么", "窗口能预约吗")),
    ),
    own=True, preamble="甲市社区条例\n2019年5月4日通过", appendix="附件：窗口<清单>",
)  # fmt: skip
OLD = replace(
    OURS,
    id="旧版",
    effective=date(2010, 1, 1),
    articles=(Article(1, "", "旧文。"), Article(1, "", "补上的。", suffix=1)),
)
COVERS = Statute(
    "井盖-2021",
    "甲市井盖<i>条例",
    "甲市",
    date(2021, 1, 1),
    "测试",
    (Article(1, "", "井盖丢失的，二小时内到场。"), Article(2, "", "井盖上不得停车。")),
)
EVERY_PAGE = [
    "/guide", "/guide/regulations", "/guide/regulations/ours", "/guide/regulations/ours/articles/1", "/guide/regulations/ours/articles/2",
    "/guide/regulations/旧版/articles/1-1", "/guide/services", "/guide/services/residence_permit", "/guide/search", "/guide/search?q=谁给网格员发工资",
    "/guide/search?q=今天下雨吗", "/guide/nowhere",
]  # fmt: skip


@cache
def answerer() -> Answerer:
    negatives = Negatives(("主任任期多长", "主任任期几年"), ("今天下雨吗", "后天下雨吗", "天气怎样", "讲个笑话"))
    return build_answerer([OURS, COVERS], {}, negatives, LetterEmbedder(), Path(mkdtemp()))


@cache
def client() -> TestClient:
    house = replace(make_place(Path(mkdtemp())).house, statutes=[OURS, COVERS, OLD])
    app = FastAPI()
    app.include_router(portal_router(house, answerer()))
    app.mount("/static", static_files())
    return TestClient(app)


def plain(page: str) -> str:
    """A page's text without its tags."""
    return unescape(re.sub(r"<[^>]+>", "", page))


class Outline(HTMLParser):
    """The tags of a page in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_screen_reader_finds_its_way(path: str) -> None:
    outline = Outline(client().get(path).text)
    assert len(outline.all("h1")) == 1 and outline.all("html")[0]["lang"] == "zh-CN"
    assert all(len(outline.all(tag)) == 1 for tag in ("main", "header", "footer", "title"))
    assert outline.all("a")[0] == {"class": "skip", "href": "#main"} and outline.all("main")[0]["id"] == "main"
    labelled = {label["for"] for label in outline.all("label")}
    assert all(field["id"] in labelled for field in outline.all("input"))
    assert all("aria-label" in nav for nav in outline.all("nav"))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_brings_nothing_from_elsewhere_and_lets_nothing_in(path: str) -> None:
    answer = client().get(path)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href|action)="([^"]+)"', answer.text)
    assert not [a for a in loaded if not a.startswith(("/", "data:", "#")) or a.startswith("//")]
    assert not re.findall(r"\son\w+=|\sstyle=|<script(?![^>]*src=)", answer.text)


@pytest.mark.parametrize("path", [p for p in EVERY_PAGE if p != "/guide/nowhere"])
def test_every_link_of_a_page_leads_somewhere(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 200
    links = {a["href"] or "" for a in Outline(answer.text).all("a")}
    for link in sorted(x for x in links if x.startswith("/guide"))[:30]:
        assert client().get(link).status_code == 200, link


@pytest.mark.parametrize(
    "path",
    ["/guide/nowhere", "/guide/regulations/none", "/guide/regulations/ours/articles/99", "/guide/regulations/ours/articles/1-1",
     "/guide/regulations/none/articles/1", "/guide/services/none", "/guide/regulations/..%2F..%2Fetc", "/guide/a/b/c"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 404 and "没有找到" in plain(answer.text) and "搜索" in plain(answer.text)


def test_an_article_is_verbatim_with_its_chapter_and_neighbours() -> None:
    page = client().get("/guide/regulations/ours/articles/1").text
    law = re.search(r'<div class="law">(.*?)</div>', page, re.S)
    assert law and re.findall(r"<p>(.*?)</p>", law[1]) == ["网格员报酬由区人民政府确定。", "网格员由社区选聘。"]
    assert (
        "第一章 总则" in plain(page)
        and 'rel="next" href="/guide/regulations/ours/articles/2"' in page
        and 'rel="prev"' not in page
    )
    assert "一字未改" in page and "资料缺漏" not in plain(page)


def test_a_lost_passage_is_marked_where_it_is_missing() -> None:
    page = client().get("/guide/regulations/ours/articles/2").text
    assert (
        "办理下列事项<mark>（此处资料缺漏）</mark>，并实行" in page and "我们不补写" in page and "一字未改" not in page
    )
    assert client().get("/guide/regulations/ours").text.count("<mark>缺漏</mark>") == 1


def test_an_old_version_says_so_and_leads_to_the_new_one() -> None:
    page = client().get("/guide/regulations/旧版").text
    assert "已修改" in plain(page) and "只供查阅" in page and 'href="/guide/regulations/ours"' in page
    assert (
        "现行" in plain(client().get("/guide/regulations/ours").text)
        and "只供查阅" in client().get("/guide/regulations/旧版/articles/1").text
    )


def test_names_and_appendices_with_markup_stay_text() -> None:
    assert "&lt;i&gt;" in client().get("/guide").text and "<i>" not in client().get("/guide/regulations/井盖-2021").text
    assert "附件：窗口&lt;清单&gt;" in client().get("/guide/regulations/ours").text


def test_what_is_searched_for_is_found_under_its_address() -> None:
    page = client().get("/guide/search", params={"q": "谁给网格员发工资"}).text
    best = re.search(r'<section aria-labelledby="best">(.*?)</section>', page, re.S)
    assert (
        best and 'href="/guide/regulations/ours/articles/1"' in best[1] and "《甲市社区条例》第 1 条" in plain(best[1])
    )


def test_the_shelf_is_searched_as_well() -> None:
    page = client().get("/guide/search", params={"q": "井盖丢失几小时到场"}).text
    assert "/guide/regulations/%E4%BA%95%E7%9B%96-2021/articles/1" in page


def test_a_search_by_name_finds_regulations_and_services() -> None:
    page = client().get("/guide/search", params={"q": "居住证"}).text
    assert 'href="/guide/services/residence_permit"' in page
    assert 'href="/guide/regulations/ours"' in client().get("/guide/search", params={"q": "社区条例"}).text


def test_a_search_for_what_is_no_affair_of_ours_says_so() -> None:
    page = plain(client().get("/guide/search", params={"q": "今天下雨吗"}).text)
    assert "不在社区服务的范围里" in page and "也可以看看" not in page


@pytest.mark.parametrize(
    "asked", ['"><script>alert(1)</script>', "' onfocus=alert(1) x='", "{{ 7*7 }}", "\x00\x01", "甲" * 5000, "   "]
)
def test_whatever_is_searched_for_stays_text(asked: str) -> None:
    answer = client().get("/guide/search", params={"q": asked})
    assert answer.status_code == 200 and "<script>alert" not in answer.text and "49" not in plain(answer.text)
    assert not [a for _, a in Outline(answer.text).tags if any(name.startswith("on") for name in a)]


def test_too_many_searches_have_to_wait() -> None:
    house = replace(make_place(Path(mkdtemp())).house, statutes=[OURS], limits=Limits(2, 100))
    app = FastAPI()
    app.include_router(portal_router(house, answerer()))
    impatient = TestClient(app)
    assert [impatient.get("/guide/search?q=社区条例").status_code for _ in range(3)] == [200, 200, 429]
    assert impatient.get("/guide/search").status_code == 200


def test_a_service_says_everything_and_that_it_is_a_sample() -> None:
    page = plain(client().get("/guide/services/residence_permit").text)
    for text in ("居住证申领", "这是示例数据", "要带的材料", "窗口", "时间", "时限", "费用", "代办", "来源"):
        assert text in page


def test_a_page_prints_without_what_is_only_for_screens() -> None:
    style = (HERE / "static" / "guide.css").read_text("utf-8")
    printed = style[style.index("@media print") :]
    assert (
        all(name in printed for name in (".bar", ".find", ".pager", ".ask-link"))
        and "url(" not in style
        and "@import" not in style
    )
    assert client().get("/guide/static/guide.css").headers["content-type"].startswith("text/css")


def test_every_page_leads_to_the_chat() -> None:
    assert all('class="ask-link" href="/"' in client().get(path).text for path in EVERY_PAGE)


@pytest.mark.parametrize(
    ("source", "key", "link"),
    [
        ("regulation", "guiyang/30", "/guide/regulations/guiyang/articles/30"),
        ("regulation", "甲/2-1", "/guide/regulations/%E7%94%B2/articles/2-1"),
        ("catalog", "catalog/card", "/guide/services/card"),
    ],
)
def test_a_citation_has_an_address(source: str, key: str, link: str) -> None:
    assert link_of(Citation(source, "", None, None, "", True, key)) == link


@given(st.lists(st.text("甲乙\n。", min_size=1, max_size=8), min_size=1, max_size=4))
def test_no_word_of_an_article_is_lost_between_paragraphs(parts: list[str]) -> None:
    text = "".join(parts)
    shown = paragraphs(Article(1, "", text, tuple(parts[:-1])))
    assert "".join(words for row in shown for words, _ in row).replace("\n", "") == text.replace("\n", "")
    assert sum(lost for row in shown for _, lost in row) <= len(parts) - 1


def test_headings_open_once() -> None:
    articles = [Article(1, "第一章", "甲"), Article(2, "第一章", "乙", section="第一节"), Article(3, "第二章", "丙")]
    assert [(headings, [a.number for a in inside]) for headings, inside in chapters(articles)] == [
        ([(1, "第一章")], [1]),
        ([(2, "第一节")], [2]),
        ([(1, "第二章")], [3]),
    ]


@pytest.mark.parametrize(
    ("text", "gaps", "expected"),
    [
        ("甲乙丙", (), [("甲乙丙", False)]),
        ("甲乙丙丁", ("乙", "丙"), [("甲乙", True), ("丙", True), ("丁", False)]),
        ("甲乙", ("没有的话",), [("甲乙", False)]),
    ],
)
def test_the_pieces_of_an_article_are_the_article(
    text: str, gaps: tuple[str, ...], expected: list[tuple[str, bool]]
) -> None:
    found = list(pieces(Article(1, "第一章", text, gaps)))
    assert found == expected and "".join(piece for piece, _ in found) == text
