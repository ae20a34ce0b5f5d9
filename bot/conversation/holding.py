"""Holding: a message is this process's alone for as long as it works at it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from actions.conversations.claiming import LEASE, claim, holder_of, let_go, sweep_claims
from actions.store.database import Database
from bot.conversation.process import is_gone, name_of_process

logger = logging.getLogger(__name__)
AGAIN = LEASE.total_seconds() / 3
"""Seconds after which a claim is prolonged."""


class Holding:
    """What this process, or one part of it, has in hand."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._me = name_of_process()

    @asynccontextmanager
    async def hold(self, message: str) -> AsyncGenerator[bool]:
        """Whether it is ours; if so, nobody else's until this is over, and a moment longer. Where it ends in an
        exception whoever is next may try at once."""
        ours = await asyncio.to_thread(self._claim, message)
        prolonging = asyncio.create_task(self._prolong(message)) if ours else None
        try:
            yield ours
        except BaseException:
            if ours:
                await asyncio.to_thread(let_go, message, by=self._me, uow=self._database.unit())
            raise
        finally:
            if prolonging:
                prolonging.cancel()

    @asynccontextmanager
    async def hold_unsent(self, reply: str) -> AsyncGenerator[bool]:
        """The same for a reply that is to be sent: not ours either once it went out, which who asks may not know yet.
        Where the store is away it is ours: nobody else can claim it, and the resident waits."""
        try:
            free = await asyncio.to_thread(self._unsent, reply)
        except Exception:
            logger.exception("reply %s could not be claimed, and is sent all the same", reply)
            yield True
            return
        prolonging = asyncio.create_task(self._prolong(reply)) if free else None
        try:
            yield free
        finally:
            if prolonging:
                prolonging.cancel()

    def _unsent(self, reply: str) -> bool:
        if not self._claim(reply):
            return False
        with self._database.reading() as uow:
            return uow.messages.get(reply).sent_at is None

    async def sweep(self) -> None:
        """Forget claims that ran out, whosever they were."""
        await asyncio.to_thread(sweep_claims, at=self._clock(), unit=self._database.unit)

    def _claim(self, message: str) -> bool:
        """What a process on this machine has died over is not waited for."""
        if claim(message, by=self._me, at=self._clock(), uow=self._database.unit()):
            return True
        holder = holder_of(message, uow=self._database.reading())
        if holder is None or not is_gone(holder):
            return False
        let_go(message, by=holder, uow=self._database.unit())
        return claim(message, by=self._me, at=self._clock(), uow=self._database.unit())

    async def _prolong(self, message: str) -> None:
        while True:
            await asyncio.sleep(AGAIN)
            try:
                await asyncio.to_thread(self._claim, message)
            except Exception:  # the store is away; the claim has two more thirds of its time
                logger.warning("the claim on message %s could not be prolonged", message)
