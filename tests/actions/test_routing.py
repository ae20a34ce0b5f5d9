"""Routing: the right worker, the right unit, and nobody turned away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from actions.errors import DeadlineUnknown, WorkerUnknown
from actions.office import load_desk
from actions.tickets.desk import Desk
from actions.tickets.routing import Affair, Post, Routing
from tests.actions.samples import MONDAY, make_desk, make_report


def idle(workers: Iterable[str]) -> Mapping[str, int]:
    return dict.fromkeys(workers, 0)


def route(desk: Desk, load: Mapping[str, int] | None = None, **report: Any) -> Routing:
    return desk.routing.route(make_report(**report), MONDAY, lambda ws: {w: (load or {}).get(w, 0) for w in ws})


def test_a_grid_s_own_worker() -> None:
    found = route(make_desk())
    assert (found.grid, found.assignee, found.unit, found.duty) == ("g01", "w01", "市政工程处", "assist")
    assert found.why == "地址在幸福里，属幸福里一网格，网格员张三当班；责任单位市政工程处，社区协助（第13条）。"


def test_the_one_with_less_to_do() -> None:
    assert route(make_desk(), load={"w01": 3, "w02": 2}).assignee == "w02"
    assert route(make_desk(), load={"w01": 2, "w02": 2}).assignee == "w01", "a tie goes to the grid's first worker"


@pytest.mark.parametrize(
    ("away", "assignee", "says"),
    [({"w01"}, "w02", "李四当班"), ({"w01", "w02"}, "w03", "王五代班"), ({"w01", "w02", "w03"}, "s01", "无人在岗")],
)
def test_the_absent_are_stood_in_for(away: set[str], assignee: str, says: str) -> None:
    found = route(make_desk(away))
    assert found.assignee == assignee and says in found.why


@pytest.mark.parametrize("report", [{"confidential": True}, {"category": "staff_conduct", "kind": "bad_attitude"}])
def test_what_is_confidential_goes_to_the_supervisor_alone(report: dict[str, Any]) -> None:
    found = route(make_desk(), **report)
    assert found.assignee == "s01" and "保密" in found.why


def test_a_place_outside_every_grid_goes_to_the_duty_desk() -> None:
    found = route(make_desk(), address="月亮上", place={})
    assert (found.grid, found.assignee) == (None, "s01") and "值班台" in found.why


def test_a_grid_without_a_post_goes_to_the_duty_desk() -> None:
    desk = make_desk()
    bare = replace(desk, routing=replace(desk.routing, posts={}))
    assert route(bare).assignee == "s01"


@pytest.mark.parametrize(
    ("category", "kind", "name"),
    [
        ("city_appearance", "garbage_uncollected", "垃圾未及时清运"),
        ("city_appearance", "no_such_kind", "市容环境"),
        ("no_such_category", "", "其他"),
    ],
)
def test_an_unknown_kind_is_its_category_s(category: str, kind: str, name: str) -> None:
    assert make_desk().routing.affair(category, kind).kind_name == name


def test_a_table_without_anything_still_has_an_answer() -> None:
    desk = make_desk()
    assert replace(desk.routing, affairs={}).affair("x", "y").unit == "社区值班台"


def test_tables_that_do_not_fit_are_refused_at_the_start() -> None:
    desk = make_desk()
    with pytest.raises(WorkerUnknown):
        replace(desk, routing=replace(desk.routing, posts={"g09": Post("g09", "", ("nobody",))})).check()
    late = {**desk.routing.affairs, ("x", ""): Affair("x", "", "某事", "某单位", "lead", "someday")}
    with pytest.raises(DeadlineUnknown):
        replace(desk, routing=replace(desk.routing, affairs=late)).check()


def test_the_sample_community() -> None:
    """The two promises of the front page: the broken lamp of 幸福里 has a worker, a unit and a deadline."""
    desk = load_desk()
    report = make_report(category="municipal_works", kind="", address="幸福里小区3栋楼道", place={})
    found = desk.routing.route(report, MONDAY, idle)
    assert found.grid is not None and found.assignee in desk.routing.posts[found.grid].workers
    assert "幸福里" in found.why and found.duty == "assist"
    secret = desk.routing.route(make_report(category="staff_conduct", kind=""), MONDAY, idle)
    assert secret.assignee == desk.routing.supervisor == "s01"


def test_every_grid_of_the_sample_community_has_somebody() -> None:
    desk = load_desk()
    assert len(desk.routing.posts) == 12
    for post in desk.routing.posts.values():
        assert post.workers and post.deputies and not set(post.workers) & {desk.routing.supervisor}
