"""Edits: who corrects a message that has become a ticket corrects the ticket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from actions.conversations.message import Message
from actions.errors import ActionError
from actions.tickets.actor import Actor, Role
from actions.tickets.feedback import supplement
from bot.house import House
from bot.telegram.earlier import ticket_from
from bot.telegram.hearing import Heard
from bot.telegram.keeping import Keeping
from knowledge.wording import say

logger = logging.getLogger(__name__)


class Amending:
    """Adds corrections to tickets."""

    def __init__(self, house: House, keeping: Keeping) -> None:
        self._house, self._keeping = house, keeping

    async def amend(self, heard: Heard) -> Sequence[Message]:
        """Add an edit to the ticket that the message has become, and say so; () where there is none that still takes
        it: then it is a correction in the talk that goes on."""
        number = await asyncio.to_thread(self._added, heard)
        if number is None:
            return ()
        answer = say("telegram_amended", text=heard.inbound.text, number=number)
        event = {"type": "ticket_supplemented", "ticket": {"number": number}}
        return await self._keeping.keep(heard.inbound, answer, (event,))

    def _added(self, heard: Heard) -> str | None:
        house, said = self._house, heard.inbound
        number = ticket_from(heard.edits or "", said.conversation, house.database.reading())
        if number is None:
            return None
        by, deed = Actor(Role.RESIDENT, said.conversation), said.channel_message_id
        try:
            supplement(
                number, said.text, by=by, at=house.clock(), desk=house.desk, uow=house.database.unit(), deed=deed
            )
        except ActionError as refusal:
            logger.info("an edit comes too late for ticket %s: %s", number, refusal.code)
            return None
        return number
