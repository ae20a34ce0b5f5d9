"""Routing: from what and where to the grid, its worker, the unit in charge and the community's duty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actions.tickets.names import DUTY_NAMES
from actions.tickets.report import Point, Report

Locate = Callable[[Mapping[str, str], str, Point | None], tuple[str | None, str]]
"""(address parts, address as said, position) → (grid id or None, one short Chinese reason)."""

Load = Callable[[Iterable[str]], Mapping[str, int]]
"""Worker ids → how many unsolved tickets each has."""

STAFF_CONDUCT = "staff_conduct"


@dataclass(frozen=True)
class Affair:
    """A kind of case and what the table says of it. `duty`: lead | coordinate | assist | serve."""

    category: str
    kind: str
    kind_name: str
    unit: str
    duty: str
    deadline: str
    article: int | None = None


@dataclass(frozen=True)
class Post:
    """Who answers for a grid: its own workers first, deputies where all of those are away."""

    grid: str
    name: str
    workers: tuple[str, ...]
    deputies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Routing:
    """Where a report goes. `why` is one Chinese sentence for the dispatcher; `grid` may be None."""

    grid: str | None
    assignee: str
    unit: str
    duty: str
    why: str


@dataclass(frozen=True)
class RoutingTable:
    """The community's tables, as routing needs them.

    affairs     (category id, kind id) → affair; (category id, "") is the category's own, ("other", "") the last resort
    posts       grid id → post
    names       worker id → name
    on_duty     whether a worker is at work at a moment
    locate      place → grid
    supervisor  worker id of the duty desk: gets what fits nowhere, and everything confidential
    above       worker ids of those above the supervisor, from near to far; the last is an office outside of the house
    called      what people call the staff in a complaint: worker id → names and titles
    """

    affairs: Mapping[tuple[str, str], Affair]
    posts: Mapping[str, Post]
    names: Mapping[str, str]
    on_duty: Callable[[str, datetime], bool]
    locate: Locate
    supervisor: str
    above: tuple[str, ...] = ()
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def level(self, worker: str) -> int:
        """How high up the supervisor line somebody stands: 0 for grid workers, 1 for the supervisor."""
        line = (self.supervisor, *self.above)
        return line.index(worker) + 1 if worker in line else 0

    def handler(self, about: Iterable[str] = ()) -> str:
        """Who handles what is confidential: the lowest of the line who stands above everybody complained of, so that a
        complaint reaches neither them nor anybody who has to do as they say.
        """
        line = (self.supervisor, *self.above)
        return line[min(max(map(self.level, about), default=0), len(line) - 1)]

    def complained_of(self, words: str) -> tuple[str, ...]:
        """The staff that a complaint names, by name or title. The office at the top is asked, never meant."""
        top = self.above[-1:]
        return tuple(w for w, names in self.called.items() if w not in top and any(name in words for name in names))

    def affair(self, category: str, kind: str) -> Affair:
        """What the table says of a kind of case. An unknown kind counts as its category, then as "other"."""
        for key in ((category, kind), (category, ""), ("other", "")):
            if key in self.affairs:
                return self.affairs[key]
        return Affair("other", "", "其他", "社区值班台", "serve", "report")

    def is_confidential(self, report: Report) -> bool:
        """Whether only the supervisor line may see it: the reporter asked, or it is about staff (第四十四条)."""
        return report.confidential or report.category == STAFF_CONDUCT

    def route(self, report: Report, at: datetime, load: Load) -> Routing:
        """Where the report goes at that moment. Always to somebody: a gap in a table never turns a resident away."""
        affair = self.affair(report.category, report.kind)
        grid, where = self.locate(report.place, report.address, report.point)
        if self.is_confidential(report):
            who = self.handler(self.complained_of(report.what))
            why = f"涉及保密或工作人员履职，只交{self._name(who)}办理"
        elif grid is None or grid not in self.posts:
            who, why = self.supervisor, f"{where or '没有找到对应的网格'}，先交值班台{self._name(self.supervisor)}核实"
        else:
            who, chosen = self._on_post(self.posts[grid], at, load)
            why = f"{where or '按地址'}，属{self.posts[grid].name}，{chosen}"
        return Routing(grid, who, affair.unit, affair.duty, f"{why}；{self._charge(affair)}。")

    def _on_post(self, post: Post, at: datetime, load: Load) -> tuple[str, str]:
        """The worker on duty with the least to do, else a deputy, else the supervisor; with a Chinese reason."""
        for workers, part in ((post.workers, "当班"), (post.deputies, "代班（本网格网格员不在岗）")):
            present = [w for w in workers if self.on_duty(w, at)]
            if present:
                burden = load(present) if len(present) > 1 else {}
                who = min(present, key=lambda w: (burden.get(w, 0), workers.index(w)))
                return who, f"网格员{self._name(who)}{part}"
        return self.supervisor, f"本网格无人在岗，由值班长{self._name(self.supervisor)}接办"

    def _name(self, worker: str) -> str:
        return self.names.get(worker, worker)

    def _charge(self, affair: Affair) -> str:
        by = f"（第{affair.article}条）" if affair.article else ""
        return f"责任单位{affair.unit}，{DUTY_NAMES.get(affair.duty, affair.duty)}{by}"
