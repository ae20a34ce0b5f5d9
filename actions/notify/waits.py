"""Waits, on a DBOS schedule: who waited too long for a person is called back instead, and told so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from actions import attendance
from actions.attendance import present
from actions.clock import local
from actions.conversations.calling_back import file_call_back
from actions.conversations.conversation import held_in_public
from actions.conversations.ports import CallingUnit
from actions.conversations.waiting import Wait, end_wait, too_long
from actions.masking import mask_phone
from actions.notify.runtime import Runtime
from actions.tickets.desk import Desk
from knowledge.reception import Reception
from knowledge.wording import say

logger = logging.getLogger(__name__)
WAITS, EVERY_MINUTE = "linli_waits", "* * * * *"
LONGEST = 300
"""Characters of what was written while waiting that go into the ticket."""


class WaitingUnit(CallingUnit, attendance.UnitOfWork, Protocol):
    """A transaction that knows who sits at the desk too."""


class Waits:
    """The schedule of one process. Made before `runtime.launch()`.

    unit        a fresh unit of work
    desk        where the call back is filed
    reception   when people sit at the desk, and how long anybody waits for them
    """

    def __init__(
        self,
        *,
        runtime: Runtime,
        unit: Callable[[], WaitingUnit],
        clock: Callable[[], datetime],
        desk: Desk,
        reception: Reception,
    ) -> None:
        self._unit, self._clock, self._desk, self._reception = unit, clock, desk, reception
        runtime.schedule(WAITS, EVERY_MINUTE, self.look)

    def look(self) -> str:
        """End every wait that takes too long. One that fails keeps no other waiting."""
        at, ended = self._clock(), 0
        for wait in too_long(self._patience(at), at=at, uow=self._unit()):
            try:
                ended += self._end(wait, at)
            except Exception:  # the next round tries again
                logger.exception("the wait of %s could not be ended", wait.conversation)
        return f"{ended} waits"

    def _patience(self, at: datetime) -> timedelta:
        """Shorter where nobody is there to come."""
        there = self._reception.open_at(local(at)) and present(at=at, uow=self._unit())
        return timedelta(minutes=self._reception.longest_wait if there else self._reception.longest_wait_alone)

    def _end(self, wait: Wait, at: datetime) -> bool:
        public = held_in_public(wait.conversation)
        asking = not (wait.phone or wait.asked or public)
        words = self._filed(wait, at) if wait.phone and not public else say(_key(asking), minutes=wait.minutes)
        id_ = f"wait.{wait.conversation}.{at:%Y%m%d%H%M}"
        return end_wait(wait.conversation, words, id_=id_, asking=asking, at=at, uow=self._unit())

    def _filed(self, wait: Wait, at: datetime) -> str:
        said = "；".join(wait.said)[:LONGEST]
        what = say("callback_waited", minutes=wait.minutes) + (say("callback_said", words=said) if said else "")
        ticket = file_call_back(wait.conversation, str(wait.phone), what, at=at, desk=self._desk, unit=self._unit)
        open_ = self._reception.open_at(local(at))
        when = say("callback_soon") if open_ else say("callback_later", hours=self._reception.spoken)
        return say(
            "wait_over_filed", minutes=wait.minutes, phone=mask_phone(wait.phone), number=ticket.number, when=when
        )


def _key(asking: bool) -> str:
    return "wait_over_ask" if asking else "wait_over"
