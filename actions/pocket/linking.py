"""Linking: whoever is signed in to an account shows a one-time code, and the chat that brings it is the account's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from actions.accounts import Account
from actions.pocket.link import Link, LinkCode
from actions.pocket.ports import UnitOfWork

VALID = timedelta(minutes=10)
"""How long a code works."""


def offer_link(account: str, code: str, *, at: datetime, uow: UnitOfWork) -> datetime:
    """Keep the code that an account's holder is shown, and return until when it works. `code`: random, made by the
    caller; an earlier one of the account is worth nothing any more."""
    with uow:
        uow.pocket.put_code(LinkCode(account, digest_of(code), at + VALID))
        uow.commit()
    return at + VALID


def redeem_link(chat: str, code: str, *, at: datetime, uow: UnitOfWork) -> tuple[Account, str | None] | None:
    """Link the chat that brings a code to the code's account, and return that account and the chat that it had before
    (None for none). None for a code that is wrong, used or too old. A used or an old code is gone."""
    with uow:
        found = uow.pocket.take_code(digest_of(code))
        if found is None:
            return None
        known, account = found
        before = uow.pocket.chat_of(account.id)
        fresh = known.until >= at
        if fresh:
            uow.pocket.put(Link(account.id, chat, at))
        uow.commit()
    return (account, before.chat if before and before.chat != chat else None) if fresh else None


def unlink(account: str, *, uow: UnitOfWork) -> str | None:
    """Part an account from its chat, and a code that waits from the account; returns the chat, None where there was none."""
    with uow:
        chat = uow.pocket.drop(account)
        uow.commit()
    return chat


def linked_chat(account: str, *, uow: UnitOfWork) -> Link | None:
    """The account's chat, None where it has none."""
    with uow:
        return uow.pocket.chat_of(account)


def put_draft(link: Link, draft: dict[str, object] | None, uow: UnitOfWork) -> None:
    """Put what a worker is in the middle of into the transaction, unless the chat was parted from the account meanwhile."""
    known = uow.pocket.chat_of(link.account)
    if known is not None and known.chat == link.chat:
        uow.pocket.put(replace(link, draft=draft))


def digest_of(code: str) -> str:
    """How a code is kept: it has 80 bits, so that a plain digest gives nothing away."""
    return sha256(f"link:{code}".encode()).hexdigest()
