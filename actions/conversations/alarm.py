"""Ringing: operators are called to a conversation in which somebody is in danger, while the bot goes on asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.conversations.conversation import Alert, Conversation, Stage
from actions.conversations.ports import UnitOfWork
from actions.notify.notice import Notice


def ring(conversation: str, reason: str, *, at: datetime, uow: UnitOfWork) -> Conversation:
    """Make the console ring until an operator takes over; who speaks with the resident does not change by it.

    An operator who has the conversation already is not rung for. `ConversationUnknown`.
    """
    with uow:
        known = uow.conversations.get(conversation)
        if known.state is Stage.PERSON:
            return known
        ringing = replace(known, alert=Alert.RING, reason=reason, updated_at=at)
        if known.alert is not Alert.RING:
            body = {"conversation": conversation, "reason": reason}
            uow.outbox.add(
                Notice(f"{conversation}.ring.{at:%Y%m%d%H%M%S%f}", "conversation.ringing", "operators", body, at)
            )
        uow.conversations.save(ringing)
        uow.commit()
    return ringing
