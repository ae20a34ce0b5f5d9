"""Persons, and the codes that join their conversations, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy import CompoundSelect, Connection, delete, literal, select, union, update

from actions.conversations.person import JoiningCode, Language, Person
from actions.store.inserts import insert_for
from actions.store.person_tables import joining_codes, persons
from actions.store.tables import conversations

_PLAIN = tuple(field.name for field in fields(Person) if field.name != "language")


class SqlPersons:
    """`PersonRepository` on one connection. With `locking`, codes that are read are held until the transaction ends."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection, self._locking = connection, locking

    def find(self, id_: str) -> Person | None:
        """See `PersonRepository.find`."""
        row = self._connection.execute(select(persons).where(persons.c.id == id_)).mappings().one_or_none()
        if row is None:
            return None
        return Person(**{name: row[name] for name in _PLAIN}, language=Language(row["language"]))

    def save(self, person: Person) -> None:
        """See `PersonRepository.save`."""
        row = asdict(person) | {"language": person.language.value}
        put = insert_for(self._connection, persons).values(row)
        self._connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=row))

    def move(self, from_: str, to: str) -> None:
        """See `PersonRepository.move`."""
        theirs = update(conversations).where(conversations.c.person == from_)
        self._connection.execute(theirs.values(person=to))
        self.remove(from_)

    def remove(self, id_: str) -> None:
        """See `PersonRepository.remove`."""
        self._connection.execute(delete(persons).where(persons.c.id == id_))

    def siblings(self, conversation: str) -> Sequence[str]:
        """See `PersonRepository.siblings`."""
        return list(self._connection.execute(voices_of(conversation)).scalars())

    def codes(self, phone: str) -> Sequence[JoiningCode]:
        """See `PersonRepository.codes`."""
        query = select(joining_codes).where(joining_codes.c.phone == phone).order_by(joining_codes.c.conversation)
        rows = self._connection.execute(query.with_for_update() if self._locking else query).mappings()
        return [JoiningCode(**row) for row in rows]

    def put_code(self, code: JoiningCode) -> None:
        """See `PersonRepository.put_code`."""
        row = asdict(code)
        put = insert_for(self._connection, joining_codes).values(row)
        self._connection.execute(put.on_conflict_do_update(index_elements=["conversation"], set_=row))

    def drop_codes(self, phone: str) -> None:
        """See `PersonRepository.drop_codes`."""
        self._connection.execute(delete(joining_codes).where(joining_codes.c.phone == phone))


def voices_of(conversation: str) -> CompoundSelect[str]:
    """The conversation and all others of its person, as part of a question."""
    other = conversations.alias()
    same = select(other.c.id).join(conversations, other.c.person == conversations.c.person)
    return union(select(literal(conversation)), same.where(conversations.c.id == conversation))
