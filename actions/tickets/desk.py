"""The desk: all the tables that filing and dispatching go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.errors import DeadlineUnknown, WorkerUnknown
from actions.tickets.deadline import Deadline, DeadlineTable
from actions.tickets.routing import RoutingTable

URGENT = "urgent"


@dataclass(frozen=True)
class Desk:
    """`prefix` begins every number ("GY"); `routing` says who, `deadlines` until when."""

    prefix: str
    routing: RoutingTable
    deadlines: DeadlineTable

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

    def check(self) -> None:
        """Refuse tables that do not fit together, at the start rather than when a resident writes."""
        for needed in {URGENT, *(affair.deadline for affair in self.routing.affairs.values())}:
            if needed not in self.deadlines.classes:
                raise DeadlineUnknown(deadline=needed)
        for post in self.routing.posts.values():
            for worker in (*post.workers, *post.deputies):
                self.worker(worker)
        self.worker(self.routing.supervisor)
