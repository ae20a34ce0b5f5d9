"""Taking files in: looked at by their content, made safe, kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actions.attachments.attachment import Attachment, Kind, thumbnail_name
from actions.attachments.content import what_is
from actions.attachments.errors import AttachmentTooLarge, AttachmentUnknown
from actions.attachments.photo import develop
from actions.attachments.ports import Storage, UnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.report import Point

MEGABYTE = 1_000_000
LOOSE = timedelta(days=1)
"""How long a photo waits for the report that it belongs to."""


@dataclass(frozen=True)
class Limits:
    """Megabytes of a photo and of a recording, and millions of pixels."""

    photo: int
    recording: int
    megapixels: int

    @property
    def largest(self) -> int:
        """Megabytes of any file."""
        return max(self.photo, self.recording)


def take_in(
    content: bytes,
    attachment: str,
    *,
    by: Actor,
    at: datetime,
    limits: Limits,
    storage: Storage,
    uow: UnitOfWork,
    conversation: str | None = None,
    ticket: str | None = None,
) -> Attachment:
    """Take a file in under the id `attachment`, which the caller makes random and unguessable.

    A photo is redrawn without its metadata, whatever its format was, and gets a thumbnail. The file is stored before it
    is on record, so that what is on record can be read. The errors of `what_is` and `develop`, `AttachmentTooLarge`,
    `StorageUnreachable`; then nothing is on record.
    """
    kind, media_type = what_is(content)
    limit = limits.photo if kind is Kind.IMAGE else limits.recording
    if len(content) > limit * MEGABYTE:
        raise AttachmentTooLarge(limit=limit)
    new = Attachment(attachment, conversation, by, kind, media_type, len(content), at, ticket=ticket)
    if kind is Kind.IMAGE:
        photo = develop(content, limits.megapixels)
        content, size = photo.content, len(photo.content)
        shape = {"width": photo.width, "height": photo.height, "point": photo.point}
        new = replace(new, media_type="image/jpeg", size=size, thumbnail=True, **shape)  # type: ignore[arg-type]
        storage.put(thumbnail_name(new.id), photo.small, new.media_type)
    storage.put(new.id, content, new.media_type)
    with uow:
        uow.attachments.add(new)
        uow.commit()
    return new


def sent_in(attachment: str, conversation: str, *, uow: UnitOfWork) -> Attachment:
    """The attachment that a message brings along; `AttachmentUnknown` where it was not sent in that conversation."""
    with uow:
        found = uow.attachments.get(attachment)
    if found.conversation != conversation:
        raise AttachmentUnknown()
    return found


def use_point(attachment: Attachment, *, uow: UnitOfWork) -> Point | None:
    """Where it was taken; the place is handed out to one message and forgotten here, once that message is kept."""
    if attachment.point:
        with uow:
            uow.attachments.forget_point(attachment.id)
            uow.commit()
    return attachment.point


def give_to_ticket(ticket: str, conversation: str, *, at: datetime, uow: UnitOfWork) -> int:
    """Put what a resident has sent of late, and no ticket has yet, with a ticket; returns how many."""
    with uow:
        given = uow.attachments.give_to(ticket, conversation, at - LOOSE)
        uow.commit()
    return given
