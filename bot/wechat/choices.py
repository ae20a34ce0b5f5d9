"""Buttons under a reply: WeChat has none, so they are numbered lines, and "1" is the first. The log remembers them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from actions.conversations.conversation import Owner
from actions.conversations.message import Author, Direction, Message
from actions.conversations.ports import UnitOfWork
from actions.conversations.wanted import MessageFilter
from knowledge.wording import say

PICKED = re.compile(r"(?:选|第)?\s*(\d{1,2})\s*(?:个|项)?\s*[.。、,，)）]?")
RECENT = 30
"""Messages looked back through for the last reply; between it and now there are notices at most."""


def lines(reply: Message, turn: Sequence[Message]) -> str:
    """A reply's buttons as lines, "" where it has none. They are numbered through all replies of the turn, so that a
    number stands for one thing only."""
    before = sum(len(_buttons(other)) for other in turn if other.seq < reply.seq)
    found = [say("wechat_choice", n=before + n, title=b["title"]) for n, b in enumerate(_buttons(reply), start=1)]
    return "\n".join((*found, say("wechat_choose"))) if found else ""


def picked(text: str, conversation: str, *, uow: UnitOfWork) -> str | None:
    """The payload of the button that a text stands for, by its number or its title; None where it stands for none.

    While a person has the conversation a number is an answer to that person.
    """
    words = unicodedata.normalize("NFKC", text).strip()
    number = PICKED.fullmatch(words)
    with uow:
        known = uow.conversations.find(conversation)
        if known and known.owner is Owner.PERSON:
            return None
        last = next(_last(uow.messages.search(MessageFilter(conversation=conversation, size=RECENT)).items), None)
        turn = uow.messages.replies(last.reply_to) if last and last.reply_to else ()
    for n, button in enumerate((b for reply in turn for b in _buttons(reply)), start=1):
        if (number and int(number[1]) == n) or words == button["title"]:
            return str(button["payload"])
    return None


def _last(latest_first: Sequence[Message]) -> Iterator[Message]:
    """The bot's last reply; none where an operator has spoken since."""
    for message in latest_first:
        if message.author is Author.OPERATOR:
            return
        if message.direction is Direction.OUT and message.author is Author.BOT:
            yield message


def _buttons(message: Message) -> list[dict[str, Any]]:
    return list(message.payload.get("buttons") or ())
