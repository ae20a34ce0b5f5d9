"""Linking a worker's Telegram from the command line: what is printed for whoever runs the place to pass on."""

from __future__ import annotations

import asyncio
from datetime import datetime

from actions.clock import SHANGHAI, local
from bot.security.accounts import Accounts
from bot.settings import Settings
from bot.telegram.address import start_link
from knowledge.wording import say


def link_lines(accounts: Accounts, settings: Settings, login: str) -> list[str]:
    """A fresh one-time link, and the words that do the same. Raises as `Accounts.link_code` does."""
    code, until = accounts.link_code(login, datetime.now(SHANGHAI))
    start = f"staff_{code}"
    account = accounts.of(login)
    head = say("phone_cli", name=account.name if account else login, until=f"{local(until):%H:%M}")
    link = asyncio.run(start_link(settings, start))
    return [head, *([link] if link else []), say("phone_cli_type", start=start)]


def unlink_line(accounts: Accounts, login: str) -> str:
    """Part the account from its chat, and say whether there was one."""
    return say("phone_cli_unlinked" if accounts.unlink(login) else "phone_cli_nothing", login=login)
