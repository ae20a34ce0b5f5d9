"""Sending by customer-service message (WeCom: application message): late or further replies, and the outbox's notices."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from actions.conversations.message import Message
from actions.conversations.recording import mark_sent, replies_to
from actions.errors import NoSender
from actions.store.database import Database
from bot.conversation.holding import Holding
from bot.conversation.pieces import pieces, written
from bot.wechat.account import Account
from bot.wechat.api import ApiFailed, ApiRefused
from bot.wechat.choices import lines

logger = logging.getLogger(__name__)
LONGEST = 2048
"""Bytes of UTF-8 that a text may have on both platforms."""


class Mail:
    """What goes out. Whoever calls sees to the order within a conversation."""

    def __init__(self, account: Account, database: Database, clock: Callable[[], datetime]) -> None:
        self._account, self._database, self._clock = account, database, clock
        self._holding = Holding(database, clock)
        self._in_hand: set[str] = set()
        self._held: dict[str, str] = {}

    async def say(self, conversation: str, text: str, picture: bytes | None = None) -> None:
        """Send a text, then a picture if there is one. `NoSender` where this resident can't be written to, or not
        before writing to us again; `ApiFailed` where it may work later."""
        user = self._account.user_of(conversation)
        try:
            await self._send(user, parts(text))
            if picture:
                await self._show(user, picture)
        except ApiRefused as refusal:
            if refusal.code in self._account.shut:
                await self._nudge(user)
            if refusal.code in self._account.shut | self._account.gone:
                raise NoSender(audience=f"conversation:{conversation}") from refusal
            raise

    async def deliver(self, reply: Message, said: int = 0) -> None:
        """Send a reply that is in the log, once, and write down there that it was sent. `said`: how many of its parts
        the resident has already.

        What was not taken stays in the log as unsent, for `Leftovers`; what can't be taken before the resident writes
        again waits for `release`.
        """
        if reply.sent_at or reply.id in self._in_hand:
            return
        self._in_hand.add(reply.id)
        async with self._holding.hold_unsent(reply.id) as ours:
            if ours:
                await self._deliver(reply, said)
            else:
                self._in_hand.discard(reply.id)

    async def _deliver(self, reply: Message, said: int) -> None:
        """What is taken, or never will be, stays in hand."""
        try:
            rest = (await self.parts_of(reply))[said:]
            await self._send(self._account.user_of(reply.conversation), rest)
        except ApiFailed as failure:
            logger.warning("%s did not take reply %s: %s", self._account.channel, reply.id, failure)
            self._put_aside(reply, failure)
        except Exception:  # ours, not the platform's: a later round tries again
            self._in_hand.discard(reply.id)
            raise
        else:
            await self._mark_sent(reply)

    async def parts_of(self, reply: Message) -> Sequence[str]:
        """A reply as it is shown: text, sources, buttons that are numbered through all replies of its turn."""
        turn = await asyncio.to_thread(replies_to, str(reply.reply_to), uow=self._database.reading())
        return parts(written(reply, lines(reply, turn)))

    def release(self, conversation: str) -> None:
        """The resident has written: what could not be sent may be tried again."""
        for reply in [reply for reply, where in self._held.items() if where == conversation]:
            del self._held[reply]
            self._in_hand.discard(reply)

    def _put_aside(self, reply: Message, failure: ApiFailed) -> None:
        code = failure.code if isinstance(failure, ApiRefused) else 0
        if code in self._account.shut | self._account.gone:
            self._held[reply.id] = reply.conversation
        else:
            self._in_hand.discard(reply.id)

    async def _mark_sent(self, reply: Message) -> None:
        """Where that fails the reply stays in hand: it has arrived, and the resident must not get it again."""
        try:
            await asyncio.to_thread(mark_sent, reply.id, at=self._clock(), uow=self._database.unit())
        except Exception:  # the store is away; the message itself is with the resident
            logger.exception("reply %s was sent, but that could not be written down", reply.id)
        else:
            self._in_hand.discard(reply.id)

    async def _send(self, user: str, texts: Sequence[str]) -> None:
        for text in texts:
            await self._account.say(user, text)

    async def _show(self, user: str, picture: bytes) -> None:
        """A picture that fails is not worth saying everything again."""
        try:
            await self._account.show(user, picture)
        except ApiFailed as failure:
            logger.warning("a picture could not be sent: %s", failure)

    async def _nudge(self, user: str) -> None:
        """A template that was set up wrongly is for our log; the notice itself waits in any case."""
        try:
            await self._account.nudge(user)
        except ApiFailed as failure:
            logger.warning("%s: a resident could not be told that there is news: %s", self._account.channel, failure)


def parts(text: str) -> Sequence[str]:
    """A text in pieces that both platforms take."""
    return pieces(text, LONGEST, _bytes)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
