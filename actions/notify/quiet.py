"""Quiet hours: by night nothing rings that can wait until the morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.clock import local


@dataclass(frozen=True)
class QuietHours:
    """From one minute of the day until another, reckoned from midnight; 22:00 to 7:00 goes past midnight."""

    since: int
    until: int

    def end(self, at: datetime) -> datetime | None:
        """When the quiet time is over that `at` falls into, on the community's clock; None outside of it."""
        at = local(at)
        minute = at.hour * 60 + at.minute
        passed = (minute - self.since) % 1440
        if passed >= (self.until - self.since) % 1440:
            return None
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = self.until <= minute
        return midnight + timedelta(days=tomorrow, minutes=self.until)


def read_quiet_hours(text: str) -> QuietHours | None:
    """Read "22:00-07:00"; None for "none". The settings have looked at the shape."""
    if text == "none":
        return None
    since, until = (int(clock[:-3]) * 60 + int(clock[-2:]) for clock in text.split("-"))
    return QuietHours(since, until)
