"""Rounds: what the clock does by itself, on DBOS schedules. They go on after a restart, and nothing is done twice.

A schedule fires once for each of its times, however many processes there are. What a round then does to a ticket is
written into the ticket's history under the id of its stage, so that a round that is repeated, or comes late after a night
without power, finds what was done before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from actions.notify.runtime import Runtime
from actions.tickets.desk import Desk
from actions.tickets.ports import UnitOfWork
from actions.tickets.watching import look, waiting
from knowledge.wording import say

logger = logging.getLogger(__name__)

TICKETS, FORGET = "linli_tickets", "linli_forget"
EVERY_MINUTE, EVERY_NIGHT = "* * * * *", "30 19 * * *"
"""The latter at half past three on the community's clock; DBOS reckons in UTC."""

KEPT = timedelta(days=30)
"""How long DBOS remembers what is done."""


class Rounds:
    """The schedules of one process. Made before `runtime.launch()`.

    unit    a fresh unit of work on the database that holds the tickets
    clock   the time
    desk    the tables that deadlines and levels go by
    """

    def __init__(
        self, *, runtime: Runtime, unit: Callable[[], UnitOfWork], clock: Callable[[], datetime], desk: Desk
    ) -> None:
        self._runtime, self._unit, self._clock, self._desk = runtime, unit, clock, desk
        runtime.schedule(TICKETS, EVERY_MINUTE, self.tickets)
        runtime.schedule(FORGET, EVERY_NIGHT, self.forget)

    def tickets(self) -> str:
        """催办, 督办, 提级, 归档: all that is due on any ticket now. One that fails keeps no other waiting."""
        at, looked = self._clock(), 0
        for number in waiting(at, uow=self._unit()):
            try:
                look(number, at=at, desk=self._desk, words=_words, uow=self._unit())
                looked += 1
            except Exception:  # the next round tries again
                logger.exception("the clock could not look at ticket %s", number)
        return f"{looked} tickets"

    def forget(self) -> str:
        """Let DBOS forget what was done long ago: the outbox and the tickets remember it themselves."""
        return f"{self._runtime.forget(self._clock() - KEPT)} workflows"


def _words(stage: str) -> str:
    return say(f"stage.{stage}")
