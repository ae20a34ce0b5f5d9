"""A slot: a time at a window that can be booked, by as many residents as it has places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Manner(StrEnum):
    """How one is served."""

    REGULAR = "regular"
    FLEXIBLE = "flexible"
    HOME = "home"


MANNER_NAMES = {Manner.REGULAR: "窗口办理", Manner.FLEXIBLE: "错时办理", Manner.HOME: "上门办理"}


@dataclass(frozen=True)
class Slot:
    """A window's id, the manner, beginning and end (Asia/Shanghai), and how many can be served at that time."""

    window: str
    manner: Manner
    starts_at: datetime
    ends_at: datetime
    places: int


@dataclass(frozen=True)
class Free:
    """A slot and how many places it has left, one at least."""

    slot: Slot
    left: int
