"""Voice messages, written down where the place has named a speech service."""

from __future__ import annotations

import asyncio

from actions.attachments.attachment import Kind
from actions.conversations.message import Message
from actions.conversations.recording import write_down
from actions.errors import ActionError
from bot.conversation.listening import words_of
from bot.house import House


class Ears:
    """Listens to a message that has no words of its own."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def listen(self, message: Message) -> str:
        """What is said in it, which is the message's text from now on; "" where that can't be had: then it stays for a
        person to hear."""
        voice = message.payload.get(Kind.VOICE.value)
        if not voice or not self._house.settings.speech_url or message.answered:
            return ""
        try:
            content, media_type = await asyncio.to_thread(self._recording, str(voice))
        except ActionError:
            return ""
        words = await words_of(content, media_type, self._house.settings)
        if words:
            await asyncio.to_thread(write_down, message.id, words, uow=self._house.database.unit())
        return words

    def _recording(self, voice: str) -> tuple[bytes, str]:
        with self._house.database.reading() as uow:
            media_type = uow.attachments.get(voice).media_type
        return self._house.storage.get(voice), media_type
