"""The Telegram channel, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, ExtBot
from telegram.request import HTTPXRequest

from actions.attachments.errors import AttachmentUnknown
from actions.errors import NoSender
from actions.notify.notice import Notice
from bot.conversation.leftovers import Leftovers
from bot.house import House
from bot.settings import Settings
from bot.telegram.chats import CHANNEL
from bot.telegram.commands import menu
from bot.telegram.fetching import Fetching
from bot.telegram.files import Files
from bot.telegram.intake import Intake
from bot.telegram.mail import Mail
from bot.telegram.reception import UPDATES, Reception
from bot.telegram.staff.mail import StaffMail
from bot.telegram.webhook import address, secret
from knowledge.wording import say

logger = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]
PATIENCE = 15.0
"""Seconds for one request; the way to Telegram may be long."""
LONGEST_SEND = 60.0
"""Seconds that `send` waits, the pauses included that Telegram asks for."""
LONGEST_PAUSE = 60.0
"""Seconds between two attempts to reach Telegram at the start."""
TRIES = 3
"""Times that a request is repeated after Telegram asked to slow down."""


class TokenRefused(Exception):
    """Telegram does not know the bot; the message is for people and says what to do."""


class NotConnected(Exception):
    """The channel is not running; it may be again later."""


class TelegramChannel:
    """Telegram inside the service's event loop: by webhook where the place has named its address, else by long polling."""

    def __init__(self, house: House) -> None:
        """Nothing is opened before `start`."""
        self._house = house
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receives = True
        self._application: App | None = None
        self._mail: Mail | None = None
        self._staff_mail: StaffMail | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, receives: bool = True) -> None:
        """Begin to receive and to send, or to send alone; nothing happens without a token.

        `TokenRefused` for a token that Telegram does not know. A Telegram that can't be reached is tried again in the
        background, for the rest of the service does not need it.
        """
        if not self._house.settings.telegram_token.get_secret_value():
            return
        self._loop, self._receives = asyncio.get_running_loop(), receives
        self._application, self._mail, reception, files = self._built()
        self._staff_mail = StaffMail(self._house, self._application.bot)
        try:
            await self._connect(self._application)
        except InvalidToken:
            await self.stop()
            raise TokenRefused(say("telegram_token_refused")) from None  # its own words hold the token
        except TelegramError as failure:
            logger.warning("telegram can't be reached, trying on: %s", failure)
            self._in_background(self._connect_later(self._application))
        if not receives:
            return
        self._in_background(Leftovers(CHANNEL, self._house.database, self._house.clock, self._mail.deliver).run())
        self._in_background(files.run())
        self._in_background(reception.staff.run(reception.again))

    async def stop(self) -> None:
        """Receive no more, finish what is in hand, and close."""
        application, self._application, tasks, self._tasks = self._application, None, self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if application:
            if application.updater and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()
            await application.shutdown()
            # where the start got only halfway, the application thinks there is nothing to close
            await application.bot.shutdown()
        self._mail = self._staff_mail = None

    def send(self, conversation: str, text: str, photo: str | None = None) -> None:
        """Send a text into a conversation ("telegram:<chat id>"), with the attachment `photo` if one is named, and wait
        until Telegram has taken it. From any thread but the event loop's.

        `NoSender` where it can never be taken (no token, blocked by the resident); `NotConnected`, `TelegramError` or
        `TimeoutError` where trying again makes sense.
        """
        if not self._house.settings.telegram_token.get_secret_value():
            raise NoSender(audience=f"conversation:{conversation}")
        if self._loop is None or self._mail is None:
            raise NotConnected("the Telegram channel is not running")
        if self._loop is _running_loop():
            raise RuntimeError("send would wait for the very loop it is called from")
        picture = self._picture(photo) if photo else None
        self._wait(self._mail.say(conversation, text, picture))

    def tell(self, notice: Notice) -> None:
        """Bring a worker's news to her linked chat ("pocket:telegram:42"), and wait until Telegram has taken it. From any
        thread but the event loop's; raises as `send` does."""
        if not self._house.settings.telegram_token.get_secret_value():
            raise NoSender(audience=notice.audience)
        if self._loop is None or self._staff_mail is None:
            raise NotConnected("the Telegram channel is not running")
        self._wait(self._staff_mail.tell(notice))

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        sending = asyncio.run_coroutine_threadsafe(work, self._loop)
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

    def _built(self) -> tuple[App, Mail, Reception, Files]:
        """The application with its handlers, not yet connected."""
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and Telegram's hold the token
        bot = _bot(self._house.settings)
        mail = Mail(bot, self._house.database, self._house.clock)
        files = Files(self._house, bot)
        reception = Reception(self._house, bot, mail, files)
        builder = ApplicationBuilder().bot(bot).update_queue(Intake(reception.keep)).concurrent_updates(True)
        application = builder.build()
        reception.join(application)
        return application, mail, reception, files

    async def _connect(self, application: App) -> None:
        """Every step can be repeated after a later one failed."""
        await application.initialize()
        if not self._receives:
            return
        with suppress(TelegramError):  # the menu is a convenience
            await application.bot.set_my_commands(menu())
        if not application.running:
            await application.start()
        if not await self._webhook_set(application):
            assert application.updater is not None
            await application.updater.start_polling(allowed_updates=UPDATES, error_callback=_polling_failed)
        logger.info("telegram: receiving as @%s", application.bot.username)

    async def _webhook_set(self, application: App) -> bool:
        """Whether Telegram will post updates to us. Where it refuses the address they are asked for, as without one."""
        url = address(self._house)
        if not url:
            return False
        try:
            await application.bot.set_webhook(url, allowed_updates=UPDATES, secret_token=secret(self._house))
        except BadRequest as refusal:
            logger.error(say("telegram_webhook_refused", url=url, reason=refusal.message))
            return False
        return True

    async def take(self, update: dict[str, Any]) -> None:
        """Take an update that was posted; a `TelegramError` where it can't be kept, and has to come again."""
        if self._application is None:
            raise TelegramError("the Telegram channel is not running")
        read = Update.de_json(update, self._application.bot)
        await self._application.update_queue.put(read)

    async def _connect_later(self, application: App) -> None:
        pause = 1.0
        while True:
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
            try:
                return await self._connect(application)
            except InvalidToken:
                logger.critical(say("telegram_token_refused"))
                return None
            except TelegramError as failure:
                logger.warning("telegram can't be reached, trying on: %s", failure)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))


def _bot(settings: Settings) -> ExtBot[Any]:
    """The bot behind the place's token and the address of its Bot API."""
    api = settings.telegram_api.rstrip("/")
    patience: dict[str, Any] = {"connect_timeout": PATIENCE, "read_timeout": PATIENCE, "write_timeout": PATIENCE}
    return ExtBot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(**patience),
        get_updates_request=Fetching(connection_pool_size=2, **patience),
        rate_limiter=AIORateLimiter(max_retries=TRIES),
    )


def _polling_failed(failure: TelegramError) -> None:
    """One line, and no traceback: the poller tries again by itself."""
    logger.warning("telegram: updates could not be fetched: %s", failure)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
