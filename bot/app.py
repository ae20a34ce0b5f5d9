"""The service put together: store, knowledge, engine, channels, consoles."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from actions.clock import SHANGHAI
from actions.dialogue.counter import Counter
from actions.dialogue.executor import make_executor
from actions.notify.delivery import Delivery
from actions.notify.ports import Sender
from actions.notify.reminders import Reminders
from actions.notify.rounds import Rounds
from actions.notify.runtime import Runtime
from actions.office import load_agenda, load_desk
from actions.shortfalls.answering import told_house_answers
from actions.store.database import Database, open_database
from actions.webhooks.announcing import AUDIENCE, announcer
from actions.webhooks.hook import Hook, read_hooks
from actions.webhooks.sending import WebhookSender
from bot.answering import make_answerer
from bot.api.attachments import attachments_router
from bot.api.chat import chat_router
from bot.api.deeds import deeds_router
from bot.api.health import health_router
from bot.api.metrics import metrics_router
from bot.api.open311 import open311_router
from bot.api.own_data import own_data_router
from bot.attachments import open_storage
from bot.consoles import mount
from bot.conversation.engine import Engine
from bot.conversation.flow import Flow
from bot.conversation.hub import Hub
from bot.conversation.own_data import OwnData
from bot.house import House
from bot.notices import SendText, make_senders
from bot.pocket.copies import WAY, with_copies
from bot.portal.pages import portal_router
from bot.security.accounts import Accounts
from bot.security.limits import Limits
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel, TokenRefused
from bot.telegram.chats import CHANNEL
from bot.telegram.webhook import webhook_router
from bot.webchat.pages import router as webchat_router
from bot.webchat.pages import static_files
from bot.webchat.plain import plain_router
from bot.webchat.widget import widget_router
from bot.wechat.channel import WeChatChannel
from bot.wechat.opening import wechat_channels
from knowledge.answer import Answerer
from knowledge.catalog import load_catalog
from knowledge.categories import load_categories
from knowledge.community import load_community
from knowledge.regulations import load_regulations
from knowledge.wording import say

logger = logging.getLogger(__name__)


def now() -> datetime:
    """The community's clock."""
    return datetime.now(SHANGHAI)


def open_house(settings: Settings, engine: Engine, worker_alive: Callable[[], bool]) -> House:
    """The parts, on a database whose tables are there."""
    database, hub, storage = (
        open_database(settings.database, announcer(hooks_of(settings))),
        Hub(),
        open_storage(settings),
    )
    return House(
        settings=settings,
        database=database,
        desk=load_desk(settings.ticket_prefix),
        community=load_community(),
        categories=load_categories(),
        statutes=load_regulations(settings.regulations, now().date()),
        catalog=load_catalog(),
        clock=now,
        hub=hub,
        accounts=Accounts(database),
        limits=Limits(settings.messages_per_minute, settings.messages_per_minute_from_address),
        engine=engine,
        flow=Flow(database, engine, hub, now, settings.longest_message, OwnData(database, storage, engine, now)),
        worker_alive=worker_alive,
        secret_key=secret_key(settings),
        storage=storage,
        answerer=cache(lambda: open_answerer(settings, database)),
    )


def open_answerer(settings: Settings, database: Database) -> Answerer:
    """What answers questions: the regulations, the catalog, and what the community has answered itself."""
    answerer = make_answerer(settings)
    answerer.heed(lambda: told_house_answers(uow=database.reading()))
    return answerer


def hooks_of(settings: Settings) -> tuple[Hook, ...]:
    """Who is told of every step of a ticket; `WebhooksBroken`."""
    return read_hooks(settings.webhooks.get_secret_value())


def secret_key(settings: Settings) -> str:
    """The key that signs cookies, made once and kept in the data folder, readable by its owner alone."""
    path = settings.data / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), "utf-8")
    return path.read_text("utf-8")


class Worker:
    """The background work: delivering notices, and doing what the clock does with tickets."""

    def __init__(self, settings: Settings) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._runtime = Runtime(settings.database)

    def start(
        self, house: House, outside: Mapping[str, SendText], pockets: Mapping[str, Sender] = MappingProxyType({})
    ) -> None:
        """Start delivering. `outside`: the channels that have to be spoken to; `pockets`: those that bring workers' news
        to their phones ("pocket:telegram")."""
        senders = make_senders(house.database, house.hub, house.clock, outside)
        if house.settings.telegram_token.get_secret_value():
            senders = with_copies(senders, house) | dict(pockets)
        senders[AUDIENCE] = WebhookSender(hooks_of(house.settings), house.clock)
        delivery = Delivery(senders, unit=house.database.unit, clock=house.clock, runtime=self._runtime)
        Rounds(runtime=self._runtime, unit=house.database.unit, clock=house.clock, desk=house.desk)
        Reminders(runtime=self._runtime, unit=house.database.unit, clock=house.clock)
        self._runtime.launch()
        self._thread = threading.Thread(target=delivery.run, args=(self._stop,), name="outbox", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Whether notices are being delivered."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Stop; what is undelivered goes on at the next start."""
        self._stop.set()
        if self._thread:
            self._thread.join(5)
            self._runtime.close()


def make_app(settings: Settings, engine: Engine, token: str, model: Path | None, delivers: bool = True) -> FastAPI:
    """The web application. `token` is what the engine calls back with; `model` is what it understands with; without
    `delivers` the notices leave from another process (`linli serve --role worker`)."""
    worker = Worker(settings)
    house = open_house(settings, engine, worker.alive if delivers else lambda: True)
    counter = _counter(house, model)
    wechat = wechat_channels(house)
    app = FastAPI(
        title="邻里",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(house, worker if delivers else None, wechat),
    )
    app.state.house = house
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(Exception, _broken)
    for router in _routers(house, counter, token, wechat):
        app.include_router(router)
    app.mount("/static", static_files())
    mount(app, house)
    return app


def _counter(house: House, model: Path | None) -> Counter:
    return Counter(
        database=house.database,
        desk=house.desk,
        answerer=house.answerer(),
        community=house.community,
        categories=dict(house.categories),
        catalog=house.catalog,
        agenda=load_agenda(),
        clock=now,
        model=lambda: model.name.removesuffix(".tar.gz") if model else "",
    )


def _routers(house: House, counter: Counter, token: str, wechat: Sequence[WeChatChannel]) -> Iterator[APIRouter]:
    yield from (chat_router(house), attachments_router(house), own_data_router(house), health_router(house))
    yield deeds_router(make_executor(counter), token)
    yield from (
        webchat_router(house),
        plain_router(house),
        widget_router(house),
        portal_router(house, counter.answerer),
    )
    yield from (webhook_router(house), open311_router(house), metrics_router(house))
    yield from (channel.router for channel in wechat)


def _lifespan(
    house: House, worker: Worker | None, wechat: Sequence[WeChatChannel]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        telegram = TelegramChannel(house) if house.settings.telegram_token.get_secret_value() else None
        app.state.telegram = telegram
        if worker:
            outside = {channel.channel: channel.send for channel in wechat} | (
                {"telegram": telegram.send} if telegram else {}
            )
            pockets = {f"{WAY}:{CHANNEL}": telegram.tell} if telegram else {}
            await asyncio.to_thread(worker.start, house, outside, pockets)
        resuming = asyncio.create_task(_resume(house))
        try:
            if telegram:
                await telegram.start()
        except TokenRefused as refused:  # the rest of the house opens all the same
            logger.error("%s", refused)
        for channel in wechat:
            await channel.start()
        yield
        resuming.cancel()
        for channel in wechat:
            await channel.stop()
        if telegram:
            await telegram.stop()
        if worker:
            await asyncio.to_thread(worker.stop)
        await house.engine.close()
        house.database.close()

    return lifespan


async def _resume(house: House) -> None:
    """Answer what was kept and never answered, now and every half minute."""
    while True:
        try:
            await house.flow.resume()
        except Exception:  # the next round tries again; a message is never given up
            logger.exception("messages could not be resumed")
        await asyncio.sleep(30)


async def _bad_request(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": say("bad_request")}, 422)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": say("broken")}, 500)
