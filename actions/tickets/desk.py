"""The desk: all the tables that filing and dispatching go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from actions.errors import DeadlineUnknown, LineTooShort, NotForThem, RemedyUnknown, WorkerUnknown
from actions.tickets.deadline import Deadline, DeadlineTable
from actions.tickets.remedy import Remedy
from actions.tickets.routing import RoutingTable
from actions.tickets.ticket import Ticket

URGENT = "urgent"


@dataclass(frozen=True)
class Desk:
    """`prefix` begins every number ("GY"); `routing` says who, `deadlines` until when, `remedies` where to go with what
    is not taken up here.
    """

    prefix: str
    routing: RoutingTable
    deadlines: DeadlineTable
    remedies: Mapping[str, Remedy] = field(default_factory=dict)

    def deadline_class(self, category: str, kind: str, *, urgent: bool) -> str:
        """The deadline class of a case: what is urgent does not wait for its kind's days."""
        return URGENT if urgent else self.routing.affair(category, kind).deadline

    def due(self, deadline: str, at: datetime) -> Deadline:
        """Both deadlines of a class for a dispatch at `at`."""
        return self.deadlines.due(deadline, at)

    def worker(self, worker: str) -> str:
        """The id itself if there is such a worker; `WorkerUnknown`."""
        if worker not in self.routing.names:
            raise WorkerUnknown(worker=worker)
        return worker

    def answer_due(self, category: str, kind: str, at: datetime) -> datetime | None:
        """Until when a complainant must be answered, None where nobody has to be; urgency does not change that."""
        return self.deadlines.answer_due(self.routing.affair(category, kind).deadline, at)

    def admit(self, worker: str, ticket: Ticket) -> None:
        """`NotForThem` for somebody who must not see a confidential ticket: it stays with the supervisor line, from the
        level up that stands above those complained of.
        """
        if ticket.confidential and (
            worker in ticket.about
            or self.routing.level(worker) < self.routing.level(self.routing.handler(ticket.about))
        ):
            raise NotForThem(worker=self.routing.names.get(worker, worker))

    def landed(self, ticket: Ticket) -> Ticket:
        """The ticket with a due date on a working day: a pause may have pushed it into a holiday."""
        return replace(ticket, due_at=self.deadlines.landing(ticket.deadline, ticket.due_at))

    def remedy(self, remedy: str) -> Remedy:
        """The legal way to go of that id; `RemedyUnknown`."""
        if remedy not in self.remedies:
            raise RemedyUnknown(remedy=remedy)
        return self.remedies[remedy]

    def check(self) -> None:
        """Refuse tables that do not fit together, at the start rather than when a resident writes."""
        for needed in {URGENT, *(affair.deadline for affair in self.routing.affairs.values())}:
            if needed not in self.deadlines.classes:
                raise DeadlineUnknown(deadline=needed)
        for post in self.routing.posts.values():
            for worker in (*post.workers, *post.deputies):
                self.worker(worker)
        for worker in (self.routing.supervisor, *self.routing.above):
            self.worker(worker)
        if not self.routing.above:
            raise LineTooShort()
