"""Messages without words: kept for a person and answered with a fixed sentence, the engine not being asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from actions.conversations.conversation import Owner
from actions.conversations.message import Inbound, Message, Reply
from actions.conversations.reading import find_conversation
from actions.conversations.recording import record_inbound, record_replies, replies_to
from bot.conversation.news import message_news
from bot.house import House


class Keeping:
    """What the flow does for words, for photos and voices that nobody but a person can make out."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def keep(self, inbound: Inbound, answer: str, events: Sequence[Mapping[str, Any]] = ()) -> Sequence[Message]:
        """Keep it, show it to the operators, and return what to say: nothing with `answer` "" or while a person has the
        conversation. The same message again gives the same and does nothing twice."""
        kept, said, fresh = await asyncio.to_thread(self._kept, inbound, answer, events)
        for message in (kept, *said) if fresh else ():
            self._house.hub.publish(f"conversation:{message.conversation}", message_news(message))
            self._house.hub.publish("operators", {"type": "conversation", "id": message.conversation})
        return said

    def _kept(
        self, inbound: Inbound, answer: str, events: Sequence[Mapping[str, Any]]
    ) -> tuple[Message, Sequence[Message], bool]:
        """The message, the replies, and whether this is the first time."""
        at, database = self._house.clock(), self._house.database
        kept, answered = record_inbound(inbound, at=at, uow=database.unit())
        if answered:
            return kept, replies_to(kept.id, uow=database.reading()), False
        conversation = find_conversation(kept.conversation, uow=database.reading())
        owner = conversation.owner if conversation else Owner.BOT
        replies = [Reply(answer)] if answer and owner is Owner.BOT else []
        outcome: dict[str, Any] = {"events": [dict(event) for event in events], "owner": owner.value}
        return kept, record_replies(kept, replies, None, outcome, at=at, uow=database.unit()), True
