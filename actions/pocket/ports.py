"""What the pocket needs of a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from actions.accounts import Account
from actions.pocket.link import Letter, Link, LinkCode


class PocketRepository(Protocol):
    """Links, codes and letters."""

    def link_of(self, chat: str) -> tuple[Link, Account] | None:
        """The chat's link and its account; None where there is none, or the account is disabled."""

    def chat_of(self, account: str) -> Link | None:
        """The account's link, None where it has none."""

    def chats(self, worker: str) -> Sequence[Link]:
        """The links of all accounts, not disabled, that belong to a worker."""

    def put(self, link: Link) -> None:
        """Keep a link; earlier ones of the same account or the same chat are gone."""

    def drop(self, account: str) -> str | None:
        """Forget an account's link; returns its chat, None where there was none."""

    def put_code(self, code: LinkCode) -> None:
        """Keep a code; an earlier one of the account is worth nothing any more."""

    def take_code(self, digest: str) -> tuple[LinkCode, Account] | None:
        """A code and its account, the code being gone with that; None for an unknown code or a disabled account."""

    def post(self, letter: Letter) -> None:
        """Keep a letter; one that is there already stays as it is."""

    def letter(self, id_: str) -> Letter | None:
        """The letter, None where it was never kept."""

    def file(self, letter: Letter) -> None:
        """Keep its next version."""

    def unanswered(self, before: datetime, limit: int) -> Sequence[Letter]:
        """Letters that came before that moment and were not answered, oldest first."""

    def forget(self, before: datetime) -> None:
        """Letters that were answered before that moment go."""


class UnitOfWork(Protocol):
    """One transaction."""

    @property
    def pocket(self) -> PocketRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
