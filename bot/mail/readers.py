"""Readers: in whose mailbox a notice for somebody's screen goes as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from actions.accounts import Account, Position
from actions.notify.notice import Notice
from bot.security.standing import actor_of
from knowledge.community import Community

AUDIENCE, FOR = "mail", "for"
"""What a letter's audience begins with, and where its body says whom the news was for."""


def letters(notice: Notice, accounts: Iterable[Account], community: Community) -> Iterator[Notice]:
    """A letter for each who has an address; the same ids at every asking. "worker:w03" is whoever works under that id,
    "line:2" whoever sits at that level of the supervisor line, "operators" whoever has the desk."""
    for account in accounts:
        if account.email and not account.disabled and _concerns(notice.audience, account, community):
            body = {**notice.body, FOR: notice.audience}
            letter = f"{notice.id}.mail.{account.id}"
            yield Notice(letter, notice.topic, f"{AUDIENCE}:{account.login}", body, notice.created_at, notice.ticket)


def _concerns(audience: str, account: Account, community: Community) -> bool:
    """An administrator may see all that the line sees, but is not one of it."""
    by = actor_of(account, community)
    if audience == "operators":
        return account.role is Position.OPERATOR
    if audience.startswith("line:"):
        return audience == f"line:{by.level}" and (account.role is not Position.ADMIN or bool(account.worker))
    return audience == f"worker:{by.id}"
