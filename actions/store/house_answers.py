"""The community's own answers in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, select

from actions.shortfalls.errors import HouseAnswerUnknown
from actions.store.inserts import insert_for
from actions.store.shortfall_tables import house_answers
from knowledge.house_answers import HouseAnswer


class SqlHouseAnswers:
    """`HouseAnswerRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, id_: str) -> HouseAnswer:
        """See `HouseAnswerRepository.get`."""
        found = self._read(select(house_answers).where(house_answers.c.id == id_))
        if not found:
            raise HouseAnswerUnknown()
        return found[0]

    def save(self, answer: HouseAnswer) -> None:
        """See `HouseAnswerRepository.save`."""
        row = asdict(answer) | {"questions": list(answer.questions)}
        new = insert_for(self._connection, house_answers).values(row)
        self._connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=row))

    def all(self) -> Sequence[HouseAnswer]:
        """See `HouseAnswerRepository.all`."""
        return self._read(select(house_answers))

    def told(self) -> Sequence[HouseAnswer]:
        """See `HouseAnswerRepository.told`."""
        reviewed = (house_answers.c.reviewed_at.is_not(None), house_answers.c.withdrawn_at.is_(None))
        return self._read(select(house_answers).where(*reviewed))

    def _read(self, query: Select[Any]) -> list[HouseAnswer]:
        rows = self._connection.execute(
            query.order_by(house_answers.c.written_at.desc(), house_answers.c.id)
        ).mappings()
        return [HouseAnswer(**dict(row) | {"questions": tuple(row["questions"])}) for row in rows]
