"""An attachment: what is known of one file. The file itself lies in a `Storage`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.tickets.actor import Actor
from actions.tickets.report import Point


class Kind(StrEnum):
    """What it is to people."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"


@dataclass(frozen=True)
class Attachment:
    """One file.

    id             random and unguessable; the file's name in the store too
    conversation   where a resident sent it; None for a grid worker's photo
    by             who sent it
    media_type     what the content is, whatever the sender called it
    size           bytes as kept
    width, height  of an image, as it is seen
    thumbnail      whether there is a small version
    point          where the photo was taken (longitude, latitude), until a report has used it; None afterwards
    ticket         number of the ticket that it belongs to, None for none (yet)
    """

    id: str
    conversation: str | None
    by: Actor
    kind: Kind
    media_type: str
    size: int
    created_at: datetime
    width: int | None = None
    height: int | None = None
    thumbnail: bool = False
    point: Point | None = None
    ticket: str | None = None


def thumbnail_name(id_: str) -> str:
    """Under which name a file's small version is kept."""
    return f"{id_}.small"
