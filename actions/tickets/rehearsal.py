"""Rehearsal: where a report would go and why, without filing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.tickets.deadline import Deadline
from actions.tickets.desk import Desk
from actions.tickets.opening import repeated
from actions.tickets.ports import UnitOfWork
from actions.tickets.report import Report
from actions.tickets.routing import Affair, Routing
from actions.tickets.ticket import Ticket


@dataclass(frozen=True)
class Rehearsal:
    """What would become of a report.

    affair     what the tables say of its kind of case
    routing    to whom, and why
    deadline   name of the class ("紧急"), and `due` its two moments
    secret     whether only the supervisor line would see it
    duplicates the open tickets that it would repeat; its reporter would be asked whether to join
    """

    affair: Affair
    routing: Routing
    deadline: str
    due: Deadline
    secret: bool
    duplicates: Sequence[Ticket]


def rehearse(report: Report, *, at: datetime, desk: Desk, uow: UnitOfWork) -> Rehearsal:
    """By the same tables and the same load as `open_ticket` goes by; nothing is kept. Within a unit of work that is
    open."""
    class_id = desk.deadline_class(report.category, report.kind, urgent=report.urgent)
    return Rehearsal(
        affair=desk.routing.affair(report.category, report.kind),
        routing=desk.routing.route(report, at, uow.tickets.open_load),
        deadline=desk.deadlines.of(class_id).name,
        due=desk.due(class_id, at),
        secret=desk.routing.is_confidential(report),
        duplicates=repeated(report, desk=desk, uow=uow),
    )
