"""The engine of durable work: DBOS, started and stopped by a call, never by an import.

DBOS keeps in a database of its own which step of which workflow is done. It is one a process, so `Runtime` is too.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from dbos import DBOS, ScheduleInput, SetWorkflowID
from dbos import error as dbos_error

from actions.notify.clockwork import ClockworkConnection
from actions.store.living import open_living

NAME = "linli"
VERSION = "deliver-1"
"""Raised when a workflow's steps change, so that unfinished ones of the old shape are not continued in the new one."""

QUEUE = "linli_notices"
"""What every process can do; a way that not all have has a queue of its own, see `Runtime.start`."""

Workflow = Callable[[str], Awaitable[str]]
"""One text in (an id), one text out (how it ended)."""


class StepFailed(Exception):
    """A try that failed and may be made again. Its words are all that is kept of the failure."""


class StepHopeless(Exception):
    """A try that failed as every other one would."""


class OutOfTries(Exception):
    """A step that failed for good."""


@dataclass(frozen=True)
class Patience:
    """How long a step is tried: `attempts` in all, the first pause, and how each pause grows over the one before.

    The default tries for about an hour: after 2 s, 6 s, 18 s and so on.
    """

    attempts: int = 8
    pause: timedelta = timedelta(seconds=2)
    growth: float = 3.0


def system_database(url: str) -> str:
    """Where DBOS keeps its own state: beside an SQLite file ("…/linli.db.dbos"), or in the same PostgreSQL."""
    if url.startswith("sqlite"):
        return f"{url}.dbos"
    return f"postgresql{url[url.index(':/') :]}"


class Runtime:
    """Durable workflows on one database.

    url      the application's database; see `system_database`
    schema   where DBOS keeps its tables on PostgreSQL

    Several processes may share a database. Each is an executor of its own for DBOS, under an id that is never used
    again; what a process leaves unfinished is taken up by whichever of the others first finds it dead (`adopt`).
    """

    def __init__(self, url: str, *, schema: str = "dbos") -> None:
        self._url, self._schema = url, schema
        self._executor, self._living = uuid.uuid4().hex, open_living(url)
        self._schedules: list[ScheduleInput] = []

    @property
    def _in_a_file(self) -> bool:
        return self._url.startswith("sqlite")

    def workflow(self, name: str, body: Workflow) -> Workflow:
        """Make `body` a durable workflow known as `name`. Call it before `launch`, which continues unfinished ones."""

        async def durable(argument: str) -> str:
            return await body(argument)

        return DBOS.workflow(name=name)(durable)

    def schedule(self, name: str, cron: str, deed: Callable[[], str]) -> None:
        """Do `deed` at all the times of `cron`, each time by one process, however many share the database. What it
        returns is kept. Call it before `launch`. A deed that fails is done again at its next time.
        """

        async def durable(at: datetime, context: object) -> str:
            return await self.step(name, deed)

        # DBOS declares that a scheduled workflow returns nothing; it keeps what it returns all the same
        fired = cast(Any, DBOS.workflow(name=name)(durable))
        self._schedules.append({"schedule_name": name, "workflow_fn": fired, "schedule": cron})

    def fire(self, name: str) -> str:
        """Do a scheduled deed now, without waiting for its time, and return what it returned."""
        return str(DBOS.trigger_schedule(name).get_result())

    def forget(self, before: datetime, limit: int = 5_000) -> int:
        """Delete what was finished before that moment, and return how many workflows that were."""
        over = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        DBOS.delete_workflows([workflow.workflow_id for workflow in over])
        return len(over)

    def launch(self, ways: Sequence[str] = ()) -> None:
        """Start; what a process that is no more left unfinished goes on. `ways`: the queues that this process can work
        at, besides the one that all can.

        Like `start`, not to be called where an event loop runs: a server does it in a thread (`asyncio.to_thread`).
        """
        queues = {QUEUE: 0.2} | {f"{QUEUE}_{way}": 0.5 for way in ways}
        DBOS(
            config={
                "name": NAME,
                "system_database_url": system_database(self._url),
                "dbos_system_schema": self._schema,
                "executor_id": self._executor,
                "application_version": VERSION,
                "log_level": "ERROR",
                "enable_otlp": False,
                "db_engine_kwargs": {"connect_args": {"factory": ClockworkConnection}} if self._in_a_file else None,
            }
        )
        DBOS.listen_queues(list(queues))
        self._living.enter(self._executor)
        DBOS.launch()
        for queue, pause in queues.items():
            DBOS.register_queue(queue, polling_interval_sec=pause)
        if self._schedules:
            DBOS.apply_schedules(self._schedules)
        self.adopt()

    def adopt(self) -> int:
        """Take up what processes left unfinished that are alive no more, and return how many workflows that were. Each
        goes back to its queue, so that a process takes it that can do it; two that adopt at once do no harm."""
        self._living.keep()
        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        owners = {workflow.executor_id for workflow in running if workflow.executor_id}
        dead = [owner for owner in sorted(owners) if self._living.gone(owner)]
        return len(DBOS._recover_pending_workflows(dead)) if dead else 0

    def start(self, id_: str, workflow: Workflow, argument: str, way: str = "") -> None:
        """Start a workflow under an id of its own, on the queue of a way or on the one that is every process's. One that
        was ever started under that id is not started again."""
        with SetWorkflowID(id_):
            DBOS.enqueue_workflow(f"{QUEUE}_{way}" if way else QUEUE, workflow, argument)

    def over(self, ids: Sequence[str]) -> set[str]:
        """Those of these workflows that have ended, however they did."""
        known = DBOS.list_workflows(workflow_ids=list(ids), load_input=False, load_output=False) if ids else []
        return {workflow.workflow_id for workflow in known if workflow.status not in ("PENDING", "ENQUEUED", "DELAYED")}

    async def step(self, name: str, deed: Callable[[], str], patience: Patience = Patience(attempts=1)) -> str:
        """Within a workflow: do one thing, keep its result, and never do it again once that is kept.

        Runs in a thread of its own, pauses without holding one. `OutOfTries` when patience ends or a try is hopeless.
        """

        async def attempt() -> str:
            return await asyncio.to_thread(deed)

        try:
            return await DBOS.run_step_async(
                {
                    "name": name,
                    "retries_allowed": True,
                    "max_attempts": patience.attempts,
                    "interval_seconds": patience.pause.total_seconds(),
                    "backoff_rate": patience.growth,
                    "should_retry": _worth_another_try,
                },
                attempt,
            )
        except (dbos_error.DBOSMaxStepRetriesExceeded, StepHopeless) as failure:
            raise OutOfTries(name) from failure

    def close(self) -> None:
        """Stop. What is unfinished goes on at the next launch, or in another process."""
        DBOS.destroy(destroy_registry=True)
        self._living.leave()


def _worth_another_try(failure: BaseException) -> bool:
    return not isinstance(failure, StepHopeless)
