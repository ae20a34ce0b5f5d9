"""Which messages a reader of the log asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageFilter:
    """Every field narrows; None or "" does not.

    text      words with spaces between them, all of which must occur, in any order
    intent, category   as the engine understood the message
    since, until       said at or after the one, before the other
    up_to              leaves out conversations in which somebody complained of staff and which are handled above this
                       level of the supervisor line: a reader never finds what is said of her or her superiors
    page, size         from 1; messages a page
    """

    text: str = ""
    intent: str | None = None
    category: str | None = None
    conversation: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    up_to: int | None = None
    page: int = 1
    size: int = 50

    @property
    def words(self) -> tuple[str, ...]:
        """The words to look for."""
        return tuple(self.text.split())
