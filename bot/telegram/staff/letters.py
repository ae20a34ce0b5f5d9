"""A worker's update, read: what was typed, photographed, pressed or pointed at, and to what it replies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from actions.tickets.report import Point
from bot.telegram.chats import CHANNEL

CARD = "📋"
"""With this every card of a ticket begins: what replies to one is about its ticket."""
NUMBER = re.compile(rf"{CARD} ([A-Z]{{1,8}}\d{{8}}-\d{{4,}})")
COMMAND = re.compile(r"/(?P<name>[a-z]+)(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.IGNORECASE | re.DOTALL)
LINK = re.compile(r"staff_(?P<code>[a-z0-9]{8,64})")
"""What follows /start when the link from the worker's page was opened."""
OWN = ("tasks", "patrol", "unlink")
"""Commands that are the workers' own; in the menu of linked chats."""
PRESSED = "s:"
"""How the data of a staff button begins."""


@dataclass(frozen=True)
class Post:
    """One update. `about`: number of the ticket whose card it replies to; `edits`: it changes an earlier message;
    `photo`: Telegram's id of the largest version; `query`, `data`, `message`: of a pressed button, and what it hung under.
    """

    id: str
    chat: int
    text: str = ""
    command: str = ""
    rest: str = ""
    photo: str = ""
    album: str = ""
    point: Point | None = None
    about: str = ""
    edits: bool = False
    other: bool = False
    query: str = ""
    data: str = ""
    message: int = 0

    @property
    def conversation(self) -> str:
        """The chat as links name it."""
        return f"{CHANNEL}:{self.chat}"

    @property
    def link_code(self) -> str:
        """The code that it brings, "" for none."""
        match = LINK.fullmatch(self.rest) if self.command == "start" else None
        return match["code"] if match else ""


def post_in(update: Update, me: User) -> Post | None:
    """The update as workers' desks take it; None for what never is theirs: groups, other bots, residents' buttons."""
    if update.callback_query:
        return _pressed(update.callback_query, me)
    message = update.message or update.edited_message
    sender = message.from_user if message else None
    if message is None or sender is None or sender.is_bot or message.chat.type != ChatType.PRIVATE:
        return None
    said = (message.text or message.caption or "").strip()
    text = "".join(c for c in said if c.isprintable() or c in "\n\t")
    command = COMMAND.fullmatch(text)
    location = message.venue.location if message.venue else message.location
    photo = _photo(message)
    return Post(
        id=f"{me.id}:{message.chat.id}:{message.message_id}",
        chat=message.chat.id,
        text=text,
        command=command["name"].lower() if command else "",
        rest=(command["rest"] or "").strip() if command else "",
        photo=photo,
        album=message.media_group_id or "",
        point=(location.longitude, location.latitude) if location else None,
        about=_about(message, me),
        edits=update.edited_message is not None,
        other=not (message.text or photo or location),
    )


def _pressed(query: CallbackQuery, me: User) -> Post | None:
    if not (query.data or "").startswith(PRESSED) or query.message is None:
        return None
    return Post(
        id=f"{me.id}:callback:{query.id}",
        chat=query.message.chat.id,
        query=query.id,
        data=query.data or "",
        message=query.message.message_id,
    )


def _photo(message: Message) -> str:
    """A photo sent "as a file" is one too."""
    if message.photo:
        return message.photo[-1].file_id
    document: Any = message.document
    return str(document.file_id) if document and (document.mime_type or "").startswith("image/") else ""


def _about(message: Message, me: User) -> str:
    before = message.reply_to_message
    if before is None or before.from_user is None or before.from_user.id != me.id:
        return ""
    found = NUMBER.match(before.text or before.caption or "")
    return found[1] if found else ""


def calls_us_in_public(update: Update, me: User) -> bool:
    """Whether somebody gives one of the workers' commands in a group: tickets are shown in private only."""
    message = update.message
    if message is None or message.chat.type == ChatType.PRIVATE:
        return False
    command = COMMAND.fullmatch((message.text or "").strip())
    return bool(
        command and command["name"].lower() in OWN and (command["bot"] or "").lower() == (me.username or "").lower()
    )
