"""Linking and unlinking: the code from the worker's page, brought by the chat that is to be hers."""

from __future__ import annotations

import asyncio

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from actions.pocket.linking import redeem_link, unlink
from bot.house import House
from bot.security.standing import actor_of
from bot.telegram.chats import chat_of
from bot.telegram.staff.answers import Answer, commands, elsewhere, text
from bot.telegram.staff.card import my_tasks, task_list
from bot.telegram.staff.letters import Post
from bot.telegram.staff.outcome import Outcome, Worker
from knowledge.wording import say

TRIES = RateLimitItemPerHour(5)
"""Codes that one chat may try."""


class Joining:
    """Makes and undoes links."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tries = MovingWindowRateLimiter(MemoryStorage())

    async def brought(self, post: Post) -> Outcome:
        """A code. Tried too often from one chat, none is looked at any more."""
        if not self._tries.hit(TRIES, post.conversation):
            return Outcome([text(say("staff_link_too_often"))])
        house = self._house
        made = await asyncio.to_thread(
            redeem_link, post.conversation, post.link_code, at=house.clock(), uow=house.database.unit()
        )
        if made is None:
            return Outcome([text(say("staff_link_wrong"))])
        account, before = made
        told: list[Answer] = [elsewhere(chat_of(before), say("staff_linked_elsewhere"))] if before else []
        tasks = await asyncio.to_thread(self._tasks, actor_of(account, house.community))
        return Outcome([text(say("staff_linked", name=account.name)), commands(True), tasks, *told])

    async def leave(self, worker: Worker) -> Outcome:
        """`/unlink`."""
        await asyncio.to_thread(unlink, worker.account.id, uow=self._house.database.unit())
        return Outcome([text(say("staff_unlinked")), commands(False)])

    def _tasks(self, by: object) -> Answer:
        with self._house.database.reading() as uow:
            words, rows = task_list(my_tasks(uow, by), self._house.clock())  # type: ignore[arg-type]
        return text(words, rows)
