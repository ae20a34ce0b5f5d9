"""The command menu: each command stands for a sentence that the resident could have typed."""

from __future__ import annotations

import re

from telegram import BotCommand

from knowledge.wording import say

MENU = ("jindu", "baoshi", "banshi", "yuyue", "wangge", "rengong", "yinsi", "mydata", "forget", "help")
"""In the menu's order; their Chinese is in dialogue/replies/telegram.yml."""
COMMANDS = frozenset({*MENU, "start"})
"""`start` is what Telegram sends when a chat is opened, so it needs no place in the menu."""
WRITTEN = re.compile(r"/(?P<name>[a-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.IGNORECASE | re.DOTALL)
TICKET_LINK = re.compile(r"ticket_(?P<number>[A-Za-z0-9-]+)")
"""What follows /start when a link https://t.me/<bot>?start=ticket_<number> was opened."""


def menu() -> list[BotCommand]:
    """The menu as Telegram shows it."""
    return [BotCommand(name, say(f"telegram_menu_{name}")) for name in MENU]


def is_ours(text: str, username: str) -> bool:
    """Whether a text is one of our commands, and not another bot's of the same name."""
    match = WRITTEN.fullmatch(text)
    if not match or match["name"].lower() not in COMMANDS:
        return False
    return (match["bot"] or username).lower() == username.lower()


def sentence_of(text: str) -> str:
    """What a command stands for; any other text as it is. "/baoshi 灯坏了" is "灯坏了": who says what it is need not be
    asked."""
    match = WRITTEN.fullmatch(text)
    if not match or match["name"].lower() not in COMMANDS:
        return text
    name, rest = match["name"].lower(), (match["rest"] or "").strip()
    if name == "start":
        link = TICKET_LINK.fullmatch(rest)
        return f"{say('telegram_says_jindu')} {link['number']}" if link else say("telegram_says_start")
    if name == "jindu":
        return f"{say('telegram_says_jindu')} {rest}".strip()
    return rest or say(f"telegram_says_{name}")
