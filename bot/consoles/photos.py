"""Photos on the consoles: taken with a deed, shown beside what they belong to, and served to those who are signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response
from nicegui import app, ui
from nicegui.events import UploadEventArguments

from actions.attachments.attachment import Attachment, Kind
from actions.attachments.taking import MEGABYTE
from actions.errors import ActionError
from bot.api.attachments import served
from bot.attachments import take
from bot.consoles.visit import Visit, signed_in
from bot.conversation.news import attachment_of
from bot.house import House
from knowledge.wording import say

PATH = "/console/attachments"


class PhotoField:
    """A field for one photo of the spot. `photo` is its id once it is there."""

    def __init__(self, visit: Visit, ticket: str, label: str) -> None:
        self.visit, self.ticket = visit, ticket
        self.photo: str | None = None
        self.busy = False
        largest = visit.house.settings.largest_photo
        self.field = ui.upload(
            label=label,
            auto_upload=True,
            max_files=1,
            max_file_size=largest * MEGABYTE,
            on_begin_upload=self._begun,
            on_upload=self._came,
            on_rejected=lambda: _warn(say("error.attachment_too_large", limit=largest)),
        )
        self.field.classes("w-full").props('accept="image/jpeg,image/png,image/webp" flat bordered')

    def _begun(self) -> None:
        self.busy = True

    async def _came(self, event: UploadEventArguments) -> None:
        """Keep it; what can't be taken is said in words, and another one may be chosen."""
        try:
            content = await event.file.read()
            taken = await take(self.visit.house, content, by=self.visit.by, ticket=self.ticket)
            self.photo = taken.id if taken.kind is Kind.IMAGE else None
            ui.notify("照片传好了", type="positive", position="top")
        except ActionError as error:
            self.field.reset()
            _warn(say(error.key, **error.values))
        finally:
            self.busy = False


def _warn(text: str) -> None:
    ui.notify(text, type="warning", position="top", multi_line=True)


def show_photos(attachments: Iterable[Attachment]) -> None:
    """What belongs to a ticket."""
    for attachment in attachments:
        show_attachment({attachment.kind.value: attachment.id})


def show_attachment(payload: Mapping[str, Any]) -> None:
    """The photo, voice or video of a message or an entry; nothing where there is none."""
    found = attachment_of(payload)
    if found is None:
        return
    address = f"{PATH}/{found['id']}"
    if found["kind"] == Kind.IMAGE:
        with ui.link(target=address, new_tab=True):
            ui.html(f'<img src="{address}?small=true" alt="照片" loading="lazy" class="photo">', sanitize=False)
    elif found["kind"] == Kind.VOICE:
        ui.audio(address)
    else:
        ui.video(address).classes("photo")


def register(house: House) -> None:
    """Where the consoles read files from."""
    address = f"{PATH}/{{attachment}}"
    app.remove_route(address)

    @app.get(address, include_in_schema=False)
    async def attachment(attachment: str, small: bool = False) -> Response:
        account = await asyncio.to_thread(signed_in, house)
        by = Visit(house, account).by if account else None
        return await asyncio.to_thread(served, house, attachment, by, small)
