"""The queue for a person: where somebody stands in it, and how long others waited of late."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.conversations.conversation import Alert, Conversation, Stage
from actions.conversations.ports import UnitOfWork

OF_LATE = timedelta(days=7)
SAMPLE, LEAST = 20, 3
"""Of how many recent waits the usual one is told, and of how few it is not told at all: three say more than one."""
MOST = 1000


@dataclass(frozen=True)
class Place:
    """`ahead`: how many are called before; `minutes`: how long others waited of late, None where too few did to say."""

    ahead: int
    minutes: int | None


def place_in_queue(conversation: str, *, at: datetime, uow: UnitOfWork) -> Place:
    """Where a waiting conversation stands. Who is in danger goes first. `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        waiting = uow.conversations.in_stages({Stage.WAITING}, MOST)
        waits = uow.conversations.recent_waits(at - OF_LATE, SAMPLE)
    ahead = sum(_turn(other) < _turn(known) for other in waiting if other.id != known.id)
    usual = statistics.median(wait.total_seconds() for wait in waits) if len(waits) >= LEAST else None
    return Place(ahead, None if usual is None else max(1, math.ceil(usual / 60)))


def _turn(conversation: Conversation) -> tuple[bool, datetime]:
    since = conversation.waiting_since or conversation.updated_at
    return conversation.alert is not Alert.RING, since
