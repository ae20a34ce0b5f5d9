"""Erasing a resident's own data in the database: what was said goes, what was counted stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from actions.appointments.appointment import Status
from actions.conversations.conversation import Owner
from actions.conversations.message import Direction
from actions.store.appointment_tables import appointments
from actions.store.tables import messages, outbox, ticket_followers, ticket_history, tickets
from actions.tickets.states import OPEN

_OPEN = [state.value for state in sorted(OPEN)]
_NOWHERE: dict[str, Any] = {"address": "", "place": {}, "place_key": "", "longitude": None, "latitude": None}


class SqlErasure:
    """`ErasureRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def words(self, conversations: Collection[str], put: str) -> int:
        """See `ErasureRepository.words`. A message that is being answered right now is left: it is what asks for this."""
        settled = or_(messages.c.direction == Direction.OUT.value, messages.c.outcome.is_not(None))
        theirs = and_(messages.c.conversation.in_(list(conversations)), settled, messages.c.text != put)
        counted = select(func.count()).select_from(messages).where(theirs)
        number = int(self._connection.execute(counted).scalar_one())
        heard = and_(theirs, messages.c.direction == Direction.IN.value)
        nothing = {"events": [], "owner": Owner.BOT.value}
        self._connection.execute(update(messages).where(heard).values(outcome=nothing, understood=None))
        self._connection.execute(update(messages).where(theirs).values(text=put, payload={}))
        return number

    def news(self, conversations: Collection[str], of: Collection[str]) -> None:
        """See `ErasureRepository.news`."""
        to_them = outbox.c.audience.in_([f"conversation:{conversation}" for conversation in conversations])
        told = and_(outbox.c.delivered_at.is_not(None), or_(to_them, outbox.c.ticket.in_(list(of))))
        self._connection.execute(delete(outbox).where(told))

    def tickets_over(self, conversations: Collection[str]) -> Sequence[str]:
        """See `ErasureRepository.tickets_over`."""
        over = and_(tickets.c.conversation.in_(list(conversations)), tickets.c.state.not_in(_OPEN))
        return list(self._connection.execute(select(tickets.c.number).where(over)).scalars())

    def tickets(self, numbers: Collection[str], conversations: Collection[str], put: str) -> None:
        """See `ErasureRepository.tickets`."""
        these = tickets.c.number.in_(list(numbers))
        shared = select(ticket_followers.c.ticket).where(ticket_followers.c.conversation.not_in(list(conversations)))
        alone = and_(these, tickets.c.number.not_in(shared))
        self._connection.execute(update(tickets).where(these).values(phone=None, survey_words=None))
        self._connection.execute(update(tickets).where(alone).values(what=put, predicted={}, **_NOWHERE))
        by = [f"resident:{conversation}" for conversation in conversations]
        said = and_(
            ticket_history.c.ticket.in_(list(numbers)), ticket_history.c.by.in_(by), ticket_history.c.note != ""
        )
        self._connection.execute(update(ticket_history).where(said).values(note=put))

    def appointments_over(self, conversations: Collection[str], at: datetime) -> None:
        """See `ErasureRepository.appointments_over`."""
        past = or_(appointments.c.status != Status.BOOKED.value, appointments.c.ends_at <= at)
        theirs = and_(appointments.c.conversation.in_(list(conversations)), past)
        self._connection.execute(update(appointments).where(theirs).values(phone=None, address=""))
