"""A small community to test with: two grids, four workers, the supervisor line, and the lamp that does not burn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from actions.clock import SHANGHAI
from actions.tickets.deadline import DeadlineTable, read_classes
from actions.tickets.desk import Desk
from actions.tickets.remedy import read_remedies
from actions.tickets.report import Point, Report
from actions.tickets.routing import Affair, Post, RoutingTable

MONDAY = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)

_REMIND: dict[str, object] = {"remind_contact_hours": 2, "remind_workdays": 1, "escalate_workdays": 2}
CLASSES: dict[str, dict[str, object]] = {
    "urgent": {
        "name": "紧急",
        "contact_hours": 0.5,
        "solve_hours": 24,
        "remind_contact_hours": 0.25,
        "remind_hours": 4,
        "escalate_hours": 4,
    },
    "report": {"name": "反映报修", "contact_workdays": 1, "solve_workdays": 5, **_REMIND},
    "complaint": {"name": "投诉", "contact_workdays": 1, "solve_workdays": 10, "answer_workdays": 10, **_REMIND},
}
REMEDIES = {"court": {"name": "诉讼", "text": "可以到人民法院起诉。"}}


class Weekends:
    """A calendar that knows of weekends only; years from `unknown_from` on are not announced."""

    def __init__(self, unknown_from: int = 9999) -> None:
        self.unknown_from = unknown_from

    def add_workdays(self, at: datetime, days: int) -> datetime:
        if not days and at.weekday() < 5:
            return at
        days = max(days, 1)
        while days:
            at += timedelta(days=1)
            days -= at.weekday() < 5
        return at

    def workdays_before(self, at: datetime, days: int) -> datetime:
        while days:
            at -= timedelta(days=1)
            days -= at.weekday() < 5
        return at

    def warning(self, year: int) -> str:
        return "没有公布" if year >= self.unknown_from else ""


NAMES = {
    "w01": "张三",
    "w02": "李四",
    "w03": "王五",
    "w04": "赵六",
    "s01": "钱七",
    "m01": "孙八",
    "d01": "区监察部门",
}


def locate(place: Mapping[str, str], address: str, point: Point | None) -> tuple[str | None, str]:
    """幸福里 is g01, 翠湖苑 is g02, everything else nowhere."""
    for estate, grid in (("幸福里", "g01"), ("翠湖苑", "g02")):
        if estate in address or estate in place.get("estate", ""):
            return grid, f"地址在{estate}"
    return None, ""


def make_desk(away: Iterable[str] = (), calendar: Weekends | None = None) -> Desk:
    """Two grids, four workers, one supervisor; `away` are not on duty."""
    gone = set(away)
    affairs = [
        Affair("city_appearance", "garbage_uncollected", "垃圾未及时清运", "环境卫生管理站", "assist", "report", 13),
        Affair("city_appearance", "", "市容环境", "城市管理局", "assist", "report", 13),
        Affair("municipal_works", "lamp_broken", "路灯不亮", "市政工程处", "assist", "report", 13),
        Affair("staff_conduct", "bad_attitude", "服务态度差", "社区监督岗", "serve", "complaint", 44),
        Affair("other", "", "其他", "社区值班台", "serve", "report"),
    ]
    routing = RoutingTable(
        affairs={(affair.category, affair.kind): affair for affair in affairs},
        posts={
            "g01": Post("g01", "幸福里一网格", ("w01", "w02"), ("w03",)),
            "g02": Post("g02", "翠湖苑网格", ("w04",), ("w01",)),
        },
        names=NAMES,
        on_duty=lambda worker, _at: worker not in gone,
        locate=locate,
        supervisor="s01",
        above=("m01", "d01"),
        called={id_: (name,) for id_, name in NAMES.items()} | {"s01": ("钱七", "值班长")},
    )
    deadlines = DeadlineTable(read_classes(CLASSES), calendar or Weekends())
    desk = Desk("GY", routing, deadlines, read_remedies(REMEDIES))
    desk.check()
    return desk


def make_report(id_: str = "r1", **fields: Any) -> Report:
    """A report of a broken lamp in 幸福里小区3栋, unless told otherwise."""
    usual: dict[str, Any] = {
        "conversation": "web:abc",
        "what": "楼道灯坏了三天",
        "address": "幸福里小区3栋2单元",
        "place": {"estate": "幸福里小区", "building": "3", "unit": "2"},
        "category": "municipal_works",
        "kind": "lamp_broken",
        "channel": "web",
        "phone": "13800001001",
        "predicted": {"categories": [["municipal_works", 0.9]], "model": "20261201-1"},
        "at": MONDAY,
    }
    return Report(id=id_, **{**usual, **fields})
