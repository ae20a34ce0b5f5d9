"""Reading: what operators and managers look at. None of it changes anything."""

from __future__ import annotations

from collections.abc import Collection

from actions.conversations.conversation import Conversation, Stage
from actions.conversations.message import Message
from actions.conversations.ports import UnitOfWork
from actions.conversations.wanted import MessageFilter
from actions.page import Page


def transcript(conversation: str, *, uow: UnitOfWork, after: int = 0, limit: int = 1000) -> list[Message]:
    """A conversation's messages in order, with what was understood and what came of them.

    `after` is the `seq` of the last message one has: a live page asks for what came since. Empty for a conversation
    that nobody has heard of.
    """
    with uow:
        return list(uow.messages.of(conversation, after, limit))


def recent(conversation: str, size: int, *, uow: UnitOfWork, after: int = 0) -> list[Message]:
    """The latest messages of a conversation, in order, however long it has grown."""
    with uow:
        found: list[Message] = []
        while batch := uow.messages.of(conversation, after, size):
            found, after = [*found, *batch][-size:], batch[-1].seq
        return found


def search_messages(wanted: MessageFilter, *, uow: UnitOfWork) -> Page[Message]:
    """One page of the log, latest first."""
    with uow:
        return uow.messages.search(wanted)


def list_conversations(
    *, uow: UnitOfWork, stages: Collection[Stage] = tuple(Stage), limit: int = 200
) -> list[Conversation]:
    """Conversations for the operators' list: ringing first, then the latest first."""
    with uow:
        return list(uow.conversations.in_stages(stages, limit))


def find_conversation(conversation: str, *, uow: UnitOfWork) -> Conversation | None:
    """The conversation, or None for one that nobody has heard of."""
    with uow:
        return uow.conversations.find(conversation)
