"""Accounts: who may sign in to the consoles, and as what. Passwords are hashed elsewhere (`bot.security`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Position(StrEnum):
    """What a person is at the community's house."""

    OPERATOR = "operator"
    WORKER = "worker"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True)
class Account:
    """One account. `worker` is the id of the grid worker that it belongs to ("w03", "s01"), None for others;
    `password_hash` is whatever `bot.security` made of the password; `email` is where notices are sent too, None for
    nowhere."""

    id: str
    login: str
    name: str
    role: Position
    password_hash: str
    worker: str | None = None
    disabled: bool = False
    email: str | None = None


class AccountRepository(Protocol):
    """Where accounts are kept."""

    def add(self, account: Account) -> None:
        """Keep a new account; `AccountExists` for a login in use."""

    def by_login(self, login: str) -> Account | None:
        """The account of that login, disabled or not."""

    def save(self, account: Account) -> None:
        """Keep its next version; `AccountUnknown`."""

    def all(self) -> Sequence[Account]:
        """Every account by login."""
