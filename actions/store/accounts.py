"""Accounts in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from actions.accounts import Account, Position
from actions.errors import AccountExists, AccountUnknown
from actions.store.inserts import insert_for
from actions.store.tables import accounts


class SqlAccounts:
    """`AccountRepository` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        """See `AccountRepository.add`."""
        new = insert_for(self._connection, accounts).values(_row(account)).on_conflict_do_nothing()
        if self._connection.execute(new.returning(accounts.c.id)).first() is None:
            raise AccountExists(login=account.login)

    def by_login(self, login: str) -> Account | None:
        """See `AccountRepository.by_login`."""
        row = self._connection.execute(select(accounts).where(accounts.c.login == login)).mappings().one_or_none()
        return _of(row) if row is not None else None

    def save(self, account: Account) -> None:
        """See `AccountRepository.save`."""
        row = _row(account)
        if not self._connection.execute(update(accounts).where(accounts.c.id == row.pop("id")).values(row)).rowcount:
            raise AccountUnknown(login=account.login)

    def all(self) -> Sequence[Account]:
        """See `AccountRepository.all`."""
        return [_of(row) for row in self._connection.execute(select(accounts).order_by(accounts.c.login)).mappings()]


def _row(account: Account) -> dict[str, Any]:
    return asdict(account) | {"role": account.role.value}


def _of(row: Mapping[Any, Any]) -> Account:
    return Account(**{str(name): value for name, value in row.items()} | {"role": Position(row["role"])})
