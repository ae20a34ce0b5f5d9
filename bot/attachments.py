"""Files that people send, whatever the channel: where they are stored, how large they may be, who may see them."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from weakref import WeakKeyDictionary

from actions.attachments.attachment import Attachment
from actions.attachments.errors import StorageMisconfigured
from actions.attachments.folder import FolderStorage
from actions.attachments.ports import Storage
from actions.attachments.s3 import S3Storage
from actions.attachments.taking import Limits, take_in
from actions.errors import ActionError
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor, Role
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import may_see
from bot.house import House
from bot.settings import Settings

AT_ONCE = 2
"""Photos that are unpacked at the same time; each may take some hundred megabytes."""
_darkrooms: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def open_storage(settings: Settings) -> Storage:
    """The store that a place has chosen; nothing is connected yet. `StorageMisconfigured`."""
    chosen = settings.attachments
    if not chosen.startswith("s3://"):
        return FolderStorage(Path(chosen) if chosen else settings.data / "attachments")
    bucket, _, prefix = chosen.removeprefix("s3://").partition("/")
    if not bucket:
        raise StorageMisconfigured(problem="s3:// 后面要写桶的名字")
    try:
        return S3Storage(
            bucket,
            prefix,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            key=settings.s3_key,
            secret=settings.s3_secret.get_secret_value(),
        )
    except ValueError as failure:
        raise StorageMisconfigured(problem=f"地址不对（{failure}）") from failure


def limits_of(settings: Settings) -> Limits:
    """What a place takes."""
    return Limits(settings.largest_photo, settings.largest_recording, settings.photo_megapixels)


def new_id() -> str:
    """An id that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


async def take(
    house: House,
    content: bytes,
    *,
    by: Actor,
    conversation: str | None = None,
    ticket: str | None = None,
    id_: str = "",
) -> Attachment:
    """Take a file in, a few at a time; see `take_in`."""
    darkroom = _darkrooms.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with darkroom:
        return await asyncio.to_thread(
            take_in,
            content,
            id_ or new_id(),
            by=by,
            at=house.clock(),
            limits=limits_of(house.settings),
            storage=house.storage,
            uow=house.database.unit(),
            conversation=conversation,
            ticket=ticket,
        )


def visible_to(attachment: Attachment, by: Actor, uow: SqlUnitOfWork) -> bool:
    """Whether somebody may see a file.

    A resident: what she sent herself, and what she was shown when a ticket of hers was done. A grid worker: what belongs to a
    ticket that she has or helps with. Everybody else here: all but what belongs to a confidential ticket that is not
    for their eyes.
    """
    if by == attachment.by:
        return True
    try:
        ticket = uow.tickets.get(attachment.ticket) if attachment.ticket else None
    except ActionError:
        return False
    if by.role is Role.RESIDENT:
        return attachment.conversation == by.id or (ticket is not None and _shown_to(attachment, by, ticket))
    if ticket is not None and not may_see(ticket, by):
        return False
    return by.role is not Role.WORKER or (ticket is not None and _works_at(ticket, by))


def _shown_to(attachment: Attachment, by: Actor, ticket: Ticket) -> bool:
    """Whether it is the photo that those who reported were shown when the work was done."""
    finished = {entry.photo for entry in ticket.history if entry.event is Event.FINISH}
    return by.id in ticket.residents and attachment.id in finished


def _works_at(ticket: Ticket, by: Actor) -> bool:
    return by.id == ticket.assignee or any(helper.who == str(by) for helper in ticket.helpers)
