"""Handing over: between the bot and a person, one owner at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from actions.conversations.conversation import ASKED, Alert, Conversation, Owner, Stage
from actions.conversations.message import Author, Direction, Message
from actions.conversations.ports import UnitOfWork
from actions.errors import ConversationNotYours, ConversationTaken, MessageEmpty, MessageUnknown
from actions.notify.notice import Notice


def hand_over(conversation: str, reason: str, ring: bool, *, at: datetime, uow: UnitOfWork) -> Conversation:
    """Ask for a person. With `ring` the console rings until somebody takes over (emergency, self-harm).

    Asking again only raises the alert: a person who is there already keeps the conversation. `ConversationUnknown`.
    """
    with uow:
        known = uow.conversations.get(conversation)
        stage = Stage.PERSON if known.state is Stage.PERSON else Stage.WAITING
        alert = Alert.RING if ring else known.alert
        waiting = replace(
            known, owner=Owner.PERSON, state=stage, alert=alert, reason=reason or known.reason, updated_at=at
        )
        if known.state is Stage.BOT:
            waiting = replace(waiting, waiting_since=at, taken_at=None)
        if (waiting.state, waiting.alert) != (known.state, known.alert):
            uow.outbox.add(_call(waiting, at))
        uow.conversations.save(waiting)
        uow.commit()
    return waiting


def _call(conversation: Conversation, at: datetime) -> Notice:
    topic = "conversation.ringing" if conversation.alert is Alert.RING else "conversation.waiting"
    body = {"conversation": conversation.id, "reason": conversation.reason or "居民要求人工"}
    return Notice(f"{conversation.id}.{topic}.{at:%Y%m%d%H%M%S%f}", topic, "operators", body, at)


def take_over(conversation: str, operator: str, *, at: datetime, uow: UnitOfWork) -> Conversation:
    """An operator takes the conversation, whether it waits or the bot has it. From here on the bot is silent.

    `ConversationTaken` if another operator has it, `ConversationUnknown`.
    """
    with uow:
        known = uow.conversations.get(conversation)
        if known.state is Stage.PERSON and known.operator not in (None, operator):
            raise ConversationTaken(conversation=conversation, operator=known.operator)
        taken = replace(
            known, owner=Owner.PERSON, state=Stage.PERSON, operator=operator, alert=Alert.NONE, updated_at=at
        )
        if known.call_back == ASKED:  # whoever is here need not call
            taken = replace(taken, call_back=None)
        if known.state is not Stage.PERSON:
            taken = replace(
                taken, taken_at=at, waiting_since=known.waiting_since if known.state is Stage.WAITING else None
            )
        uow.conversations.save(taken)
        uow.commit()
    return taken


def hand_back(conversation: str, operator: str, *, at: datetime, uow: UnitOfWork) -> Conversation:
    """The operator gives the conversation back to the bot. `ConversationNotYours`, `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        if known.operator != operator:
            raise ConversationNotYours(conversation=conversation)
        back = replace(
            known, owner=Owner.BOT, state=Stage.BOT, operator=None, alert=Alert.NONE, reason="", updated_at=at
        )
        uow.conversations.save(back)
        uow.commit()
    return back


def operator_says(
    conversation: str, text: str, *, id_: str, operator: str, name: str, at: datetime, uow: UnitOfWork
) -> Message:
    """Keep what an operator writes and leave it to the outbox to reach the resident. The same `id_` twice is said once.

    `name` is what the resident sees. `ConversationNotYours` before taking over, `MessageEmpty`, `ConversationUnknown`.
    """
    if not text.strip():
        raise MessageEmpty()
    with uow:
        known = uow.conversations.get(conversation)
        if known.state is not Stage.PERSON or known.operator != operator:
            raise ConversationNotYours(conversation=conversation)
        if before := _said_before(id_, uow):
            return before
        said = uow.messages.add(
            Message(
                id=id_,
                conversation=conversation,
                direction=Direction.OUT,
                author=Author.OPERATOR,
                text=text.strip(),
                created_at=at,
                author_name=name,
                channel_message_id=id_,
            )
        )
        uow.outbox.add(_mail(said, at))
        uow.conversations.save(replace(known, updated_at=at))
        uow.commit()
    return said


def _said_before(id_: str, uow: UnitOfWork) -> Message | None:
    try:
        return uow.messages.get(id_)
    except MessageUnknown:
        return None


def _mail(said: Message, at: datetime) -> Notice:
    body = {"message": said.id, "name": said.author_name, "text": said.text}
    return Notice(f"message.{said.id}", "message.operator", f"conversation:{said.conversation}", body, at)


def announce(conversation: str, text: str, *, id_: str, at: datetime, uow: UnitOfWork) -> Message:
    """Tell the resident who speaks from now on, on whatever channel: kept, and left to the outbox to reach them. The
    same `id_` twice is said once. `ConversationUnknown`."""
    with uow:
        uow.conversations.get(conversation)
        if before := _said_before(id_, uow):
            return before
        said = uow.messages.add(house_message(conversation, text, id_, at))
        body = {"message": said.id, "text": said.text}
        uow.outbox.add(Notice(f"message.{said.id}", "message.system", f"conversation:{conversation}", body, at))
        uow.commit()
    return said


def system_says(
    conversation: str,
    text: str,
    *,
    id_: str,
    at: datetime,
    uow: UnitOfWork,
    image: str | None = None,
    ticket: str | None = None,
) -> Message:
    """Keep what the house itself tells a resident outside a dialogue: news of a ticket, written by whoever delivers it.

    `image`: id of a photo that comes with it; `ticket`: number of the one that it is about. The same `id_` (the notice's) twice is said once, which is what makes a
    repeated delivery harmless.
    """
    with uow:
        uow.conversations.get(conversation)
        brought = {key: value for key, value in (("image", image), ("ticket", ticket)) if value}
        said = uow.messages.add(house_message(conversation, text, id_, at, brought))
        uow.commit()
    return said


def house_message(
    conversation: str, text: str, id_: str, at: datetime, payload: Mapping[str, Any] = MappingProxyType({})
) -> Message:
    """Something that the house itself says, as it is kept."""
    return Message(
        id=id_,
        conversation=conversation,
        direction=Direction.OUT,
        author=Author.SYSTEM,
        text=text,
        created_at=at,
        channel_message_id=id_,
        payload=dict(payload),
    )
