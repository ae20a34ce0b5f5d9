"""Delivering: the channels that have to be spoken to, and the background work that speaks to them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Mapping

from fastapi import APIRouter

from actions.notify.delivery import Delivery
from actions.notify.notice import Notice
from actions.notify.ports import Sender
from actions.notify.quiet import read_quiet_hours
from actions.notify.reminders import Reminders
from actions.notify.rounds import Rounds
from actions.notify.runtime import Runtime
from actions.notify.waits import Waits
from actions.webhooks.announcing import AUDIENCE as WEBHOOK
from actions.webhooks.hook import read_hooks
from actions.webhooks.sending import WebhookSender
from bot.conversation.relay import Relay
from bot.house import House
from bot.mail.readers import AUDIENCE as MAIL
from bot.mail.readers import letters
from bot.mail.sending import MailSender, check
from bot.notices import APART, RINGS, SendText, make_senders
from bot.pocket.copies import WAY, with_copies
from bot.quiet import Quiet
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel, TokenRefused
from bot.telegram.chats import CHANNEL
from bot.wechat.opening import wechat_channels
from knowledge.reception import load_reception

logger = logging.getLogger(__name__)


class Channels:
    """The channels that the settings name, in the service's event loop."""

    def __init__(self, house: House) -> None:
        """None of them is opened before `start`; `SetupMissing` for one, or for mail, that is set up by half."""
        token = house.settings.telegram_token.get_secret_value()
        self.telegram = TelegramChannel(house) if token else None
        self._wechat = wechat_channels(house)
        check(house.settings)

    @property
    def routers(self) -> Iterator[APIRouter]:
        """The addresses at which platforms bring what residents say."""
        return (channel.router for channel in self._wechat)

    @property
    def outside(self) -> dict[str, SendText]:
        """Channel → how a text is sent to a resident there."""
        sending: dict[str, SendText] = {channel.channel: channel.send for channel in self._wechat}
        return sending | ({CHANNEL: self.telegram.send} if self.telegram else {})

    @property
    def pockets(self) -> dict[str, Sender]:
        """How workers' news are brought to their phones."""
        return {f"{WAY}:{CHANNEL}": self.telegram.tell} if self.telegram else {}

    async def start(self, receives: bool = True) -> None:
        """Begin to receive and to send, or to send alone. One that does not come up keeps no other from it."""
        try:
            if self.telegram:
                await self.telegram.start(receives)
        except TokenRefused as refused:  # the rest of the house opens all the same
            logger.error("%s", refused)
        for channel in self._wechat:
            await channel.start(receives)

    async def stop(self) -> None:
        """Finish what is in hand, and close."""
        for channel in self._wechat:
            await channel.stop()
        if self.telegram:
            await self.telegram.stop()


class Worker:
    """The background work: delivering notices, and doing what the clock does with tickets."""

    def __init__(self, settings: Settings) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._runtime = Runtime(settings.database)

    def start(self, house: House, channels: Channels) -> None:
        """Start delivering by what this process has; what it has no way for waits for another one. Not to be called
        where an event loop runs."""
        unit, clock = house.database.unit, house.clock
        hold = Quiet(read_quiet_hours(house.settings.quiet_hours), house.database, RINGS)
        senders = all_senders(house, channels.outside, channels.pockets)
        delivery = Delivery(senders, unit=unit, clock=clock, runtime=self._runtime, apart=APART, hold=hold)
        Rounds(runtime=self._runtime, unit=unit, clock=clock, desk=house.desk)
        Reminders(runtime=self._runtime, unit=unit, clock=clock)
        Waits(runtime=self._runtime, unit=unit, clock=clock, desk=house.desk, reception=load_reception())
        delivery.launch()
        self._thread = threading.Thread(target=delivery.run, args=(self._stop,), name="outbox", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Whether notices are being delivered."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Stop; what is undelivered goes on at the next start, or in another process."""
        self._stop.set()
        if self._thread:
            self._thread.join(5)
            self._runtime.close()


def all_senders(house: House, outside: Mapping[str, SendText], pockets: Mapping[str, Sender]) -> dict[str, Sender]:
    """How this process reaches people. Workers' news leave copies for phones and mailboxes whether or not this process
    can reach those: another one may.

    outside   channel → how a text is sent to a resident there
    pockets   the same for workers' phones, by audience ("pocket:telegram")
    """

    def copies(notice: Notice) -> Iterator[Notice]:
        yield from letters(notice, house.accounts.all(), house.community)

    senders = make_senders(house.database, house.hub, house.clock, outside, [copies])
    senders = with_copies(senders, house) | dict(pockets)
    if hooks := read_hooks(house.settings.webhooks.get_secret_value()):
        senders[WEBHOOK] = WebhookSender(hooks, house.clock)
    if house.settings.smtp_host:
        senders[MAIL] = MailSender(house.settings, house.accounts.of)
    return senders


async def send_alone(house: House, worker: Worker, until: asyncio.Event) -> None:
    """Deliver notices and nothing else, by channels that send and do not receive, until told to stop."""
    channels, relay = Channels(house), Relay(house.hub, house.database, house.settings.database)
    await asyncio.to_thread(relay.start)
    await channels.start(receives=False)
    try:
        await asyncio.to_thread(worker.start, house, channels)
        await until.wait()
    finally:
        await asyncio.to_thread(worker.stop)
        await channels.stop()
        await asyncio.to_thread(relay.stop)
