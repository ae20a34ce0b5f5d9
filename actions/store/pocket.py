"""Linked chats, their codes and letters, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, or_, select, update

from actions.accounts import Account, Position
from actions.pocket.link import Letter, Link, LinkCode, Taken
from actions.store.inserts import insert_for
from actions.store.pocket_tables import staff_codes, staff_letters, staff_links
from actions.store.tables import accounts

_ENABLED = accounts.c.disabled.is_(False)


class SqlPocket:
    """`PocketRepository` on one connection. With `locking`, a link or code that is read is held until the transaction
    ends."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection, self._locking = connection, locking

    def link_of(self, chat: str) -> tuple[Link, Account] | None:
        """See `PocketRepository.link_of`."""
        found = self._first(select(staff_links).where(staff_links.c.chat == chat))
        account = self._account(found["account"]) if found else None
        return (Link(**found), account) if found and account else None

    def chat_of(self, account: str) -> Link | None:
        """See `PocketRepository.chat_of`."""
        found = self._first(select(staff_links).where(staff_links.c.account == account))
        return Link(**found) if found else None

    def chats(self, worker: str) -> Sequence[Link]:
        """See `PocketRepository.chats`."""
        of_them = select(staff_links).join(accounts, accounts.c.id == staff_links.c.account)
        rows = self._connection.execute(of_them.where(accounts.c.worker == worker, _ENABLED)).mappings()
        return [Link(**row) for row in rows]

    def put(self, link: Link) -> None:
        """See `PocketRepository.put`."""
        mine = or_(staff_links.c.account == link.account, staff_links.c.chat == link.chat)
        self._connection.execute(delete(staff_links).where(mine))
        self._connection.execute(insert_for(self._connection, staff_links).values(asdict(link)))

    def drop(self, account: str) -> str | None:
        """See `PocketRepository.drop`."""
        known = self.chat_of(account)
        for table in (staff_links, staff_codes):
            self._connection.execute(delete(table).where(table.c.account == account))
        return known.chat if known else None

    def put_code(self, code: LinkCode) -> None:
        """See `PocketRepository.put_code`."""
        row = asdict(code)
        put = insert_for(self._connection, staff_codes).values(row)
        self._connection.execute(put.on_conflict_do_update(index_elements=["account"], set_=row))

    def take_code(self, digest: str) -> tuple[LinkCode, Account] | None:
        """See `PocketRepository.take_code`."""
        taken = delete(staff_codes).where(staff_codes.c.digest == digest).returning(*staff_codes.c)
        row = self._connection.execute(taken).mappings().one_or_none()
        account = self._account(row["account"]) if row else None
        return (LinkCode(**row), account) if row and account else None

    def post(self, letter: Letter) -> None:
        """See `PocketRepository.post`."""
        new = insert_for(self._connection, staff_letters).values(_row(letter))
        self._connection.execute(new.on_conflict_do_nothing())

    def letter(self, id_: str) -> Letter | None:
        """See `PocketRepository.letter`."""
        found = self._first(select(staff_letters).where(staff_letters.c.id == id_))
        return _letter(found) if found else None

    def file(self, letter: Letter) -> None:
        """See `PocketRepository.file`."""
        row = _row(letter)
        self._connection.execute(update(staff_letters).where(staff_letters.c.id == row.pop("id")).values(row))

    def unanswered(self, before: datetime, limit: int) -> Sequence[Letter]:
        """See `PocketRepository.unanswered`."""
        left = select(staff_letters).where(staff_letters.c.answered_at.is_(None), staff_letters.c.at < before)
        rows = self._connection.execute(left.order_by(staff_letters.c.at, staff_letters.c.id).limit(limit)).mappings()
        return [_letter(row) for row in rows]

    def forget(self, before: datetime) -> None:
        """See `PocketRepository.forget`."""
        self._connection.execute(delete(staff_letters).where(staff_letters.c.answered_at < before))

    def _account(self, id_: str) -> Account | None:
        query = select(accounts).where(accounts.c.id == id_, _ENABLED)
        row = self._connection.execute(query).mappings().one_or_none()
        return Account(**{**row, "role": Position(row["role"])}) if row else None

    def _first(self, query: Select[Any]) -> Mapping[Any, Any] | None:
        query = query.with_for_update() if self._locking else query
        return self._connection.execute(query).mappings().one_or_none()


def _row(letter: Letter) -> dict[str, Any]:
    plain = asdict(letter)
    return plain | {"taken": letter.taken.value, "answers": list(plain["answers"])}


def _letter(row: Mapping[Any, Any]) -> Letter:
    return Letter(**{**row, "taken": Taken(row["taken"]), "answers": tuple(row["answers"])})
