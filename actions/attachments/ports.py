"""What attachments need from outside: a place for what is known of them, and one for the files. Protocols only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from actions.attachments.attachment import Attachment


class Storage(Protocol):
    """Where files lie, each under a name of letters, digits, dashes and dots. Names are used once."""

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """Keep a file, wholly or not at all; `StorageUnreachable`."""

    def get(self, name: str) -> bytes:
        """Its content; `AttachmentUnknown` where there is none, `StorageUnreachable`."""

    def delete(self, name: str) -> None:
        """Let it go; nothing happens where there is none. `StorageUnreachable`."""


class AttachmentRepository(Protocol):
    """Where what is known of them is kept."""

    def add(self, attachment: Attachment) -> None:
        """Keep a new one."""

    def get(self, id_: str) -> Attachment:
        """What is known of it; `AttachmentUnknown`."""

    def forget_point(self, id_: str) -> None:
        """Where it was taken is no longer known."""

    def give_to(self, ticket: str, conversation: str, since: datetime) -> int:
        """Give a ticket what the conversation has sent since then and no ticket has yet; returns how many."""

    def of_conversation(self, conversation: str) -> Sequence[Attachment]:
        """What was sent in a conversation, in order."""

    def before(self, at: datetime, limit: int) -> Sequence[Attachment]:
        """What was sent before that moment, oldest first."""

    def remove(self, id_: str) -> None:
        """Nothing is known of it any more."""

    def of_tickets(self, tickets: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        """What belongs to each of these tickets, in order; tickets without anything are left out."""


class UnitOfWork(Protocol):
    """One transaction, as in `actions.tickets.ports`."""

    @property
    def attachments(self) -> AttachmentRepository: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make it so."""
