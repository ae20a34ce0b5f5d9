"""What comes of one letter: what is said back, and what the worker is in the middle of afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.accounts import Account
from actions.pocket.link import Link
from actions.tickets.actor import Actor
from bot.telegram.staff.answers import Answer
from bot.telegram.staff.draft import Draft


@dataclass(frozen=True)
class Outcome:
    """`draft`: what stands afterwards, None for nothing."""

    answers: Sequence[Answer]
    draft: Draft | None = None


@dataclass(frozen=True)
class Worker:
    """Who wrote: the account, as whom it acts, the link, and what she was in the middle of."""

    account: Account
    by: Actor
    link: Link
    draft: Draft | None
