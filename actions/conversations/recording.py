"""Recording: nothing that is said gets lost, and nothing is answered twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions.conversations.conversation import Conversation, Owner, Stage, channel_of
from actions.conversations.message import Author, Direction, Inbound, Message, Reply
from actions.conversations.ports import UnitOfWork

BATCH = 200
"""Messages fetched at once for resuming; the caller comes back for more."""


@dataclass(frozen=True)
class DataNotice:
    """What is told of a resident's data, once in a conversation and again when it was reworded."""

    version: str
    words: str


def record_inbound(inbound: Inbound, *, at: datetime, uow: UnitOfWork) -> tuple[Message, bool]:
    """Keep what a resident said, before anything else happens to it; the conversation is made if it is new.

    Returns the message as kept and whether it has been dealt with already: then `replies_to` has what was answered, and
    the caller says the same again. A message that was kept but not dealt with (the process died) is taken up again.
    """
    with uow:
        _touch(inbound.conversation, at, uow)
        message = uow.messages.add(
            Message(
                id=inbound.id,
                conversation=inbound.conversation,
                direction=Direction.IN,
                author=Author.RESIDENT,
                text=inbound.text,
                created_at=at,
                payload=dict(inbound.payload),
                channel_message_id=inbound.channel_message_id,
            )
        )
        uow.commit()
    return message, message.answered


def _touch(id_: str, at: datetime, uow: UnitOfWork) -> None:
    known = uow.conversations.find(id_)
    if known:
        uow.conversations.save(replace(known, updated_at=at))
    else:
        uow.conversations.add(Conversation(id_, channel_of(id_), Owner.BOT, Stage.BOT, created_at=at, updated_at=at))


def record_replies(
    inbound: Message,
    replies: Sequence[Reply],
    understood: Mapping[str, Any] | None,
    outcome: Mapping[str, Any],
    *,
    at: datetime,
    uow: UnitOfWork,
    notice: DataNotice | None = None,
) -> list[Message]:
    """Keep what is answered, what the engine understood and what came of it, before any of it is sent.

    Done once for a message: a second call returns what the first one kept. If a person took the conversation over while
    the bot was thinking, its replies are dropped, for nobody wants two voices; the outcome says so by its owner.
    `outcome`: {"events": [...], "owner": "bot" | "person"}. `notice` is said last, unless it was said before in that
    version. `MessageUnknown`.
    """
    with uow:
        kept = uow.messages.get(inbound.id)
        if kept.answered:
            return list(uow.messages.replies(inbound.id))
        conversation = uow.conversations.get(inbound.conversation)
        if conversation.state is Stage.PERSON:
            replies, outcome, notice = (), {**outcome, "owner": Owner.PERSON.value}, None
        if notice and conversation.consent != notice.version:
            replies, conversation = (*replies, Reply(notice.words)), replace(conversation, consent=notice.version)
        said = [uow.messages.add(_reply(inbound, n, reply, at)) for n, reply in enumerate(replies, start=1)]
        uow.messages.settle(inbound.id, understood, outcome)
        uow.conversations.save(replace(conversation, updated_at=at))
        uow.commit()
    return said


def _reply(inbound: Message, n: int, reply: Reply, at: datetime) -> Message:
    return Message(
        id=f"{inbound.id}.{n}",
        conversation=inbound.conversation,
        direction=Direction.OUT,
        author=Author.BOT,
        text=reply.text,
        created_at=at,
        payload=dict(reply.payload),
        reply_to=inbound.id,
    )


def remember_resident(
    conversation: str, *, at: datetime, uow: UnitOfWork, address: str | None = None, phone: str | None = None
) -> Conversation:
    """Keep the address or phone that the resident gave, so that the next report need not ask. `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        known = replace(known, address=address or known.address, phone=phone or known.phone, updated_at=at)
        uow.conversations.save(known)
        uow.commit()
    return known


def write_down(message: str, words: str, *, uow: UnitOfWork) -> None:
    """Keep the words that were heard in a voice message as its text, unless it was dealt with already.
    `MessageUnknown`."""
    with uow:
        if not uow.messages.get(message).answered:
            uow.messages.retell(message, words)
            uow.commit()


def mark_sent(message: str, *, at: datetime, uow: UnitOfWork) -> None:
    """Write down that the channel took a message. `MessageUnknown`."""
    with uow:
        uow.messages.mark_sent(message, at)
        uow.commit()


def replies_to(message: str, *, uow: UnitOfWork) -> list[Message]:
    """What was said in answer to a message, in order."""
    with uow:
        return list(uow.messages.replies(message))


def unanswered(*, at: datetime, uow: UnitOfWork, settling: timedelta = timedelta(seconds=30)) -> list[Message]:
    """Messages that were kept and then left, by a crash: to be taken up again at the start. Those younger than
    `settling` may still be in somebody's hands. Oldest first, at most a batch.
    """
    with uow:
        return list(uow.messages.unanswered(at - settling, BATCH))


def left_before(message: Message, *, until: datetime, uow: UnitOfWork) -> list[Message]:
    """What came before a message in its conversation, by that moment, and was kept and then left. Oldest first."""
    with uow:
        left = uow.messages.unanswered(until, BATCH, message.conversation)
        return [earlier for earlier in left if earlier.seq < message.seq]


def unsent(*, at: datetime, uow: UnitOfWork, settling: timedelta = timedelta(seconds=30)) -> list[Message]:
    """The bot's replies that were kept and never taken by their channel, to be sent again, oldest first.

    What operators and notifications say is not among them: the outbox sees to that.
    """
    with uow:
        return list(uow.messages.unsent(at - settling, BATCH))
