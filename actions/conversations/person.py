"""A person: one resident, whatever channels the conversations are held on, with what this person prefers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.clock import local


class Language(StrEnum):
    """In which characters replies are written."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"


@dataclass(frozen=True)
class Person:
    """One person.

    large_type   reads large characters
    quiet_from, quiet_until   hours in which messages arrive without a sound, minutes since midnight; None for none
    """

    id: str
    created_at: datetime
    large_type: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None
    language: Language = Language.SIMPLIFIED

    def quiet(self, at: datetime) -> bool:
        """Whether it is the person's quiet time; 22:00 to 7:00 goes past midnight."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        now = local(at)
        minute = now.hour * 60 + now.minute
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until


@dataclass(frozen=True)
class JoiningCode:
    """A code that was shown in one conversation, to be typed in another of the same person.

    digest   of the code: what is kept does not tell it
    tries    how often a wrong code was typed against it
    """

    conversation: str
    phone: str
    digest: str
    until: datetime
    tries: int = 0
