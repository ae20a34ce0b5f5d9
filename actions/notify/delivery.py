"""Delivery: what the outbox holds goes out, each notice once, whatever breaks down on the way.

A deed's news is committed together with the deed and only then delivered. Each notice is one durable workflow whose id
is the notice's: started twice it runs once, and a process that dies in the middle leaves it to the next start, or to
another process. Sending and writing down that it was sent are two steps, so a crash between them does not send again.
What no program can rule out is a crash in the instant after the channel took a notice and before that is on record; then
the same notice comes again with the same id, and a sender that keeps ids (as the message log does) notices.

Not every process has every way to people: a way that only some have has a queue of its own, at which only those work. A
notice for it waits for one of them, and is a dead letter after a day in which there was none.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from actions.errors import NoSender, NoticeUnknown
from actions.notify.notice import Notice
from actions.notify.ports import Hold, Sender, Undeliverable, UnitOfWork
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
LONELY = timedelta(days=1)
"""How long a notice waits for a process that has its way."""
ROUND = timedelta(seconds=10)
"""Between two looks at what other processes may have left behind."""
HOPELESS = (NoSender, Undeliverable, NoticeUnknown)


class Delivery:
    """Brings notices to their audiences.

    senders   audience → how to reach it: "conversation:web", "conversation", "worker", "operators"; the narrowest that
              fits a notice is used, and a notice that none fits is a dead letter at once
    apart     the audiences that not every process can reach ("conversation:telegram", "mail"), whether this one can or
              not: the same in all of them
    hold      until when a notice waits, for the sake of somebody's sleep
    unit      a fresh unit of work on the database that holds the outbox
    clock     the time
    runtime   the durable workflows; `launch` comes before the first sweep
    """

    def __init__(
        self,
        senders: Mapping[str, Sender],
        *,
        unit: Callable[[], UnitOfWork],
        clock: Callable[[], datetime],
        runtime: Runtime,
        patience: Patience | None = None,
        apart: Collection[str] = (),
        hold: Hold = lambda notice, at: None,
    ) -> None:
        self._senders, self._unit, self._clock, self._runtime = senders, unit, clock, runtime
        self._patience, self._apart, self._hold = patience or Patience(), frozenset(apart), hold
        self._beyond = sorted(self._apart - set(senders))
        self._wake = threading.Event()
        self._started: set[str] = set()
        self._looked = -ROUND.total_seconds()
        self._workflow = runtime.workflow("linli_deliver", self._deliver)

    def launch(self) -> None:
        """Launch the runtime with the ways that there are here."""
        self._runtime.launch([_queue(way) for way in sorted(self._apart & set(self._senders))])

    def sweep(self) -> int:
        """Start the delivery of what waits and can go out from here, and return how many are new. One that is on its way
        already is not started again. Called at the start and then again and again, it also finds what other servers
        wrote.
        """
        with self._unit() as uow:
            waiting = {_workflow_id(n): n for n in uow.outbox.waiting(BATCH, self._clock(), self._beyond)}
        fresh = [id_ for id_ in waiting if id_ not in self._started]
        for id_ in fresh:
            self._runtime.start(id_, self._workflow, waiting[id_].id, self._way(waiting[id_]))
        self._started = set(waiting)
        return len(fresh)

    def look_after(self) -> None:
        """See to what would wait for ever: what dead processes left, what ended without saying how, and what no process
        has a way for."""
        self._runtime.adopt()
        with self._unit() as uow:
            now = self._clock()
            lonely = uow.outbox.forlorn(now - LONELY, BATCH)
            waiting = {_workflow_id(n): n for n in uow.outbox.waiting(BATCH, now, self._beyond)}
        for notice in lonely:
            self._bury(notice, f"NoSender: {NoSender(audience=notice.audience)}")
        for ended in self._runtime.over(list(waiting)):
            self._bury(waiting[ended], "the delivery ended without saying how")

    def run(self, stop: threading.Event, every: timedelta = timedelta(seconds=1)) -> None:
        """Sweep until told to stop, every so often and whenever nudged; the body of a background thread. A sweep that
        fails is logged, and the next one tries again.
        """
        while not stop.is_set():
            try:
                self.sweep()
                if time.monotonic() > self._looked + ROUND.total_seconds():
                    self.look_after()
                    self._looked = time.monotonic()
            except Exception:
                logger.exception("the outbox could not be swept")
            self._wake.wait(every.total_seconds())
            self._wake.clear()

    def nudge(self) -> None:
        """Say that there is news, or that it is time to stop: the next sweep comes at once."""
        self._wake.set()

    async def _deliver(self, notice: str) -> str:
        """The workflow: send with patience, then write down how it ended: "delivered", "dead", or "held" until later."""
        try:
            sent = await self._runtime.step("send", lambda: self._send(notice), self._patience)
        except OutOfTries:
            return await self._runtime.step("give up", lambda: self._give_up(notice), self._patience)
        if sent == "held":
            return sent
        return await self._runtime.step("write down", lambda: self._write_down(notice), self._patience)

    def _send(self, id_: str) -> str:
        """One try. A failure is on record before the next one begins, for those who watch the list."""
        try:
            with self._unit() as uow:
                notice = uow.outbox.get(id_)
            return "sent" if notice.delivered_at else self._held(notice) or self._sent(notice)
        except Exception as failure:  # noqa: BLE001 - a channel may fail in any way, and none of them may lose a notice
            words = f"{type(failure).__name__}: {failure}"
            self._failed(id_, words)
            raise (StepHopeless if isinstance(failure, HOPELESS) else StepFailed)(words) from None

    def _held(self, notice: Notice) -> str:
        """ "held" where it has to wait, and is on record to wait; a later sweep starts it anew."""
        until = self._hold(notice, self._clock())
        if until is None:
            return ""
        with self._unit() as uow:
            uow.outbox.hold(notice.id, until)
            uow.commit()
        return "held"

    def _sent(self, notice: Notice) -> str:
        for audience in notice.reaches:
            if audience in self._senders:
                self._senders[audience](notice)
                return "sent"
        raise NoSender(audience=notice.audience)

    def _failed(self, id_: str, words: str) -> None:
        with self._unit() as uow:
            uow.outbox.failed(id_, words)
            uow.commit()

    def _way(self, notice: Notice) -> str:
        """The queue that a notice waits in."""
        return next((_queue(audience) for audience in notice.reaches if audience in self._apart), "")

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

    def _bury(self, notice: Notice, why: str) -> None:
        """A dead letter, with the reason that is on record, or else this one."""
        if not notice.attempts:
            self._failed(notice.id, why)
        self._give_up(notice.id)


def _queue(audience: str) -> str:
    return audience.replace(":", "_")


def _workflow_id(notice: Notice) -> str:
    """The notice's own id; a dead letter that is sent again, or one that was held back, is a new workflow."""
    again = f"{notice.id}+{notice.round}" if notice.round else notice.id
    return f"{again}@{notice.not_before:%Y%m%d%H%M}" if notice.not_before else again
