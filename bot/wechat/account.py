"""An account on one of the two platforms: what they have in common, and the holes that each fills in its own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import httpx

from bot.wechat.api import Api
from bot.wechat.envelope import Envelope

MENU = ("guide", "report", "tickets")
"""The custom menu in its order; its words are in dialogue/replies/wechat.yml."""


class Account(ABC):
    """One account.

    channel   what its conversations' ids begin with
    path      the callback's address here
    sends     where messages are posted
    seals     whether everything comes sealed, whatever is set
    shut      the server's codes for "not now: the resident has to write first"
    gone      its codes for "this resident can't be reached", or not by us
    key_setting   what the setting with its EncodingAESKey is called
    """

    channel: ClassVar[str]
    path: ClassVar[str]
    sends: ClassVar[str]
    seals: ClassVar[bool]
    shut: ClassVar[frozenset[int]]
    gone: ClassVar[frozenset[int]]
    key_setting: ClassVar[str]

    def __init__(self, envelope: Envelope, server: str, clock: Callable[[], datetime]) -> None:
        """`server`: the platform's address."""
        self.envelope, self.api = envelope, Api(server, self.ask_for_token, clock)

    @abstractmethod
    async def ask_for_token(self, client: httpx.AsyncClient, refused: bool) -> httpx.Response:
        """Request an access token; `refused`: the last one is no good, whatever the server thinks."""

    @abstractmethod
    def address(self, user: str) -> dict[str, Any]:
        """The fields of a message that say whom it goes to."""

    @abstractmethod
    async def make_menu(self) -> None:
        """Put up the custom menu; `ApiFailed`."""

    @abstractmethod
    async def nudge(self, user: str) -> None:
        """Tell a resident, whom we may not write to now, that there is news, where the platform offers a way; `ApiFailed`."""

    async def say(self, user: str, text: str) -> None:
        """Send a text; `ApiRefused`, `ApiFailed`."""
        await self._send(user, "text", {"content": text})

    async def show(self, user: str, picture: bytes) -> None:
        """Send a JPEG; `ApiRefused`, `ApiFailed`."""
        kept = await self.api.upload("/cgi-bin/media/upload", "photo.jpg", picture, "image/jpeg", type="image")
        await self._send(user, "image", {"media_id": kept["media_id"]})

    async def download(self, media: str, limit: int) -> bytes:
        """A file that a resident has sent; `TooLarge`, `ApiRefused`, `ApiFailed`."""
        return await self.api.download("/cgi-bin/media/get", limit, media_id=media)

    def conversation_of(self, user: str) -> str:
        """The conversation with a resident: "wechat:<openid>"."""
        return f"{self.channel}:{user}"

    def user_of(self, conversation: str) -> str:
        """The platform's id of a resident; `ValueError` for a conversation of another channel."""
        channel, _, user = conversation.partition(":")
        if channel != self.channel or not user:
            raise ValueError(f"not a conversation of {self.channel}: {conversation}")
        return user

    async def _send(self, user: str, kind: str, content: dict[str, Any]) -> None:
        await self.api.post(self.sends, {**self.address(user), "msgtype": kind, kind: content})
