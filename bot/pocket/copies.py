"""A worker's news for the chat that is linked to her account: one copy of the notice for each, which goes its own way, so
that a phone out of reach holds up no screen and no other phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from actions.notify.notice import Notice
from actions.notify.ports import Sender
from actions.tickets.actor import LEVELS
from bot.house import House
from bot.security.standing import LINE

WAY = "pocket"
"""How the audience of a copy begins: "pocket:telegram:42"."""
CONCERNED = ("worker", "line")
"""The audiences whose news go to phones too."""


def with_copies(senders: Mapping[str, Sender], house: House) -> dict[str, Sender]:
    """The same senders, those for workers and the supervisor line leaving a copy for each linked chat."""

    def copying(send: Sender) -> Sender:
        def sent(notice: Notice) -> None:
            send(notice)
            leave_copies(notice, house)

        return sent

    return {audience: copying(send) if audience in CONCERNED else send for audience, send in senders.items()}


def leave_copies(notice: Notice, house: House) -> None:
    """Put the copies into the outbox; those that are there already stay as they are."""
    with house.database.unit() as uow:
        for worker in _workers(notice.audience, house):
            for link in uow.pocket.chats(worker):
                uow.outbox.copy(copy_for(link.chat, notice, house.clock()))
        uow.commit()


def copy_for(chat: str, notice: Notice, at: datetime) -> Notice:
    """The notice for a linked chat; the same notice gives the same copy."""
    return Notice(f"{notice.id}.{WAY}.{chat}", notice.topic, f"{WAY}:{chat}", notice.body, at, notice.ticket)


def _workers(audience: str, house: House) -> Iterator[str]:
    """Whom an audience means: "worker:w03" her alone, "line:2" whoever sits at that level."""
    kind, _, who = audience.partition(":")
    if kind == "worker":
        yield who
    elif kind == "line" and who.isdecimal():
        roles = {name for name, role in LINE.items() if LEVELS.get(role) == int(who)}
        yield from (worker.id for worker in house.community.workers.values() if worker.role in roles)
