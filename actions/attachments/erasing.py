"""Erasing: what a resident has sent goes when the resident asks for it, or when its time is over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from actions.attachments.attachment import Attachment, thumbnail_name
from actions.attachments.ports import Storage, UnitOfWork

BATCH = 500


def erase_conversation(
    conversation: str, *, storage: Storage, unit: Callable[[], UnitOfWork], keep: Collection[str] = ()
) -> int:
    """Erase everything that was sent in a conversation, but for what the tickets `keep` need; returns how many files.
    `StorageUnreachable`: try again."""
    with unit() as uow:
        found = [file for file in uow.attachments.of_conversation(conversation) if file.ticket not in keep]
    return _erase(found, storage, unit)


def erase_before(at: datetime, *, storage: Storage, unit: Callable[[], UnitOfWork]) -> int:
    """Erase what was sent before that moment, whoever sent it; returns how many files. `StorageUnreachable`: try again."""
    erased = 0
    while True:
        with unit() as uow:
            found = list(uow.attachments.before(at, BATCH))
        if not found:
            return erased
        erased += _erase(found, storage, unit)


def _erase(found: list[Attachment], storage: Storage, unit: Callable[[], UnitOfWork]) -> int:
    """Each file first, then what is known of it: nothing is left that nobody knows of."""
    for attachment in found:
        storage.delete(thumbnail_name(attachment.id))
        storage.delete(attachment.id)
        with unit() as uow:
            uow.attachments.remove(attachment.id)
            uow.commit()
    return len(found)
