"""Dead letters: what could not be delivered, for people to see and to send again. Webhooks' are among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from actions.notify.notice import Notice, Round
from actions.notify.ports import UnitOfWork

MOST = 200
"""Dead letters that are shown at once."""


def dead_letters(*, uow: UnitOfWork, limit: int = MOST, audience: str = "") -> Sequence[Notice]:
    """What could not be delivered, latest first, each with its reason (`last_error`) and how often it was tried;
    only those for one audience ("worker:w03", "mail:s01", "webhook:…") if it is named."""
    with uow:
        return uow.outbox.dead(limit, audience)


def send_again(notice: str, *, by: str, at: datetime, uow: UnitOfWork) -> Notice:
    """Give a dead letter another round, for delivery to find within a second or so, and keep who did that (a login).
    `NoticeUnknown` if it is no dead letter: it went out meanwhile, or somebody else was faster.
    """
    with uow:
        revived = uow.outbox.revive(notice, by, at)
        uow.commit()
    return revived


def rounds(notice: str, *, uow: UnitOfWork) -> Sequence[Round]:
    """Who sent a letter again, and when, the first time first."""
    with uow:
        return uow.outbox.rounds(notice)
