"""The community's own tables, laid on the desk: grids, workers, categories and deadlines as filing needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from actions.appointments.agenda import Agenda
from actions.clock import local
from actions.tickets.deadline import DeadlineClass, DeadlineTable, read_classes
from actions.tickets.desk import Desk
from actions.tickets.ports import Calendar
from actions.tickets.remedy import Remedy, read_remedies
from actions.tickets.report import Point
from actions.tickets.routing import Affair, Locate, Post, RoutingTable
from knowledge.categories import Category, load_categories
from knowledge.community import COMMUNITY, Community, Worker, load_community
from knowledge.errors import BadFile
from knowledge.records import read_yaml
from knowledge.timetable import load_timetable
from knowledge.workdays import load_calendar

WORKER, SUPERVISOR, ABOVE = "worker", "supervisor", ("manager", "overseer")
"""The roles in workers.yml; those above the supervisor from near to far."""


def load_desk(prefix: str = "GY") -> Desk:
    """The desk of the community on file. Raises `BadFile` or an `ActionError` where its tables do not fit together."""
    desk = make_desk(load_community(), load_categories(), load_calendar(), load_deadlines(), load_remedies(), prefix)
    desk.check()
    return desk


def load_agenda() -> Agenda:
    """When the community's windows take appointments; `BadFile` where the timetable names a window that takes none."""
    timetable = load_timetable()
    taking = {window.id for window in load_community().windows.values() if window.booking}
    for window in sorted(timetable.windows - taking):
        raise BadFile("community/appointments.yml", "sessions", f"windows.yml 里没有可以预约的窗口 {window}")
    return Agenda(timetable, load_calendar())


def load_deadlines() -> dict[str, DeadlineClass]:
    """The deadline classes of knowledge/community/deadlines.yml; `BadFile`, `DeadlinesBroken`."""
    return read_classes(read_yaml(COMMUNITY / "deadlines.yml"))


def load_remedies() -> dict[str, Remedy]:
    """The legal ways to go of knowledge/community/remedies.yml; `BadFile`, `RemediesBroken`."""
    return read_remedies(read_yaml(COMMUNITY / "remedies.yml"))


def make_desk(
    community: Community,
    categories: Mapping[str, Category],
    calendar: Calendar,
    deadlines: Mapping[str, DeadlineClass],
    remedies: Mapping[str, Remedy],
    prefix: str,
) -> Desk:
    """The desk of a given community. What is confidential or fits nowhere goes to its supervisor."""
    workers = community.workers
    routing = RoutingTable(
        affairs={(a.category, a.kind): a for category in categories.values() for a in _affairs(category)},
        posts={grid: _post(community, grid) for grid in community.grids},
        names={worker.id: worker.name for worker in workers.values()},
        on_duty=lambda worker, at: worker in workers and workers[worker].on_duty(local(at).date()),
        locate=_locate(community),
        supervisor=next(worker.id for worker in workers.values() if worker.role == SUPERVISOR),
        above=tuple(worker.id for role in ABOVE for worker in workers.values() if worker.role == role),
        called={worker.id: (worker.name, *worker.titles) for worker in workers.values()},
    )
    return Desk(prefix, routing, DeadlineTable(deadlines, calendar), remedies)


def _affairs(category: Category) -> Iterator[Affair]:
    """The kinds of a category, and the category itself, which does as its last kind, the one for the rest, does."""
    for kind in category.kinds:
        yield Affair(category.id, kind.id, kind.name, kind.unit, category.duty, kind.deadline, category.article)
    rest = category.kinds[-1]
    yield Affair(category.id, "", category.name, rest.unit, category.duty, rest.deadline, category.article)


def _post(community: Community, grid_id: str) -> Post:
    """A grid's own worker, whoever else serves it, and the deputy."""
    grid = community.grids[grid_id]
    others = (
        w.id for w in community.workers.values() if _serves(w, grid_id) and w.id not in (grid.worker, grid.deputy)
    )
    return Post(grid.id, grid.name, (grid.worker, *others), (grid.deputy,))


def _serves(worker: Worker, grid: str) -> bool:
    return worker.role == WORKER and grid in worker.grids


def _locate(community: Community) -> Locate:
    def locate(place: Mapping[str, str], address: str, point: Point | None) -> tuple[str | None, str]:
        placement = community.place(place, address, point)
        return (placement.grid.id, placement.why.rstrip("。")) if placement else (None, "")

    return locate
