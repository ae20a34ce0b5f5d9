"""How a text goes out: in the characters that the person reads, without a sound in quiet hours, and in a group without
anybody's phone number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from actions.conversations.conversation import held_in_public
from actions.conversations.person import Language
from actions.conversations.preferring import person_of
from actions.store.unit import SqlUnitOfWork
from bot.conversation.script import to_traditional

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True)
class Manner:
    """`silent`: it is the person's quiet time."""

    public: bool = False
    silent: bool = False
    traditional: bool = False

    def written(self, text: str) -> str:
        """The text as it goes out."""
        text = MOBILE.sub(lambda number: f"{number[0][:3]}****{number[0][-4:]}", text) if self.public else text
        return to_traditional(text) if self.traditional else text


def manner_for(conversation: str, *, at: datetime, uow: SqlUnitOfWork) -> Manner:
    """The manner of one conversation at one moment."""
    person = person_of(conversation, uow=uow)
    public = held_in_public(conversation)
    if person is None:
        return Manner(public)
    return Manner(public, person.quiet(at), person.language is Language.TRADITIONAL)
