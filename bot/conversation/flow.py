"""The way of one message: kept first, then answered by whoever owns the conversation, and the answer kept before it is sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from actions.conversations.alarm import ring
from actions.conversations.conversation import Owner
from actions.conversations.message import Inbound, Message, Reply
from actions.conversations.reading import find_conversation
from actions.conversations.recording import (
    DataNotice,
    left_before,
    record_inbound,
    record_replies,
    replies_to,
    unanswered,
)
from actions.store.database import Database
from actions.tickets.filed import filed_since
from actions.tickets.ticket import Ticket
from bot.conversation.engine import Engine, EngineDown, EngineTurn
from bot.conversation.holding import Holding
from bot.conversation.hub import Hub
from bot.conversation.news import attachment_of, message_news
from bot.conversation.own_data import OwnData, completed, data_notice
from bot.conversation.pulse import Pulse
from bot.conversation.tongue import foreign
from knowledge.wording import say

logger = logging.getLogger(__name__)
PAUSE = 0.25
"""Seconds between two looks at what another process answers."""
SETTLING = timedelta(seconds=30)
"""A younger message may still be in somebody's hands."""


@dataclass(frozen=True)
class Turn:
    """What came of one message, in the shapes of the chat API."""

    inbound: Message
    replies: Sequence[Message]
    events: Sequence[Mapping[str, Any]]
    owner: str
    understood: Mapping[str, Any] | None


class Flow:
    """Takes messages in, one at a time for each conversation and in the order in which they came: what an earlier process
    kept and did not live to answer is answered before the next one."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        hub: Hub,
        clock: Callable[[], datetime],
        longest: int,
        own_data: OwnData | None = None,
        filed: Callable[[Ticket], dict[str, Any]] | None = None,
    ) -> None:
        """`longest`: characters read of one message; `own_data`: answers what residents ask about themselves, and
        explains it at first contact; `filed`: the chat API's event of a ticket that was filed."""
        self._filed = filed
        self._own_data = own_data
        self._database, self._engine, self._hub, self._clock, self._longest = database, engine, hub, clock, longest
        self._holding = Holding(database, clock)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._began = clock()
        self.pulse = Pulse()

    async def receive(self, inbound: Inbound) -> Turn:
        """Keep a message and answer it. The same message again brings the same answer and does nothing twice."""
        with self.pulse.turn(inbound.conversation):
            return await self._receive(inbound)

    async def _receive(self, inbound: Inbound) -> Turn:
        lock = self._locks.setdefault(inbound.conversation, asyncio.Lock())
        async with lock:
            message, answered = await asyncio.to_thread(
                record_inbound, inbound, at=self._clock(), uow=self._database.unit()
            )
            if answered:
                return await self._said_before(message)
            self._tell(message)
            until, uow = self._clock() - self._settling(), self._database.reading()
            for earlier in await asyncio.to_thread(left_before, message, until=until, uow=uow):
                await self._answer_once(earlier)
            return await self._answer_once(message)

    async def _answer_once(self, message: Message) -> Turn:
        """Answer it, unless another process does, to which it was sent as well: then what that one says is the answer."""
        while True:
            async with self._holding.hold(message.id) as ours:
                if ours:
                    return await self._answer(message)
            await asyncio.sleep(PAUSE)
            message = await asyncio.to_thread(self._as_kept, message.id)
            if message.answered:
                return await self._said_before(message)

    async def resume(self) -> int:
        """Answer what a process kept and left unanswered, this one or another; returns how many. What another one has in
        hand is left to it."""
        at, settling = self._clock(), self._settling()
        left = await asyncio.to_thread(unanswered, at=at, uow=self._database.reading(), settling=settling)
        answered = [await self._resumed(message.conversation, message.id) for message in left]
        await self._holding.sweep()
        return sum(answered)

    async def _resumed(self, conversation: str, message: str) -> bool:
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock, self._holding.hold(message) as ours:
            kept = await asyncio.to_thread(self._as_kept, message)
            if not ours or kept.answered:  # whoever held it may have answered meanwhile
                return False
            await self._answer(kept)
        return True

    def _settling(self) -> timedelta:
        """How old a message is that is looked after; one from before our time may be in no hand now. Where another
        process has it, that one answers it: the claim sees to that."""
        return max(min(SETTLING, self._clock() - self._began), timedelta())

    def _as_kept(self, message: str) -> Message:
        with self._database.reading() as uow:
            return uow.messages.get(message)

    async def _said_before(self, message: Message) -> Turn:
        replies = await asyncio.to_thread(replies_to, message.id, uow=self._database.reading())
        outcome = message.outcome or {}
        return Turn(message, replies, outcome.get("events", ()), outcome.get("owner", Owner.BOT), message.understood)

    async def _answer(self, message: Message) -> Turn:
        conversation = await asyncio.to_thread(find_conversation, message.conversation, uow=self._database.reading())
        if conversation and conversation.owner is Owner.PERSON and not conversation.came_to_bot(message.created_at):
            return await self._keep(message, EngineTurn((), (), None), Owner.PERSON)
        if refusal := self._refusal(message.text, message.payload):
            return await self._keep(message, EngineTurn((Reply(refusal),), (), None), Owner.BOT)
        turn = await self._own_data.answer(message) if self._own_data else None
        return await self._keep(message, turn or await self._ask_in_chinese(message), None)

    async def _ask_in_chinese(self, message: Message) -> EngineTurn:
        """The engine reads Chinese only."""
        if kindly := foreign(message.text):
            human = {"title": say("button_human_foreign"), "payload": say("button_human")}
            return EngineTurn((Reply(kindly, {"buttons": [human]}),), (), None)
        return completed(await self._ask(message))

    def _refusal(self, text: str, payload: Mapping[str, Any]) -> str:
        """What is said to a message that the engine can't read, in Chinese; "" where it can."""
        if not text.strip() and not payload.get("location"):
            brought = attachment_of(payload)
            return say(f"attachment_kept_{brought['kind']}") if brought else say("message_empty")
        if len(text) > self._longest:
            return say("message_too_long", length=len(text), limit=self._longest)
        return ""

    async def _ask(self, message: Message) -> EngineTurn:
        """The engine's turn; where it can't take it, the resident is told and the operators are called."""
        metadata = {"message_id": message.id, **{key: message.payload.get(key) for key in ("location", "ticket")}}
        text = message.text if message.text.strip() else "我的位置"
        try:
            turn = await self._engine.turn(message.conversation, text, metadata)
        except EngineDown as failure:
            logger.error("the engine is down: %s", failure)
            await asyncio.to_thread(
                ring, message.conversation, say("engine_down_reason"), at=self._clock(), uow=self._database.unit()
            )
            turn = await asyncio.to_thread(self._broken_off, message)
        placed = not message.text.strip() and attachment_of(message.payload)
        return replace(turn, replies=(Reply(say("attachment_kept_placed")), *turn.replies)) if placed else turn

    def _broken_off(self, message: Message) -> EngineTurn:
        """What is said where the engine broke off: the ticket that it may have filed before is named, lest it be filed again."""
        ticket = filed_since(message.conversation, message.created_at, uow=self._database.reading())
        if ticket is None:
            return EngineTurn((Reply(say("engine_down")),), (), None)
        progress = {"title": say("button_progress"), "payload": say("button_progress")}
        told = Reply(say("engine_down_filed", number=ticket.number), {"buttons": [progress]})
        return EngineTurn((told,), (self._filed(ticket),) if self._filed else (), None)

    async def _keep(self, message: Message, turn: EngineTurn, owner: Owner | None) -> Turn:
        if owner is None:
            conversation = await asyncio.to_thread(
                find_conversation, message.conversation, uow=self._database.reading()
            )
            owner = conversation.owner if conversation else Owner.BOT
        outcome: dict[str, Any] = {"events": [dict(event) for event in turn.events], "owner": owner.value}
        said = await asyncio.to_thread(
            record_replies,
            message,
            turn.replies,
            turn.understood,
            outcome,
            at=self._clock(),
            uow=self._database.unit(),
            notice=self._notice(owner, turn),
        )
        for reply in said:
            self._tell(reply)
        self._tell_of(turn.events)
        return Turn(message, said, outcome["events"], owner.value, turn.understood)

    def _notice(self, owner: Owner, turn: EngineTurn) -> DataNotice | None:
        """What is said once of a resident's data. Not to somebody in danger, who has other worries now."""
        urgent = bool((turn.understood or {}).get("urgent"))
        return data_notice() if self._own_data and owner is Owner.BOT and not urgent else None

    def _tell(self, message: Message) -> None:
        self._hub.publish(f"conversation:{message.conversation}", message_news(message))
        self._hub.publish("operators", {"type": "conversation", "id": message.conversation})

    def _tell_of(self, events: Sequence[Mapping[str, Any]]) -> None:
        for event in events:
            if ticket := event.get("ticket"):
                self._hub.publish(f"worker:{ticket['assignee']}", {"type": "ticket", "number": ticket["number"]})
                self._hub.publish("tickets", {"type": "ticket", "number": ticket["number"]})
