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

    def before(self, at: datetime, calendar: Calendar) -> datetime:
        """The moment this long before `at`."""
        if self.workdays is not None:
            return calendar.workdays_before(at, self.workdays)
        return at - timedelta(hours=self.hours or 0)


@dataclass(frozen=True)
class DeadlineClass:
    """One class of deadlines, e.g. `report` 反映报修: contact within a working day, solved within five.

    remind_contact, remind   how long before the two moments the clock urges
    escalate                 how long after the solution was due it goes up the line
    answer                   within what time a complainant must be answered, None where nobody has to be
    """

    id: str
    name: str
    contact: Span
    solve: Span
    remind_contact: Span
    remind: Span
    escalate: Span
    answer: Span | None = None


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
        found = self.of(deadline)
        due_at = found.solve.after(at, self.calendar)
        contact_due_at = min(found.contact.after(at, self.calendar), due_at)
        unsure = any(self.calendar.warning(year) for year in range(at.year, due_at.year + 1))
        certain = found.solve.workdays is None or not unsure
        return Deadline(contact_due_at, due_at, certain)

    def of(self, deadline: str) -> DeadlineClass:
        """The class of that id; `DeadlineUnknown`."""
        if deadline not in self.classes:
            raise DeadlineUnknown(deadline=deadline)
        return self.classes[deadline]

    def answer_due(self, deadline: str, at: datetime) -> datetime | None:
        """Until when a complaint that came in at `at` must be answered; None where its class asks for no answer."""
        answer = self.of(deadline).answer
        return answer.after(at, self.calendar) if answer else None

    def landing(self, deadline: str, at: datetime) -> datetime:
        """The same time on the next working day, where the class counts working days and `at` lies on none."""
        counted = self.of(deadline).solve.workdays is not None
        return self.calendar.add_workdays(at, 0) if counted else at


def read_classes(data: Mapping[str, Mapping[str, object]]) -> dict[str, DeadlineClass]:
    """Build the classes from the content of deadlines.yml; `DeadlinesBroken` names the class and what is wrong with it.

    Each class: {name, contact, solve, remind_contact, remind, escalate, answer (optional)}, each span as <it>_hours or
    <it>_workdays.
    """
    return {id_: _class(id_, dict(fields)) for id_, fields in data.items()}


_SPANS = ("contact", "solve", "remind_contact", "remind", "escalate")


def _class(id_: str, fields: dict[str, object]) -> DeadlineClass:
    spans = {clock: _span(id_, fields, clock) for clock in _SPANS}
    answered = {"answer_hours", "answer_workdays"} & set(fields)
    answer = _span(id_, fields, "answer") if answered else None
    name = fields.pop("name", None)
    if not isinstance(name, str) or not name:
        raise DeadlinesBroken(deadline=id_, problem="缺少名称 name")
    if fields:
        raise DeadlinesBroken(deadline=id_, problem=f"不认识的项 {'、'.join(sorted(fields))}")
    return DeadlineClass(id_, name, **spans, answer=answer)


def _span(id_: str, fields: dict[str, object], clock: str) -> Span:
    hours, workdays = fields.pop(f"{clock}_hours", None), fields.pop(f"{clock}_workdays", None)
    if (hours is None) == (workdays is None):
        raise DeadlinesBroken(deadline=id_, problem=f"{clock}_hours 和 {clock}_workdays 要写一个，也只写一个")
    if isinstance(workdays, int) and not isinstance(workdays, bool) and workdays > 0:
        return Span(workdays=workdays)
    if isinstance(hours, int | float) and not isinstance(hours, bool) and hours > 0:
        return Span(hours=float(hours))
    raise DeadlinesBroken(deadline=id_, problem=f"{clock} 的时长应当是正数，工作日应当是整数")
