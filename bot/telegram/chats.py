"""Which conversation a chat is: "telegram:42" with one resident, "telegram:-100123:42" with one resident in a group."""

from __future__ import annotations

from telegram import Chat
from telegram.constants import ChatType

CHANNEL = "telegram"


def conversation_of(chat: Chat, user: int) -> str:
    """The conversation with a user in a chat.

    In an estate's group each resident has a conversation of their own: a report that one of them is in the middle of
    is not filled in by the next who speaks.
    """
    private = chat.type == ChatType.PRIVATE
    return f"{CHANNEL}:{chat.id}" if private else f"{CHANNEL}:{chat.id}:{user}"


def chat_of(conversation: str) -> int:
    """Telegram's id of the chat that a conversation is held in; `ValueError` for a conversation of another channel."""
    channel, _, rest = conversation.partition(":")
    if channel != CHANNEL:
        raise ValueError(f"not a Telegram conversation: {conversation}")
    return int(rest.partition(":")[0])
