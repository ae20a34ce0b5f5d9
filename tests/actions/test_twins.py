"""What a ticket could be the same problem as: wider than what a resident is asked about, never across secrecy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.store.database import Database
from actions.tickets.actor import Actor, Role
from actions.tickets.feedback import withdraw
from actions.tickets.opening import open_ticket
from actions.tickets.ticket import Ticket
from actions.tickets.twins import find_twins, twins
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

RESIDENT, OPERATOR, HEAD = Actor(Role.RESIDENT, "web:abc"), Actor(Role.OPERATOR, "li"), Actor(Role.MANAGER, "m01")
DESK = make_desk()


def opened(uow: FakeUnit, **fields: object) -> Ticket:
    report = make_report(f"r{len(uow.tickets.kept)}", **fields)
    return open_ticket(report, by=RESIDENT, at=MONDAY, desk=DESK, uow=uow)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({}, ("同一地点", "同一情形", "说法相近")),
        ({"what": "完全另一种说法", "address": "幸福里小区3栋1单元"}, ("同一地点", "同一情形")),
        ({"category": "other", "kind": "", "what": "三单元楼道灯坏了"}, ("同一地点", "说法相近")),
        ({"category": "other", "kind": "", "what": "垃圾没人收"}, None),
        ({"address": "翠湖苑9栋", "place": {}, "what": "另外一件"}, None),
        ({"address": "别处", "place": {}}, None),
        ({"address": "", "place": {}, "category": "other", "kind": ""}, ("说法相近",)),
        ({"address": "幸福里小区", "place": {"estate": "幸福里小区"}}, ("同一小区", "同一情形", "说法相近")),
        ({"address": "幸福里小区4栋", "place": {"estate": "幸福里小区", "building": "4"}}, None),
        ({"category": "staff_conduct", "kind": ""}, None),
    ],
)
def test_what_makes_a_twin(uow: FakeUnit, other: dict[str, object], why: tuple[str, ...] | None) -> None:
    first, second = opened(uow), opened(uow, **other)
    assert [twin.why for twin in twins(first, [first, second])] == ([why] if why else [])


def test_a_position_says_how_far(uow: FakeUnit) -> None:
    here = opened(uow, address="", place={}, point=(106.63, 26.65))
    there = opened(uow, address="", place={}, point=(106.6303, 26.65))
    (twin,) = twins(here, [there])
    assert twin.why == ("相距 30 米", "同一情形", "说法相近")


def test_the_likeliest_comes_first_and_what_is_over_never(uow: FakeUnit) -> None:
    first, far, same = opened(uow), opened(uow, address="", place={}), opened(uow)
    over = withdraw(opened(uow).number, by=OPERATOR, at=MONDAY, uow=uow)
    assert [twin.ticket.number for twin in twins(first, [far, over, same])] == [same.number, far.number]


def test_the_database_finds_other_kinds_in_the_grid_and_keeps_secrets(database: Database) -> None:
    def kept(id_: str, **fields: object) -> Ticket:
        return open_ticket(make_report(id_, **fields), by=RESIDENT, at=MONDAY, desk=DESK, uow=database.unit())

    first, other_kind = kept("1"), kept("2", category="other", kind="")
    about_staff = kept("3", category="staff_conduct", kind="", what="楼道灯坏了三天没人管，张三态度差")
    with database.reading() as uow:
        found = find_twins(first, by=OPERATOR, uow=uow)
        assert [twin.ticket.number for twin in found] == [other_kind.number]
        assert about_staff.number not in {t.ticket.number for t in find_twins(about_staff, by=HEAD, uow=uow)}
        assert find_twins(replace(about_staff, number="x"), by=OPERATOR, uow=uow) == []
