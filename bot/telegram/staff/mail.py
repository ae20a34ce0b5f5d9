"""A worker's news on Telegram: what happened, and the ticket as it stands with its buttons."""

from __future__ import annotations

import asyncio

from telegram import Bot, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden

from actions.accounts import Account
from actions.conversations.person import Person
from actions.conversations.preferring import person_of
from actions.errors import ActionError, NoSender
from actions.notify.notice import Notice
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import may_see
from bot.house import House
from bot.notices import wording
from bot.pocket.copies import WAY
from bot.security.standing import actor_of
from bot.telegram.chats import chat_of
from bot.telegram.staff.answers import Rows, inline
from bot.telegram.staff.card import card, concerns, keys
from knowledge.wording import say

NEW = "ticket.assigned"
"""The topic whose words are the card's own."""


class StaffMail:
    """Sends notices to linked chats."""

    def __init__(self, house: House, bot: Bot) -> None:
        self._house, self._bot = house, bot

    async def tell(self, notice: Notice) -> None:
        """Send a copy to the chat that it is for. Nothing goes to a chat that was unlinked meanwhile, nor of a ticket
        that is not for its worker's eyes. `NoSender` where Telegram will never take it, `TelegramError` where it may
        later."""
        chat = notice.audience.removeprefix(f"{WAY}:")
        found = await asyncio.to_thread(self._news, chat, notice)
        if found is None or chat_of(chat) < 0:
            return
        words, rows, silent = found
        try:
            await self._bot.send_message(
                chat_of(chat),
                words,
                reply_markup=inline(rows),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                disable_notification=silent,
            )
        except (BadRequest, Forbidden) as refusal:
            raise NoSender(audience=notice.audience) from refusal

    def _news(self, chat: str, notice: Notice) -> tuple[str, Rows, bool] | None:
        """The words, the buttons, and whether they come without a sound."""
        at = self._house.clock()
        with self._house.database.reading() as uow:
            found = uow.pocket.link_of(chat)
            if found is None:
                return None
            try:
                ticket = uow.tickets.peek(notice.ticket or "")
            except ActionError:
                return None
        person: Person | None = person_of(chat, uow=self._house.database.reading())
        told = self._told(found[1], ticket, notice)
        return (*told, bool(person and person.quiet(at) and not ticket.urgent)) if told else None

    def _told(self, account: Account, ticket: Ticket, notice: Notice) -> tuple[str, Rows] | None:
        by = actor_of(account, self._house.community)
        if not may_see(ticket, by):
            return None
        if not concerns(ticket, by):  # it was hers: she hears what came of it, and no more of the resident's
            return wording(notice), []
        news = say("staff_news_assigned") if notice.topic == NEW else wording(notice)
        return card(ticket, self._house.clock(), news), keys(ticket, by)
