"""What is said back to a worker, as plain data: kept before it is sent, so that a phone out of reach loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram.commands import menu
from bot.telegram.staff.letters import OWN
from knowledge.wording import say

logger = logging.getLogger(__name__)
Answer = dict[str, Any]
Rows = Sequence[Sequence[tuple[str, str]]]
"""Buttons in rows, each with its title and its data."""
LONGEST_TOAST = 190


def text(words: str, rows: Rows = (), *, place: bool = False, done: bool = False) -> Answer:
    """A message. `place`: with a key that sends the phone's position; `done`: that key goes."""
    return {
        "kind": "text",
        "text": words,
        "rows": [[list(b) for b in row] for row in rows],
        "place": place,
        "done": done,
    }


def edit(message: int, words: str, rows: Rows = ()) -> Answer:
    """Another text and other buttons for a message of ours."""
    return {"kind": "edit", "message": message, "text": words, "rows": [[list(b) for b in row] for row in rows]}


def buttons(message: int, rows: Rows) -> Answer:
    """Other buttons under a message of ours."""
    return {"kind": "buttons", "message": message, "rows": [[list(b) for b in row] for row in rows]}


def toast(query: str, words: str = "") -> Answer:
    """What is shown for a moment where a button was pressed."""
    return {"kind": "toast", "query": query, "text": words[:LONGEST_TOAST]}


def spot(latitude: float, longitude: float) -> Answer:
    """A place on the map."""
    return {"kind": "spot", "lat": latitude, "lon": longitude}


def commands(shown: bool) -> Answer:
    """The workers' commands come into this chat's menu, or go."""
    return {"kind": "commands", "shown": shown}


def elsewhere(chat: int, words: str) -> Answer:
    """A message to another chat."""
    return {"kind": "text", "text": words, "rows": [], "place": False, "done": False, "chat": chat}


async def say_all(bot: Bot, chat: int, answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Send them one by one; returns those that a failure of the way kept from being sent. What Telegram will never take
    (an old message, a chat that is gone) is left out."""
    left = list(answers)
    while left:
        try:
            await _say(bot, int(left[0].get("chat", chat)), left[0])
        except (BadRequest, Forbidden) as refusal:
            logger.info("telegram does not take what a worker is answered: %s", refusal)
        except TelegramError as failure:
            logger.warning("a worker could not be answered, and will be later: %s", failure)
            return left
        left.pop(0)
    return left


async def _say(bot: Bot, chat: int, answer: Mapping[str, Any]) -> None:
    match answer["kind"]:
        case "text":
            preview = LinkPreviewOptions(is_disabled=True)
            await bot.send_message(chat, answer["text"], reply_markup=_keys(answer), link_preview_options=preview)
        case "edit":
            await bot.edit_message_text(answer["text"], chat, answer["message"], reply_markup=inline(answer["rows"]))
        case "buttons":
            await bot.edit_message_reply_markup(chat, answer["message"], reply_markup=inline(answer["rows"]))
        case "toast":
            await bot.answer_callback_query(answer["query"], answer["text"] or None)
        case "spot":
            await bot.send_location(chat, answer["lat"], answer["lon"])
        case "commands" if answer["shown"]:
            own = [BotCommand(name, say(f"staff_menu_{name}")) for name in OWN]
            await bot.set_my_commands([*own, *menu()], scope=BotCommandScopeChat(chat))
        case "commands":
            await bot.delete_my_commands(scope=BotCommandScopeChat(chat))


def _keys(answer: Mapping[str, Any]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    if answer["place"]:
        here = KeyboardButton(say("patrol_here"), request_location=True)
        return ReplyKeyboardMarkup([[here]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if answer["done"] else inline(answer["rows"])


def inline(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons under a message; None for none."""
    drawn = [[InlineKeyboardButton(title, callback_data=data) for title, data in row] for row in rows]
    return InlineKeyboardMarkup(drawn) if drawn else None
