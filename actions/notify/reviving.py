"""Reviving: what an audience could not be told goes out once it can be reached again."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from actions.errors import NoticeUnknown
from actions.notify.ports import UnitOfWork

STALE = timedelta(days=30)
"""News that is older than this is news no more."""
HOUSE = "system"
"""Who did it, where nobody did: the house by itself."""
MOST = 50
"""Dead letters of one audience that are given another round at once."""


def revive(audience: str, *, at: datetime, uow: UnitOfWork) -> int:
    """Give an audience's dead letters another round, for delivery to find; returns how many."""
    with uow:
        dead = [notice for notice in uow.outbox.dead(MOST, audience) if notice.created_at > at - STALE]
        for notice in dead:
            with suppress(NoticeUnknown):  # somebody else was faster
                uow.outbox.revive(notice.id, HOUSE, at)
        if dead:
            uow.commit()
    return len(dead)
