"""Joining: a resident who writes on two channels is known as one person, by phone and a one-time code.

The code is shown in one conversation and typed in the other: who can do both is the same person. A phone number alone
joins nothing, for anybody can type anybody's.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from actions.conversations.person import JoiningCode, Person
from actions.conversations.ports import PersonUnit

VALID = timedelta(minutes=10)
TRIES = 5
DIGITS = 6


class Joined(StrEnum):
    """What came of a typed code."""

    DONE = "done"
    WRONG = "wrong"
    NONE = "none"
    SAME = "same"


def offer_code(conversation: str, phone: str, code: str, *, at: datetime, uow: PersonUnit) -> None:
    """Keep the code that is shown in this conversation; an earlier one of it is worth nothing any more.

    `code`: six random digits, made by the caller. The phone becomes the conversation's. `ConversationUnknown`.
    """
    with uow:
        known = uow.conversations.get(conversation)
        uow.conversations.save(replace(known, phone=phone, updated_at=at))
        uow.persons.put_code(JoiningCode(conversation, phone, _digest(conversation, code), at + VALID))
        uow.commit()


def redeem_code(conversation: str, phone: str, code: str, *, new: str, at: datetime, uow: PersonUnit) -> Joined:
    """Join the conversation in which a code is typed to the one in which it was shown, for good.

    `new`: id of the person, where neither conversation has one yet. A wrong code counts against every code that waits
    for that phone; after five of them none is left. Conversations that are joined by that phone already stay so, and are
    said to be: the code is used up by then. `ConversationUnknown`.
    """
    with uow:
        here = uow.conversations.get(conversation)
        waiting = [known for known in uow.persons.codes(phone) if known.until > at and known.tries < TRIES]
        fitting = [known for known in waiting if _fits(known, code)]
        others = [known for known in fitting if known.conversation != conversation]
        if others:
            _join(here.id, others[0], new, at, uow)
        elif not fitting:
            for known in waiting:
                uow.persons.put_code(replace(known, tries=known.tries + 1))
        before = not waiting and here.phone == phone and len(uow.persons.siblings(conversation)) > 1
        uow.commit()
    if others or before:
        return Joined.DONE
    return Joined.SAME if fitting else Joined.WRONG if waiting else Joined.NONE


def _join(conversation: str, code: JoiningCode, new: str, at: datetime, uow: PersonUnit) -> None:
    """Both become one person's. Where both had one already, the one who showed the code stays."""
    here, there = uow.conversations.get(conversation), uow.conversations.get(code.conversation)
    person = there.person or here.person or new
    if person == new:
        uow.persons.save(Person(new, at))
    if here.person and here.person != person:
        uow.persons.move(here.person, person)
    for known in (here, there):
        joined = replace(
            known,
            person=person,
            phone=code.phone,
            address=known.address or here.address or there.address,
            updated_at=at,
        )
        uow.conversations.save(joined)
    uow.persons.drop_codes(code.phone)


def _fits(known: JoiningCode, code: str) -> bool:
    return hmac.compare_digest(known.digest, _digest(known.conversation, code))


def _digest(conversation: str, code: str) -> str:
    return sha256(f"{conversation}:{code}".encode()).hexdigest()


def siblings(conversation: str, *, uow: PersonUnit) -> tuple[str, ...]:
    """The conversation and all others of the same person."""
    with uow:
        return tuple(uow.persons.siblings(conversation))
