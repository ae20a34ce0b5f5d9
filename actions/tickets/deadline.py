"""Deadlines: two clocks for a ticket, first contact and solution, both started by the dispatch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.errors import DeadlinesBroken, DeadlineUnknown
from actions.tickets.ports import Calendar


@dataclass(frozen=True)
class Span:
    """A length of time: natural hours, or working days. Exactly one of the two is given."""

    hours: float | None = None
    workdays: int | None = None

    def after(self, at: datetime, calendar: Calendar) -> datetime:
        """The moment this long after `at`."""
        if self.workdays is not None:
            return calendar.add_workdays(at, self.workdays)
        return at + timedelta(hours=self.hours or 0)


@dataclass(frozen=True)
class DeadlineClass:
    """One class of deadlines, e.g. `report` 反映报修: contact within a working day, solved within five."""

    id: str
    name: str
    contact: Span
    solve: Span


@dataclass(frozen=True)
class Deadline:
    """The two moments of one ticket. `certain` is False where a year's holidays are not announced yet."""

    contact_due_at: datetime
    due_at: datetime
    certain: bool


@dataclass(frozen=True)
class DeadlineTable:
    """All classes and the calendar that counts their working days."""

    classes: Mapping[str, DeadlineClass]
    calendar: Calendar

    def due(self, deadline: str, at: datetime) -> Deadline:
        """When a ticket of this class dispatched at `at` is due; `DeadlineUnknown` for no such class."""
        found = self.classes.get(deadline)
        if found is None:
            raise DeadlineUnknown(deadline=deadline)
        due_at = found.solve.after(at, self.calendar)
        contact_due_at = min(found.contact.after(at, self.calendar), due_at)
        unsure = any(self.calendar.warning(year) for year in range(at.year, due_at.year + 1))
        certain = found.solve.workdays is None or not unsure
        return Deadline(contact_due_at, due_at, certain)


def read_classes(data: Mapping[str, Mapping[str, object]]) -> dict[str, DeadlineClass]:
    """Build the classes from the content of deadlines.yml; `DeadlinesBroken` names the class and what is wrong with it.

    Each class: {name, contact_hours | contact_workdays, solve_hours | solve_workdays}.
    """
    return {id_: _class(id_, dict(fields)) for id_, fields in data.items()}


def _class(id_: str, fields: dict[str, object]) -> DeadlineClass:
    contact, solve = _span(id_, fields, "contact"), _span(id_, fields, "solve")
    name = fields.pop("name", None)
    if not isinstance(name, str) or not name:
        raise DeadlinesBroken(deadline=id_, problem="缺少名称 name")
    if fields:
        raise DeadlinesBroken(deadline=id_, problem=f"不认识的项 {'、'.join(sorted(fields))}")
    return DeadlineClass(id_, name, contact, solve)


def _span(id_: str, fields: dict[str, object], clock: str) -> Span:
    hours, workdays = fields.pop(f"{clock}_hours", None), fields.pop(f"{clock}_workdays", None)
    if (hours is None) == (workdays is None):
        raise DeadlinesBroken(deadline=id_, problem=f"{clock}_hours 和 {clock}_workdays 要写一个，也只写一个")
    if isinstance(workdays, int) and not isinstance(workdays, bool) and workdays > 0:
        return Span(workdays=workdays)
    if isinstance(hours, int | float) and not isinstance(hours, bool) and hours > 0:
        return Span(hours=float(hours))
    raise DeadlinesBroken(deadline=id_, problem=f"{clock} 的时长应当是正数，工作日应当是整数")
