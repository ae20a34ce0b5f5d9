"""Telephone calls: what an operator hears on the phone is a conversation like any other, and what its caller is to hear
later is told by phone.

The caller is known again by the number, which the conversation's id does not tell: "phone:3f9c01ab24de-1001" has a keyed
digest and the last four digits. A caller who shows no number gets a conversation of her own each time.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from actions.conversations.conversation import Alert, Conversation, Owner, Stage
from actions.conversations.message import Message
from actions.conversations.ports import CallingUnit, UnitOfWork
from actions.conversations.wanted import MessageFilter
from actions.tickets.states import State
from actions.tickets.ticket import Ticket

PHONE = "phone"
"""The channel."""
DIGITS = 12
MOST, LATEST = 500, 30


def call_id(phone: str, key: str) -> str:
    """The conversation of a caller's number; the same one each time. `key`: a secret of this house."""
    digits = "".join(filter(str.isdigit, phone))
    digest = hmac.new(key.encode(), digits.encode(), sha256).hexdigest()[:DIGITS]
    return f"{PHONE}:{digest}-{digits[-4:]}"


def answer_call(conversation: str, phone: str | None, *, at: datetime, uow: UnitOfWork) -> Conversation:
    """A call comes in: its conversation is there from now on, and the number kept (None: it was not shown)."""
    with uow:
        uow.conversations.add(Conversation(conversation, PHONE, Owner.BOT, Stage.BOT, created_at=at, updated_at=at))
        known = _with_the_operator(uow.conversations.get(conversation))
        known = replace(known, phone=phone or known.phone, updated_at=at)
        uow.conversations.save(known)
        uow.commit()
    return known


def take_note(conversation: str, *, at: datetime, uow: UnitOfWork) -> Conversation:
    """The operator goes on writing down: nobody is rung for or waited for, since the operator is there already.
    `ConversationUnknown`."""
    with uow:
        known = replace(_with_the_operator(uow.conversations.get(conversation)), updated_at=at)
        uow.conversations.save(known)
        uow.commit()
    return known


def _with_the_operator(known: Conversation) -> Conversation:
    return replace(known, owner=Owner.BOT, state=Stage.BOT, operator=None, alert=Alert.NONE, reason="")


@dataclass(frozen=True)
class Errand:
    """A caller to be called: what there is to tell, oldest first; the tickets that it is about, by number; and the
    ticket by which a call back was promised, None where none was; the name of who spoke last, "" where it was not told."""

    conversation: Conversation
    news: Sequence[Message] = ()
    tickets: Sequence[Ticket] = ()
    call_back: Ticket | None = None
    name: str = ""

    @property
    def to_rate(self) -> list[Ticket]:
        """Tickets that are done and wait for the caller's word."""
        return [ticket for ticket in self.tickets if ticket.state is State.AWAITING_FEEDBACK]


def errands(uow: CallingUnit) -> list[Errand]:
    """Whom the operators have to call, read within a transaction that is open: who is promised a call back first, then
    those to whom there is news to tell."""
    calls = [(known, _peek(uow, known.call_back)) for known in uow.conversations.to_call_back(MOST)]
    promised = [
        Errand(known, call_back=ticket, name=_name(uow, known.id))
        for known, ticket in calls
        if ticket and ticket.is_open
    ]
    told: dict[str, list[Message]] = {}
    for message in uow.messages.untold(PHONE, MOST):
        told.setdefault(message.conversation, []).append(message)
    return [*promised, *(_news(uow, id_, news) for id_, news in told.items())]


def _news(uow: CallingUnit, conversation: str, news: Sequence[Message]) -> Errand:
    numbers = dict.fromkeys(str(m.payload["ticket"]) for m in news if m.payload.get("ticket"))
    found = [ticket for number in numbers if (ticket := _peek(uow, number))]
    return Errand(uow.conversations.get(conversation), news, found, name=_name(uow, conversation))


def _name(uow: CallingUnit, conversation: str) -> str:
    """Whom to ask for, as the operator wrote it down."""
    latest = uow.messages.search(MessageFilter(conversation=conversation, size=LATEST)).items
    return next((name for m in latest if (name := (m.payload.get("call") or {}).get("speaker"))), "")


def _peek(uow: CallingUnit, number: str | None) -> Ticket | None:
    return uow.tickets.peek(number) if number else None


def told(messages: Sequence[str], *, at: datetime, uow: UnitOfWork) -> None:
    """Write down that the caller has been told. `MessageUnknown`."""
    with uow:
        for id_ in messages:
            uow.messages.mark_sent(id_, at)
        uow.commit()


def called_back(conversation: str, *, at: datetime, uow: UnitOfWork) -> None:
    """Write down that the promised call was made. `ConversationUnknown`."""
    with uow:
        uow.conversations.save(replace(uow.conversations.get(conversation), call_back=None, updated_at=at))
        uow.commit()
