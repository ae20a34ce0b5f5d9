"""The engine of durable work: DBOS, started and stopped by a call, never by an import.

DBOS keeps in a database of its own which step of which workflow is done. It is one a process, so `Runtime` is too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from dbos import DBOS, ScheduleInput, SetWorkflowID
from dbos import error as dbos_error

from actions.notify.clockwork import ClockworkConnection

NAME = "linli"
VERSION = "deliver-1"
"""Raised when a workflow's steps change, so that unfinished ones of the old shape are not continued in the new one."""

QUEUE = "linli_notices"

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

    url        the application's database; see `system_database`
    executor   this process among those that share a PostgreSQL; must be the same after a restart, and no other's
    schema     where DBOS keeps its tables on PostgreSQL
    """

    def __init__(self, url: str, *, executor: str = "local", schema: str = "dbos") -> None:
        self._url, self._executor, self._schema = url, executor, schema
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

    def launch(self) -> None:
        """Start; what an earlier process left unfinished goes on.

        Like `start`, not to be called where an event loop runs: a server does it in a thread (`asyncio.to_thread`).
        """
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
        DBOS.launch()
        DBOS.register_queue(QUEUE, polling_interval_sec=0.2)
        if self._schedules:
            DBOS.apply_schedules(self._schedules)

    def start(self, id_: str, workflow: Workflow, argument: str) -> None:
        """Start a workflow under an id of its own. One that was ever started under that id is not started again."""
        with SetWorkflowID(id_):
            DBOS.enqueue_workflow(QUEUE, workflow, argument)

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
        """Stop. What is unfinished goes on at the next launch."""
        DBOS.destroy(destroy_registry=True)


def _worth_another_try(failure: BaseException) -> bool:
    return not isinstance(failure, StepHopeless)
