"""Who handles what: reading a history, choosing what to learn from, learning, and the advice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from openpyxl import Workbook

from nlu.classifiers.features import Sample
from nlu.dispatch.adviser import Adviser
from nlu.dispatch.choice import Lesson, cut_in_time, exam_from, fair_share, lesson_from
from nlu.dispatch.clues import Clues, hints_of
from nlu.dispatch.history import BadHistory, Past, read_history
from nlu.dispatch.learn import learn
from nlu.dispatch.measure import calibration_error, measure
from nlu.dispatch.model import UnitModel, weigh

ROADS = {"金朱路": "东街道办", "观山路": "西街道办", "北京路": "中街道办"}
CARES = {"路灯坏了": "路灯所", "自来水发黄": "水务公司", "公交不停站": "公交公司"}


def embed(texts: Sequence[str]) -> np.ndarray:
    """Vectors in which texts that share pairs of characters lie near each other."""
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for first, second in zip(text, text[1:], strict=False):
            row[(ord(first) * 31 + ord(second)) % 384] += 1
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def sample(text: str) -> Sample:
    return Sample(text, text, tuple(text[i : i + 2] for i in range(0, len(text), 2)))


def clues(texts: Sequence[str]) -> Clues:
    return Clues.of([sample(text) for text in texts], [hints_of([("report_issue", 0.9)], []) for _ in texts], embed)


def history() -> list[Past]:
    """Rubbish goes to the street's office, other cares to their own units; what stands around them says nothing."""
    said = [(f"{road}{n}号垃圾没人收", unit) for n in range(1, 41) for road, unit in ROADS.items()]
    said += [(f"翠湖苑{n}栋门口{care}", unit) for n in range(1, 41) for care, unit in CARES.items()]
    order = np.random.default_rng(1).permutation(len(said))
    return [Past((number,), *said[i]) for number, i in enumerate(order)]


def fitted() -> UnitModel:
    lesson = lesson_from(history())
    return UnitModel().fit(lesson, clues([t.text for t in lesson.tickets]), embed)


class FakeReader:
    """Takes everything for a report."""

    def read(self, texts: Sequence[str]) -> list[SimpleNamespace]:
        verdict = SimpleNamespace(categories=[("environment", 0.8)])
        return [SimpleNamespace(sample=sample(t), intents=[("report_issue", 0.9)], verdict=verdict) for t in texts]


def write_lines(path: Path, tickets: Sequence[Past]) -> Path:
    lines = (f'{{"text": "{t.text}", "unit": "{t.unit}"}}\n' for t in tickets)
    path.write_text("".join(lines), "utf-8")
    return path


def test_a_table_from_a_chinese_excel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "工单号,诉求内容,承办单位,受理时间\n1,路灯坏了,路灯 所,2026/3/9 8:05\n2,,路灯所,\n3,水黄,水务（一）公司,\n",
        "gb18030",
    )
    assert list(read_history(path)) == [
        Past((2026, 3, 9, 8, 5, 1), "路灯坏了", "路灯所"),
        Past((0, 3), "水黄", "水务(一)公司"),
    ]


def test_a_sheet_is_read(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["内容", "单位"], ["路灯坏了", "路灯所"], [None, None]):
        book.active.append(row)
    book.save(tmp_path / "history.xlsx")
    assert list(read_history(tmp_path / "history.xlsx")) == [Past((1,), "路灯坏了", "路灯所")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "内容,谁\n路灯坏了,路灯所\n", "没有名为 unit、承办单位、办理单位 的列"),
        ("a.csv", "", "没有内容"),
        ("a.jsonl", '{"text": "路灯坏了", "unit": "路灯所"}\n[1]\n', "第 2 行"),
        ("a.doc", "", "不认识的文件类型"),
    ],
)
def test_a_file_that_cannot_be_learned_from_says_why(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(BadHistory, match=said):
        list(read_history(tmp_path / name))


def test_the_last_quarter_in_time_is_kept_for_asking() -> None:
    moments = [(2026, 3, 1), (2025, 12, 31), (2026, 10, 1), (2026, 9, 30)]
    assert cut_in_time(moments) == ((2026, 10, 1), 1)


def test_rare_units_keep_everything_and_common_ones_their_newest() -> None:
    common = [Past((n,), f"路灯{n}", "路灯所") for n in range(100)]
    lesson = lesson_from([*common, Past((3,), "水黄", "水务公司"), Past((4,), "水黄", "水务公司")], largest=11)
    assert [t.text for t in lesson.tickets] == ["水黄", *(f"路灯{n}" for n in range(90, 100))]
    assert lesson.counts == Counter({"路灯所": 100, "水务公司": 2})


def test_a_unit_that_gets_nothing_any_more_is_left_out() -> None:
    early = [Past((n, 1), f"占道{n}", "旧城管") for n in range(60)]
    lesson = lesson_from([*(Past((n,), f"路灯{n}", unit) for n in range(100) for unit in ("路灯所", "市政所")), *early])
    assert lesson.retired == {"旧城管"}
    assert {t.unit for t in lesson.tickets} == {"路灯所", "市政所", "旧城管"}
    assert {t.unit for t in lesson.at_work().tickets} == {"路灯所", "市政所"}
    assert lesson.counts["旧城管"] == 60


def test_a_rare_unit_is_not_taken_for_retired() -> None:
    common = [Past((n,), f"路灯{n}", unit) for n in range(2000) for unit in ("路灯所", "市政所", "城管队")]
    assert lesson_from([Past((0, 1), "水黄", "水务公司"), *common]).retired == frozenset()


def test_a_file_sorted_by_unit_tells_nothing_about_who_retired() -> None:
    units = [unit for unit in "甲乙丙丁" for _ in range(50)]
    assert lesson_from(Past((n,), f"事{n}", unit) for n, unit in enumerate(units)).retired == frozenset()


def test_a_unit_whose_tickets_lack_their_time_is_not_taken_for_retired() -> None:
    untimed = [Past((0, n), f"水黄{n}", "水务公司") for n in range(60)]
    timed = [Past((2026, n), f"路灯{n}", unit) for n in range(200) for unit in ("路灯所", "市政所", "城管队")]
    assert lesson_from([*untimed, *timed]).retired == frozenset()
    early = [Past((2025, n), f"占道{n}", "旧城管") for n in range(60)]
    assert lesson_from([*untimed, *early, *timed]).retired == {"旧城管"}


def test_everybody_gets_the_same_at_most() -> None:
    assert fair_share([2, 5, 100], 17) == 10
    assert fair_share([1, 1], 50) == 1
    assert fair_share([9, 9, 9], 1) == 1


def test_a_long_history_is_asked_about_evenly() -> None:
    asked = exam_from((Past((n,), "", "") for n in range(10_001)), 10_001)
    assert (len(asked), asked[1].at, asked[-1].at) == (3334, (3,), (9999,))


def test_streets_and_cares_lead_to_their_units() -> None:
    model = fitted()
    texts = ["观山路99号垃圾没人收", "金朱路77号垃圾没人收", "翠湖苑88栋门口自来水发黄"]
    ranked = model.ranked(clues(texts))
    assert [units[0][0] for units in ranked] == ["西街道办", "东街道办", "水务公司"]
    assert all(units[0][1] > 0.6 for units in ranked)
    assert np.allclose(model.probabilities(clues(texts)).sum(axis=1), 1.0)


def test_a_unit_with_one_ticket_is_known_too() -> None:
    lesson = lesson_from([*history(), Past((999,), "井盖丢了一个", "排水所")])
    model = UnitModel().fit(lesson, clues([t.text for t in lesson.tickets]), embed)
    assert "排水所" in [unit for unit, _ in model.ranked(clues(["井盖丢了"]))[0]]


def test_two_units_are_enough() -> None:
    lesson = lesson_from([t for t in history() if t.unit in ("路灯所", "水务公司")])
    model = UnitModel().fit(lesson, clues([t.text for t in lesson.tickets]), embed)
    assert [u[0][0] for u in model.ranked(clues(["自来水发黄", "路灯坏了"]))] == ["水务公司", "路灯所"]


def test_an_expert_that_knows_nothing_weighs_next_to_nothing() -> None:
    chance = np.random.default_rng(0)
    truth = chance.integers(0, 5, 400)
    knows, guesses = np.eye(5)[truth] + chance.normal(0, 0.3, (400, 5)), chance.normal(0, 1, (400, 5))
    weights = weigh(np.stack([knows, guesses]), truth, np.ones(400))
    assert weights[0] > 1.0 > 0.2 > abs(weights[1])


def test_scores_tell_the_seen_from_the_unseen() -> None:
    asked = [Past((1,), "", "甲"), Past((2,), "", "乙"), Past((3,), "", "丙")]
    scores = measure(asked, [["甲", "乙"], ["甲", "乙"], ["甲", "乙"]], {"甲": 30, "乙": 2})
    assert [(round(s.first, 2), round(s.among_three, 2), s.count) for s in scores.values()] == [
        (0.33, 0.67, 3),
        (0.5, 1.0, 2),
        (1.0, 1.0, 1),
    ]


def test_too_much_confidence_is_counted() -> None:
    asked = [Past((n,), "", "甲" if n % 2 else "乙") for n in range(100)]
    assert calibration_error(asked, [[("甲", 0.9)]] * 100) == pytest.approx(0.4)
    assert calibration_error(asked, [[("甲", 0.5)]] * 100) == pytest.approx(0.0)


def test_learning_measures_first_and_keeps_what_it_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_lines(tmp_path / "history.jsonl", [*history(), *history()[:60]])
    learn(path, FakeReader(), embed, tmp_path / "learned.joblib")
    said = capsys.readouterr().out
    assert "学了 225 条、6 个单位，用后来的 75 条检验" in said
    assert UnitModel.load(tmp_path / "learned.joblib").units == sorted({*ROADS.values(), *CARES.values()})


def test_the_report_names_who_was_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = [Past((0,), f"翠湖苑{n}栋门口有人占道", "旧城管") for n in range(60)]
    path = write_lines(tmp_path / "history.jsonl", [*gone, *history(), *history()])
    learn(path, FakeReader(), embed, tmp_path / "learned.joblib")
    assert "学的时候不算的单位：旧城管" in capsys.readouterr().out
    assert "旧城管" not in UnitModel.load(tmp_path / "learned.joblib").units


def test_too_short_a_history_leaves_nothing(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "history.jsonl", history()[:100])
    with pytest.raises(BadHistory, match="派单记录太少"):
        learn(path, FakeReader(), embed, tmp_path / "learned.joblib")
    assert not (tmp_path / "learned.joblib").exists()


def test_advice_comes_as_soon_as_something_was_learned(tmp_path: Path) -> None:
    path = tmp_path / "learned.joblib"
    adviser = Adviser(path)
    report, hints = sample("观山路99号垃圾没人收"), hints_of([("report_issue", 0.9)], [])
    assert adviser.units(report, hints, embed) == []
    fitted().save(path)
    assert adviser.units(report, hints, embed)[0][0] == "西街道办"
    path.write_bytes(b"broken")
    os.utime(path, (1, 1))
    assert adviser.units(report, hints, embed) == []


def test_a_lesson_counts_what_it_left_out() -> None:
    lesson = Lesson([Past((1,), "甲事", "甲"), Past((2,), "乙事", "乙")] * 20, Counter(甲=20, 乙=180))
    model = UnitModel().fit(lesson, clues([t.text for t in lesson.tickets]), embed)
    assert model.ranked(clues(["别的"]))[0][0][0] == "乙"
