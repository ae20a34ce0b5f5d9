"""Whether somebody in a group speaks to us: by name, by one of our commands, or in reply to us."""

from __future__ import annotations

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.telegram.commands import is_ours


def words_for_us(message: Message, me: User) -> str | None:
    """A message's words without our name; None where it is said in a group and not to us. "" where it has no words."""
    text = (message.text or message.caption or "").strip()
    if message.chat.type == ChatType.PRIVATE:
        return text
    names = _names(message, me)
    for name in names:
        text = text.replace(name, " ").strip()
    named = bool(names) or is_ours(text, me.username or "")
    return text if named or _replies_to(message, me) else None


def _names(message: Message, me: User) -> list[str]:
    """The pieces of the text that name us."""
    pieces = {**message.parse_entities(), **message.parse_caption_entities()}
    return [piece for entity, piece in pieces.items() if _is_me(entity, piece, me)]


def _is_me(entity: MessageEntity, piece: str, me: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return entity.type == MessageEntity.MENTION and piece.lower() == f"@{me.username}".lower()


def _replies_to(message: Message, me: User) -> bool:
    before = message.reply_to_message
    return bool(before and before.from_user and before.from_user.id == me.id)
