"""How long a message on Telegram may be."""

from __future__ import annotations

from collections.abc import Sequence

from telegram.constants import MessageLimit

from bot.conversation import pieces as anywhere

LONGEST = int(MessageLimit.MAX_TEXT_LENGTH)


def pieces(text: str, longest: int = LONGEST) -> Sequence[str]:
    """A text in pieces that Telegram takes; see `bot.conversation.pieces`.

    `longest` counts UTF-16 units, which are never fewer than characters: whichever way Telegram counts, it fits.
    """
    return anywhere.pieces(text, longest, _units)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
