"""What an earlier message led to: somebody who replies to it, or edits it, speaks of that ticket."""

from __future__ import annotations

import re

from telegram import Message as TelegramMessage
from telegram import User

from actions.conversations.message import Direction, Message
from actions.store.unit import SqlUnitOfWork

NUMBER = re.compile(r"[A-Z]{1,8}\d{8}-\d{4,}")
NEAR = 16
"""Messages within which a report comes to its ticket; what comes later belongs to something else."""
FILED = ("ticket_created", "ticket_merged")
ABOUT_A_PROBLEM = frozenset(
    {"report_issue", "seek_help", "complain_staff", "suggest", "praise", "emergency", "inform", "volunteer"}
)


def log_id(message: TelegramMessage, me: User) -> str:
    """The id under which a message of a chat is in the log. Ours is part of it: a place that takes another bot starts
    counting anew."""
    return f"{me.id}:{message.message_id}"


def ticket_replied_to(message: TelegramMessage, me: User, conversation: str, uow: SqlUnitOfWork) -> str | None:
    """The ticket that the message before is about; None where it is about none, or nobody replied."""
    before = message.reply_to_message
    if before is None:
        return None
    ours = before.from_user is not None and before.from_user.id == me.id
    if ours:
        found = NUMBER.search(before.text or before.caption or "")
        return found[0] if found else None
    return ticket_from(log_id(before, me), conversation, uow)


def ticket_from(channel_id: str, conversation: str, uow: SqlUnitOfWork) -> str | None:
    """The ticket that a resident's own message led to, alone or with what was asked after it."""
    with uow:
        said = uow.messages.by_channel_id(conversation, channel_id)
        if said is None or (said.understood or {}).get("intent") not in ABOUT_A_PROBLEM:
            return None
        later = uow.messages.of(conversation, said.seq - 1, NEAR)
    return next((number for message in later if (number := _filed(message))), None)


def _filed(message: Message) -> str | None:
    if message.direction is not Direction.IN:
        return None
    events = (message.outcome or {}).get("events", ())
    return next((str(event["ticket"]["number"]) for event in events if event.get("type") in FILED), None)
