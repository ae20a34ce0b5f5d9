"""A WeChat channel, from its start to its end: the callback's two routes, and what runs beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.background import BackgroundTask

from actions.attachments.errors import AttachmentUnknown
from bot.conversation.leftovers import Leftovers
from bot.house import House
from bot.wechat.account import Account
from bot.wechat.api import ApiFailed
from bot.wechat.files import Files
from bot.wechat.gate import Gate, TurnedAway
from bot.wechat.mail import Mail
from bot.wechat.reception import Reception

logger = logging.getLogger(__name__)
NOTHING_TO_SAY = "success"
"""By which the platform knows that we have the letter and that it need not come again."""
LARGEST = 100_000
"""Bytes of a letter; the longest that there are have a tenth of it."""
LONGEST_SEND = 60.0
"""Seconds that `send` waits."""


class NotConnected(Exception):
    """The channel is not running; it may be again later."""


class WeChatChannel:
    """One account of one platform, inside the service's event loop."""

    def __init__(self, house: House, account: Account) -> None:
        """Nothing is opened before `start`, but the routes answer."""
        self._house, self._account = house, account
        self._gate = Gate(account.envelope, house.clock, account.seals)
        self._mail = Mail(account, house.database, house.clock)
        self._files = Files(house, account)
        self._reception = Reception(house, account, self._mail, self._files, house.settings.wechat_patience)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.router = self._routes()

    @property
    def channel(self) -> str:
        """What its conversations' ids begin with."""
        return self._account.channel

    async def start(self, receives: bool = True) -> None:
        """Begin to send; without `receives` it is the outbox's news alone, for another process sees to the rest. A
        platform that can't be reached is no reason not to open."""
        self._loop = asyncio.get_running_loop()
        if not receives:
            return
        leftovers = Leftovers(self.channel, self._house.database, self._house.clock, self._mail.deliver)
        self._in_background(self._make_menu())
        self._in_background(leftovers.run())
        self._in_background(self._files.run())

    async def stop(self) -> None:
        """Finish what is in hand, and close."""
        self._loop, tasks, self._tasks = None, self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._reception.close()
        await self._account.api.close()

    def send(self, conversation: str, text: str, photo: str | None = None) -> None:
        """Send a text into a conversation, with the attachment `photo` if one is named, and wait until the platform has
        taken it. From any thread but the event loop's.

        `NoSender` where it can't be taken before the resident writes again, or never; `NotConnected`, `ApiFailed` or
        `TimeoutError` where trying again makes sense.
        """
        if self._loop is None:
            raise NotConnected(f"the channel {self.channel} is not running")
        picture = self._picture(photo) if photo else None
        sending = asyncio.run_coroutine_threadsafe(self._mail.say(conversation, text, picture), self._loop)
        try:
            sending.result(LONGEST_SEND)
        finally:
            sending.cancel()

    def _picture(self, photo: str) -> bytes | None:
        """The photo itself; None where it is gone, for the text is what counts."""
        try:
            return self._house.storage.get(photo)
        except AttachmentUnknown:
            return None

    def _routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(self._account.path, self._verify, methods=["GET"])
        router.add_api_route(self._account.path, self._letter, methods=["POST"])
        return router

    async def _verify(self, request: Request) -> Response:
        """The platform tries the address that was set up there."""
        try:
            return PlainTextResponse(self._gate.echo(request.query_params))
        except TurnedAway as reason:
            return self._refusal(reason)

    async def _letter(self, request: Request) -> Response:
        """A message or an event."""
        try:
            admitted = self._gate.admit(request.query_params, await _body(request))
        except TurnedAway as reason:
            return self._refusal(reason)
        answer = await self._reception.receive(admitted.fields)
        if not answer.text:
            return PlainTextResponse(NOTHING_TO_SAY)
        rest = BackgroundTask(self._reception.send_rest, answer)
        return Response(self._gate.reply(admitted, answer.text), media_type="application/xml", background=rest)

    def _refusal(self, reason: TurnedAway) -> Response:
        """Why is for our log alone."""
        logger.warning("%s: turned away: %s", self.channel, reason)
        return PlainTextResponse("", 403)

    async def _make_menu(self) -> None:
        try:
            await self._account.make_menu()
        except ApiFailed as failure:  # the menu is a convenience
            logger.warning("%s: the menu could not be put up: %s", self.channel, failure)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TurnedAway("it is too large")
    return bytes(body)
