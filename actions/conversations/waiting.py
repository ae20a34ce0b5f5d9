"""Waiting: who waits for a person longer than is bearable is told so, and the bot takes over again."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actions.conversations.call import PHONE
from actions.conversations.conversation import ASKED, Alert, Conversation, Owner, Stage
from actions.conversations.handover import house_message
from actions.conversations.message import Author
from actions.conversations.ports import UnitOfWork
from actions.conversations.wanted import MessageFilter
from actions.notify.notice import Notice
from actions.telephone import phone_in

MOST = 1000
LATEST = 50
"""Messages said while waiting that are looked at."""


@dataclass(frozen=True)
class Wait:
    """Somebody who waits: since how many whole minutes, what was written meanwhile, the phone to call (None: unknown),
    and whether it was asked for."""

    conversation: str
    minutes: int
    said: tuple[str, ...]
    phone: str | None
    asked: bool


def too_long(patience: timedelta, *, at: datetime, uow: UnitOfWork) -> list[Wait]:
    """Who waits longer than that, longest first. Not those in danger, whose bell rings until somebody comes,
    nor who is on the phone with an operator."""
    with uow:
        waiting = [c for c in uow.conversations.in_stages({Stage.WAITING}, MOST) if _waits(c)]
        late = [c for c in waiting if at - _since(c) >= patience]
        return [_wait(known, at, uow) for known in sorted(late, key=_since)]


def _waits(known: Conversation) -> bool:
    return known.alert is not Alert.RING and known.channel != PHONE


def _since(known: Conversation) -> datetime:
    return known.waiting_since or known.updated_at


def _wait(known: Conversation, at: datetime, uow: UnitOfWork) -> Wait:
    wanted = MessageFilter(conversation=known.id, since=_since(known), size=LATEST)
    theirs = [m.text for m in reversed(uow.messages.search(wanted).items) if m.author is Author.RESIDENT and m.text]
    phone = next((found for text in reversed(theirs) if (found := phone_in(text))), None)
    minutes = math.floor((at - _since(known)).total_seconds() / 60)
    return Wait(known.id, minutes, tuple(theirs), phone or known.phone, known.call_back == ASKED)


def end_wait(conversation: str, words: str, *, id_: str, asking: bool, at: datetime, uow: UnitOfWork) -> bool:
    """Give a waiting conversation back to the bot and say so; False where somebody took over in the meantime.
    `asking`: the words ask for a phone. `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        if known.state is not Stage.WAITING:
            return False
        said = uow.messages.add(house_message(conversation, words, id_, at))
        back = replace(known, owner=Owner.BOT, state=Stage.BOT, alert=Alert.NONE, reason="", updated_at=at)
        uow.conversations.save(replace(back, call_back=ASKED) if asking else back)
        body = {"message": said.id, "text": said.text}
        uow.outbox.add(Notice(f"message.{said.id}", "message.system", f"conversation:{conversation}", body, at))
        uow.commit()
    return True
