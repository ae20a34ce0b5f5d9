"""Delivery: what the outbox holds goes out, each notice once, whatever breaks down on the way.

A deed's news is committed together with the deed and only then delivered. Each notice is one durable workflow whose id
is the notice's: started twice it runs once, and a process that dies in the middle leaves it to the next start. Sending
and writing down that it was sent are two steps, so a crash between them does not send again. What no program can rule
out is a crash in the instant after the channel took a notice and before that is on record; then the same notice comes
again with the same id, and a sender that keeps ids (as the message log does) notices.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from actions.errors import NoSender
from actions.notify.notice import Notice
from actions.notify.ports import Sender, UnitOfWork
from actions.notify.runtime import (
    OutOfTries,
    Patience,
    Runtime,
    StepFailed,
    StepHopeless,
)

logger = logging.getLogger(__name__)

BATCH = 200
"""Notices taken up in one sweep; the next sweep takes the next ones."""


class Delivery:
    """Brings notices to their audiences.

    senders   audience → how to reach it: "conversation:web", "conversation", "worker", "operators"; the narrowest that
              fits a notice is used, and a notice that none fits is a dead letter at once
    unit      a fresh unit of work on the database that holds the outbox
    clock     the time
    runtime   the durable workflows; `runtime.launch()` comes after this and before the first sweep
    """

    def __init__(
        self,
        senders: Mapping[str, Sender],
        *,
        unit: Callable[[], UnitOfWork],
        clock: Callable[[], datetime],
        runtime: Runtime,
        patience: Patience | None = None,
    ) -> None:
        self._senders, self._unit, self._clock, self._runtime = senders, unit, clock, runtime
        self._patience = patience or Patience()
        self._wake = threading.Event()
        self._started: set[str] = set()
        self._workflow = runtime.workflow("linli_deliver", self._deliver)

    def sweep(self) -> int:
        """Start the delivery of what waits, and return how many are new. One that is on its way already is not started
        again. Called at the start and then again and again, it also finds what other servers wrote.
        """
        with self._unit() as uow:
            waiting = {_workflow_id(notice): notice.id for notice in uow.outbox.waiting(BATCH)}
        fresh = [id_ for id_ in waiting if id_ not in self._started]
        for id_ in fresh:
            self._runtime.start(id_, self._workflow, waiting[id_])
        self._started = set(waiting)
        return len(fresh)

    def run(self, stop: threading.Event, every: timedelta = timedelta(seconds=1)) -> None:
        """Sweep until told to stop, every so often and whenever nudged; the body of a background thread. A sweep that
        fails is logged, and the next one tries again.
        """
        while not stop.is_set():
            try:
                self.sweep()
            except Exception:
                logger.exception("the outbox could not be swept")
            self._wake.wait(every.total_seconds())
            self._wake.clear()

    def nudge(self) -> None:
        """Say that there is news, or that it is time to stop: the next sweep comes at once."""
        self._wake.set()

    async def _deliver(self, notice: str) -> str:
        """The workflow: send with patience, then write down how it ended: "delivered" or "dead"."""
        try:
            await self._runtime.step("send", lambda: self._send(notice), self._patience)
        except OutOfTries:
            return await self._runtime.step("give up", lambda: self._give_up(notice), self._patience)
        return await self._runtime.step("write down", lambda: self._write_down(notice), self._patience)

    def _send(self, id_: str) -> str:
        """One try. A failure is on record before the next one begins, for those who watch the list."""
        with self._unit() as uow:
            notice = uow.outbox.get(id_)
        try:
            self._sender(notice)(notice)
        except Exception as failure:  # noqa: BLE001 - a channel may fail in any way, and none of them may lose a notice
            words = f"{type(failure).__name__}: {failure}"
            with self._unit() as uow:
                uow.outbox.failed(id_, words)
                uow.commit()
            raise (StepHopeless if isinstance(failure, NoSender) else StepFailed)(words) from None
        return "sent"

    def _sender(self, notice: Notice) -> Sender:
        for audience in notice.reaches:
            if audience in self._senders:
                return self._senders[audience]
        raise NoSender(audience=notice.audience)

    def _write_down(self, id_: str) -> str:
        with self._unit() as uow:
            uow.outbox.delivered(id_, self._clock())
            uow.commit()
        return "delivered"

    def _give_up(self, id_: str) -> str:
        logger.error("notice %s could not be delivered and is a dead letter now", id_)
        with self._unit() as uow:
            uow.outbox.give_up(id_, self._clock())
            uow.commit()
        return "dead"


def _workflow_id(notice: Notice) -> str:
    """The notice's own id; a dead letter that is sent again is a new workflow."""
    return f"{notice.id}+{notice.round}" if notice.round else notice.id
