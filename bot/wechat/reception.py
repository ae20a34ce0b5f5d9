"""Where letters become answers: within five seconds if possible, otherwise by a message of our own."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from actions.conversations.message import Inbound, Message
from actions.conversations.recording import record_inbound
from actions.errors import NoSender
from actions.notify.reviving import revive
from bot.house import House
from bot.wechat.account import Account
from bot.wechat.api import ApiFailed
from bot.wechat.choices import picked
from bot.wechat.files import Files
from bot.wechat.hearing import heard_in
from bot.wechat.mail import Mail
from knowledge.wording import say

logger = logging.getLogger(__name__)
REMEMBERED = 60.0
"""Seconds after which a letter does not come a second time: WeChat gives up after three times five."""

USER = re.compile(r"[\w.@-]{1,64}", re.ASCII)
"""A resident's id, on either platform."""


@dataclass(frozen=True)
class Answer:
    """What is said at once, "" for nothing; and what is to be sent after that: replies, of which the first one's first
    part is said at once."""

    text: str = ""
    rest: Sequence[Message] = ()


@dataclass
class Exchange:
    """A letter and its answer.

    kept     the message as it is on record
    answer   comes when it comes
    late     whether nobody waits for it any more, so that it goes out by a message of our own
    handed   whether its further replies are in somebody's hands
    """

    kept: asyncio.Task[Message]
    answer: asyncio.Future[Answer]
    late: bool = False
    handed: bool = False


class Reception:
    """Receives residents. Conversations run side by side, the messages of one conversation one by one."""

    def __init__(self, house: House, account: Account, mail: Mail, files: Files, patience: float) -> None:
        """`patience`: seconds until the platform is told that it need not wait."""
        self._house, self._account, self._mail, self._files = house, account, mail, files
        self._patience = patience
        self._exchanges: dict[tuple[str, str], Exchange] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, fields: Mapping[str, str]) -> Answer:
        """What to say to a letter now, which is on record by then; where that fails, so does this, and the platform
        tells the resident, or brings the letter again.

        The same letter again, because the platform lost our answer or patience, brings the same answer; one that was
        late by then is not given twice.
        """
        inbound = self._heard(fields)
        if inbound is None:
            return Answer()
        loop = asyncio.get_running_loop()
        until, exchange = loop.time() + self._patience, self._exchange(inbound)
        await asyncio.shield(exchange.kept)
        await asyncio.wait({exchange.answer}, timeout=max(0.0, until - loop.time()))
        if exchange.late or not exchange.answer.done():
            exchange.late = True
            return Answer()
        answer, first = exchange.answer.result(), not exchange.handed
        exchange.handed = True
        return answer if first else replace(answer, rest=())

    async def send_rest(self, answer: Answer) -> None:
        """Send what is left of an answer after its first part was said."""
        for n, reply in enumerate(answer.rest):
            await self._mail.deliver(reply, said=0 if n else 1)

    async def close(self) -> None:
        """Finish what is in hand."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _heard(self, fields: Mapping[str, str]) -> Inbound | None:
        user = fields.get("FromUserName", "")
        return heard_in(fields, self._account.conversation_of(user)) if USER.fullmatch(user) else None

    def _exchange(self, inbound: Inbound) -> Exchange:
        """The one that is under way for this letter, or a new one."""
        key = inbound.conversation, str(inbound.channel_message_id)
        if known := self._exchanges.get(key):
            return known
        loop = asyncio.get_running_loop()
        exchange = self._exchanges[key] = Exchange(asyncio.create_task(self._keep(inbound)), loop.create_future())
        task = asyncio.create_task(self._hold(exchange, inbound))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: loop.call_later(REMEMBERED, self._exchanges.pop, key, None))
        exchange.kept.add_done_callback(lambda kept: self._exchanges.pop(key, None) if kept.exception() else None)
        return exchange

    async def _keep(self, inbound: Inbound) -> Message:
        """Put it on record. What a number stands for is told by what the resident sees now."""
        database, at = self._house.database, self._house.clock()
        if payload := await asyncio.to_thread(picked, inbound.text, inbound.conversation, uow=database.reading()):
            inbound = replace(inbound, text=payload, payload={"button": payload})
        message, _ = await asyncio.to_thread(record_inbound, inbound, at=at, uow=database.unit())
        return message

    async def _hold(self, exchange: Exchange, inbound: Inbound) -> None:
        """Find the answer; and if it is late, send it before the conversation's next message has its turn."""
        await asyncio.wait({exchange.kept})
        if exchange.kept.exception():
            return  # whoever brought the letter hears of it
        async with self._locks.setdefault(inbound.conversation, asyncio.Lock()):
            try:
                answer = await self._answer(inbound, exchange.kept.result())
            except Exception:  # the entry point: whatever broke, the resident hears of it
                logger.exception("message %s could not be answered", inbound.channel_message_id)
                answer = Answer(say("broken"))
            exchange.answer.set_result(answer)
            if exchange.late:
                await self._send_late(inbound.conversation, answer)

    async def _answer(self, inbound: Inbound, kept: Message) -> Answer:
        await self._open_again(inbound.conversation)
        await self._files.fetch(kept)
        replies = [r for r in (await self._house.flow.receive(inbound)).replies if r.sent_at is None]
        if not replies:
            return Answer()
        return Answer(next(iter(await self._mail.parts_of(replies[0])), ""), replies)

    async def _open_again(self, conversation: str) -> None:
        """The resident has written, so whatever had to wait for that goes out."""
        self._mail.release(conversation)
        at, uow = self._house.clock(), self._house.database.unit()
        if count := await asyncio.to_thread(revive, f"conversation:{conversation}", at=at, uow=uow):
            logger.info("%s notices that had waited go out to %s", count, self._account.channel)

    async def _send_late(self, conversation: str, answer: Answer) -> None:
        for reply in answer.rest:
            await self._mail.deliver(reply)
        if answer.text and not answer.rest:
            with suppress(ApiFailed, NoSender):
                await self._mail.say(conversation, answer.text)
