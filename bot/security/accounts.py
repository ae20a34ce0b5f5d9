"""Signing in: passwords as Argon2 hashes, wrong tries slowed down, accounts for the first start."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from actions.accounts import Account, Position
from actions.errors import AccountUnknown, EmailMalformed
from actions.pocket.errors import NotAWorkersAccount, TooManyCodes
from actions.pocket.linking import offer_link, unlink
from actions.store.database import Database
from knowledge.community import Community

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread on paper
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
TRIES = RateLimitItemPerMinute(8)
CODES = RateLimitItemPerHour(6)
"""Codes that one account may ask for."""


class Accounts:
    """The accounts of the consoles."""

    def __init__(self, database: Database) -> None:
        self._database, self._hasher = database, PasswordHasher()
        self._tries = FixedWindowRateLimiter(MemoryStorage())
        self._nobody = self._hasher.hash(new_password())

    def sign_in(self, login: str, password: str) -> Account | None:
        """The account if the password fits; None for a wrong one, a disabled account, or too many tries in a minute."""
        if not self._tries.hit(TRIES, login):
            return None
        account = self.of(login)
        try:  # the same work for an unknown login, so that the time taken does not tell which logins exist
            self._hasher.verify(account.password_hash if account else self._nobody, password)
        except Argon2Error:
            return None
        return account

    def of(self, login: str) -> Account | None:
        """The account of a login, unless it is disabled."""
        with self._database.reading() as uow:
            account = uow.accounts.by_login(login)
        return account if account and not account.disabled else None

    def all(self) -> list[Account]:
        """Every account."""
        with self._database.reading() as uow:
            return list(uow.accounts.all())

    def add(self, login: str, name: str, role: Position, worker: str | None = None, email: str | None = None) -> str:
        """Make an account; returns its password, which is kept nowhere. `AccountExists`, `EmailMalformed`."""
        password = new_password()
        hashed = self._hasher.hash(password)
        account = Account(uuid.uuid4().hex, login, name, role, hashed, worker, email=_address(email))
        with self._database.unit() as uow:
            uow.accounts.add(account)
            uow.commit()
        return password

    def reset(self, login: str) -> str:
        """Give an account a new password and return it; what the old one had opened is shut, a linked chat included.
        `AccountUnknown`."""
        password = new_password()
        with self._database.unit() as uow:
            account = uow.accounts.by_login(login)
            if account is None:
                raise AccountUnknown(login=login)
            uow.accounts.save(replace(account, password_hash=self._hasher.hash(password)))
            uow.pocket.drop(account.id)
            uow.commit()
        return password

    def write_to(self, login: str, email: str | None) -> None:
        """Send an account's notices to an address too, or to none any more. `AccountUnknown`, `EmailMalformed`."""
        with self._database.unit() as uow:
            account = uow.accounts.by_login(login)
            if account is None:
                raise AccountUnknown(login=login)
            uow.accounts.save(replace(account, email=_address(email)))
            uow.commit()

    def link_code(self, login: str, at: datetime) -> tuple[str, datetime]:
        """A fresh one-time code that links a chat to an account, and until when it works. `AccountUnknown`,
        `NotAWorkersAccount`, `TooManyCodes`."""
        account = self._enabled(login)
        if not account.worker:
            raise NotAWorkersAccount(login=login)
        if not self._tries.hit(CODES, f"code:{login}"):
            raise TooManyCodes(minutes=60)
        code = "".join(secrets.choice(ALPHABET) for _ in range(16))  # 79 bits: nobody guesses it
        return code, offer_link(account.id, code, at=at, uow=self._database.unit())

    def unlink(self, login: str) -> str | None:
        """Part an account from its chat; returns the chat, None where it had none. `AccountUnknown`."""
        return unlink(self._enabled(login).id, uow=self._database.unit())

    def _enabled(self, login: str) -> Account:
        account = self.of(login)
        if account is None:
            raise AccountUnknown(login=login)
        return account

    def add_first(self, community: Community) -> list[tuple[str, str, str]]:
        """At the very first start, one account for each part to play: (login, name, password). [] afterwards."""
        if self.all():
            return []
        return [(login, name, self.add(login, name, role, worker)) for login, name, role, worker in _first(community)]


def _first(community: Community) -> Iterator[tuple[str, str, Position, str | None]]:
    yield "admin", "管理员", Position.ADMIN, None
    head = next((worker for worker in community.workers.values() if worker.role == "manager"), None)
    yield "manager", head.name if head else "社区主任", Position.MANAGER, head.id if head else None
    yield "operator", "值班话务员", Position.OPERATOR, None
    for worker in community.workers.values():
        if worker != head:
            yield worker.id, worker.name, Position.WORKER, worker.id


def _address(email: str | None) -> str | None:
    if email is not None and not ADDRESS.fullmatch(email):
        raise EmailMalformed(email=email)
    return email


def new_password() -> str:
    """Twelve characters, some 59 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))
