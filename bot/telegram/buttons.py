"""Buttons under a reply: Telegram carries 64 bytes of data, so a button carries its place and the log has its payload."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from actions.conversations.message import Inbound, Message
from actions.conversations.ports import UnitOfWork
from actions.conversations.reading import transcript
from bot.telegram.chats import conversation_of

PRESSED = re.compile(r"b:(\d{1,18}):(\d{1,3})", re.ASCII)
SHORT = 7
"""Characters of a title of which two stand side by side on a phone."""


def keyboard(reply: Message) -> InlineKeyboardMarkup | None:
    """A reply's buttons; None where it has none."""
    buttons = [
        InlineKeyboardButton(button["title"], callback_data=f"b:{reply.seq}:{n}")
        for n, button in enumerate(_buttons(reply))
    ]
    return InlineKeyboardMarkup(_rows(buttons)) if buttons else None


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Short titles in pairs, a long one has a row for itself."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        beside = rows and len(rows[-1]) == 1 and max(len(button.text), len(rows[-1][0].text)) <= SHORT
        if beside:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def press(query: CallbackQuery, bot: int, uow: UnitOfWork) -> Inbound | None:
    """What pressing a button says; None for a button that is none of ours, or was put up for somebody else."""
    match = PRESSED.fullmatch(query.data or "")
    if not match or query.message is None:
        return None
    conversation = conversation_of(query.message.chat, query.from_user.id)
    payload = _payload(conversation, int(match[1]), int(match[2]), uow)
    if payload is None:
        return None
    return Inbound(uuid.uuid4().hex, conversation, payload, f"{bot}:callback:{query.id}", {"button": payload})


def _payload(conversation: str, seq: int, n: int, uow: UnitOfWork) -> str | None:
    """Looked up in the presser's own conversation only: in a group anybody can press anybody's buttons."""
    found = [m for m in transcript(conversation, uow=uow, after=seq - 1, limit=1) if m.seq == seq]
    buttons = _buttons(found[0]) if found else []
    return str(buttons[n]["payload"]) if n < len(buttons) else None


def _buttons(message: Message) -> list[dict[str, Any]]:
    return list(message.payload.get("buttons") or ())
