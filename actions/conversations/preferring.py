"""Preferring: what a person prefers is kept for all conversations of that person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.conversations.person import Person
from actions.conversations.ports import PersonUnit


def prefer(conversation: str, *, new: str, at: datetime, uow: PersonUnit, **wishes: Any) -> Person:
    """Keep wishes by the field names of `Person`; `new` is the person's id where there is none yet.
    `ConversationUnknown`."""
    with uow:
        known = uow.conversations.get(conversation)
        person = (uow.persons.find(known.person) if known.person else None) or Person(new, at)
        person = replace(person, **wishes)
        uow.persons.save(person)
        uow.conversations.save(replace(known, person=person.id, updated_at=at))
        uow.commit()
    return person


def person_of(conversation: str, *, uow: PersonUnit) -> Person | None:
    """The person that a conversation is held with, where one is known."""
    with uow:
        known = uow.conversations.find(conversation)
        return uow.persons.find(known.person) if known and known.person else None
