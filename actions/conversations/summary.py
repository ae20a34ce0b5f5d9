"""A summary of a talk with a person, for the resident when the bot takes over again, and for whoever reads it later."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from actions.conversations.message import Author
from actions.conversations.ports import ErasingUnit
from actions.conversations.wanted import MessageFilter
from actions.tickets.wanted import TicketFilter

MOST = 50


@dataclass(frozen=True)
class Summary:
    """`minutes` that it took, how many `answers` the operator gave, and numbers of the resident's tickets that are
    `under_way`."""

    minutes: int
    answers: int
    under_way: tuple[str, ...]


def summary_of(conversation: str, *, at: datetime, uow: ErasingUnit) -> Summary:
    """Of the talk since a person took over. Confidential tickets are left out: operators must not learn of them.
    `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        since = known.taken_at or at
        tickets = uow.tickets.find(TicketFilter(resident=conversation, confidential=False, size=MOST)).items
        said = uow.messages.search(MessageFilter(conversation=conversation, since=since, size=MOST)).items
    answers = sum(message.author is Author.OPERATOR for message in said)
    minutes = max(1, math.ceil((at - since).total_seconds() / 60))
    return Summary(minutes, answers, tuple(ticket.number for ticket in tickets if ticket.is_open))
