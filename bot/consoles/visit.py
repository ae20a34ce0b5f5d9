"""A visit: one signed-in person on one open page, and what she may do there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from nicegui import app, ui

from actions.accounts import Account, Position
from actions.errors import ActionError
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.names import ROLE_NAMES
from bot.house import House
from bot.security.standing import actor_of
from knowledge.wording import say

logger = logging.getLogger(__name__)
Given = ParamSpec("Given")
Result = TypeVar("Result")

HOME = {
    Position.OPERATOR: "/operator",
    Position.WORKER: "/worker",
    Position.MANAGER: "/manager",
    Position.ADMIN: "/manager",
}
POSITION_NAMES = {
    Position.OPERATOR: "话务员",
    Position.WORKER: "网格员",
    Position.MANAGER: "管理者",
    Position.ADMIN: "管理员",
}


@dataclass(frozen=True)
class Visit:
    """Who looks at a page, and the house that it looks into."""

    house: House
    account: Account

    @property
    def by(self) -> Actor:
        """Who a deed is done by."""
        return actor_of(self.account, self.house.community)

    @property
    def part(self) -> str:
        """What she is here, in Chinese."""
        return ROLE_NAMES[self.by.role] if self.by.level else POSITION_NAMES[self.account.role]

    async def read(
        self, look: Callable[Concatenate[SqlUnitOfWork, Given], Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Look something up in a thread, within one reading transaction.

        Not by NiceGUI's `run.io_bound`: that swallows a cancellation, and a closed page would go on reading.
        """

        def looked() -> Result:
            with self.house.database.reading() as uow:
                return look(uow, *args, **kwargs)

        return await asyncio.to_thread(looked)

    async def do(self, deed: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Result | None:
        """Do a deed in a thread. What can't be done is said in words; then the result is None, and nothing has changed.

        An account that was disabled, or got a new password, after the page was opened does nothing more.
        """
        if await asyncio.to_thread(still_in, self.house, self.account) is None:
            ui.navigate.to("/login")
            return None
        try:
            return await asyncio.to_thread(deed, *args, **kwargs)
        except ActionError as error:
            ui.notify(say(error.key, **error.values), type="warning", position="top", multi_line=True)
        except Exception:
            logger.exception("a deed failed")
            ui.notify(say("broken"), type="negative", position="top", multi_line=True)
        return None


def still_in(house: House, account: Account) -> Account | None:
    """The account as it stands now, or None once it is disabled or its password is another."""
    now = house.accounts.of(account.login)
    return now if now and now.password_hash == account.password_hash else None


def admit(house: House, *positions: Position, line: bool = False) -> Visit | None:
    """The visit of whoever may see the page; else None, and the visitor is led to where she may go. An admin may go
    anywhere; with `line` everybody of the supervisor line may come in too."""
    account = signed_in(house)
    if account is None:
        ui.navigate.to("/login")
        return None
    visit = Visit(house, account)
    if account.role in (*positions, Position.ADMIN) or (line and visit.by.level):
        return visit
    ui.navigate.to(HOME[account.role])
    return None


def signed_in(house: House) -> Account | None:
    """Who has signed in on this browser; None where nobody has, or with a password that was changed since."""
    account = house.accounts.of(str(app.storage.user.get("login") or ""))
    return account if account and app.storage.user.get("mark") == mark(account) else None


def enter(account: Account) -> None:
    """Remember on this browser who signed in."""
    app.storage.user.update(login=account.login, mark=mark(account))


def leave() -> None:
    """Forget it."""
    app.storage.user.clear()


def mark(account: Account) -> str:
    """Changes with the password: a new one ends every session that the old one began."""
    return account.password_hash[-12:]
