"""Reminders of appointments, on a DBOS schedule: it goes on after a restart, and nobody is reminded twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from actions.appointments.ports import UnitOfWork
from actions.appointments.reminding import remind
from actions.notify.runtime import Runtime

REMINDERS, EVERY_TEN_MINUTES = "linli_reminders", "*/10 * * * *"


class Reminders:
    """The schedule of one process. Made before `runtime.launch()`."""

    def __init__(self, *, runtime: Runtime, unit: Callable[[], UnitOfWork], clock: Callable[[], datetime]) -> None:
        self._unit, self._clock = unit, clock
        runtime.schedule(REMINDERS, EVERY_TEN_MINUTES, self.remind)

    def remind(self) -> str:
        """Remind whoever has to be reminded now; see `actions.appointments.reminding`."""
        return f"{remind(at=self._clock(), unit=self._unit)} reminders"
