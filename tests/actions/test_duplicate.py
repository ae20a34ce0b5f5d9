"""The same problem at the same place: by building, by distance, by words."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.store.database import Database
from actions.tickets import handling
from actions.tickets.actor import Actor, Role
from actions.tickets.duplicate import NEAR, box_around, distance, likeness, place_key
from actions.tickets.opening import find_duplicates, open_ticket
from actions.tickets.report import Point
from actions.tickets.ticket import Ticket
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT = Actor(Role.RESIDENT, "web:abc")
DESK = make_desk()
HERE: Point = (106.7135, 26.5783)
PLACES = st.tuples(st.floats(73, 135), st.floats(18, 53.5))


def opened(database: Database | FakeUnit, id_: str = "r1", **fields: object) -> Ticket:
    uow = database if isinstance(database, FakeUnit) else database.unit()
    return open_ticket(make_report(id_, **fields), by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)


def east(metres: float) -> Point:
    """A point so far east of HERE: a degree of longitude is 99.5 km there."""
    return HERE[0] + metres / 99_440, HERE[1]


def test_metres() -> None:
    assert distance((106.70, 26.58), (106.71, 26.58)) == pytest.approx(994.4, abs=1)
    assert distance((106.70, 26.58), (106.70, 26.59)) == pytest.approx(1111.9, abs=1)
    assert distance(HERE, HERE) == 0


@given(point=PLACES, metres=st.floats(1, 500))
def test_the_box_holds_all_that_is_near(point: Point, metres: float) -> None:
    west, south, east_, north = box_around(point, metres)
    for edge in ((west, point[1]), (east_, point[1]), (point[0], south), (point[0], north)):
        assert distance(point, edge) == pytest.approx(metres, rel=0.01)


@given(one=st.text(), other=st.text())
def test_likeness_is_a_share_and_goes_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_likeness_in_words() -> None:
    texts = ("楼道灯坏了三天", "三楼楼道灯坏了", "路灯不亮", "垃圾没人倒")
    shares = [likeness(texts[0], text) for text in texts]
    assert shares[0] == 1 and all(a >= b for a, b in pairwise(shares)) and shares[-1] == 0
    assert likeness("灯", "灯。") == 1 and likeness("", "") == 0


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        pytest.param({"point": east(40)}, True, id="so near, in like words"),
        pytest.param({"point": east(NEAR + 10)}, False, id="too far"),
        pytest.param({"point": east(40), "what": "电线杆歪了"}, False, id="near, another thing"),
        pytest.param(
            {"point": east(5), "category": "city_appearance", "kind": "garbage_uncollected"}, False, id="another kind"
        ),
        pytest.param({"point": None}, False, id="no position, no place"),
    ],
)
def test_by_position_where_no_building_is_named(database: Database, fields: dict[str, object], found: bool) -> None:
    first = opened(database, point=HERE, address="", place={})
    again = make_report("r2", **{"address": "", "place": {}, "what": "楼道的灯坏了", **fields})
    assert find_duplicates(again, desk=DESK, uow=database.reading()) == ([first] if found else [])


def test_one_kind_at_one_building_is_one_problem_however_it_is_told(database: Database) -> None:
    first = opened(database)
    again = make_report("r2", what="黑漆漆的看不见路", point=HERE)
    assert find_duplicates(again, desk=DESK, uow=database.reading()) == [first]


def test_where_no_kind_is_known_the_words_decide(database: Database) -> None:
    first = opened(database, category="other", kind="", what="有人在楼下放无人机吵得很")
    for what, found in (("楼下又放无人机，吵死了", [first]), ("快递柜打不开", [])):
        again = make_report("r2", category="other", kind="", what=what)
        assert find_duplicates(again, desk=DESK, uow=database.reading()) == found


def test_the_likest_comes_first_and_what_is_solved_is_not_offered(database: Database) -> None:
    opened(database, "r1", what="声控灯反应慢")
    like = opened(database, "r2", what="楼道灯坏了，黑得很")
    done = opened(database, "r3", what="楼道灯坏了")
    owner = Actor(Role.WORKER, done.assignee)
    for deed in (handling.accept, handling.start):
        deed(done.number, by=owner, at=MONDAY + timedelta(hours=1), uow=database.unit())
    handling.finish(done.number, "换了", by=owner, at=MONDAY + timedelta(hours=1), uow=database.unit())
    again = make_report("r4", what="楼道灯坏了")
    found = find_duplicates(again, desk=DESK, uow=database.reading())
    assert [ticket.number for ticket in found] == [like.number, "GY20261207-0001"]


def test_a_ticket_found_by_place_and_by_position_is_found_once(database: Database) -> None:
    first = opened(database, point=HERE)
    assert find_duplicates(make_report("r2", point=HERE), desk=DESK, uow=database.reading()) == [first]


def test_no_place_is_like_no_place() -> None:
    assert place_key({}, "") == "" and place_key({}, "三栋 楼下！") == "三栋楼下"
