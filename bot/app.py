"""The service put together: store, knowledge, engine, channels, consoles."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from actions.clock import SHANGHAI
from actions.dialogue.card import Names, ticket_event
from actions.dialogue.counter import Counter
from actions.dialogue.executor import make_executor
from actions.office import load_agenda, load_desk
from actions.shortfalls.answering import told_house_answers
from actions.store.database import Database, open_database
from actions.webhooks.announcing import announcer
from actions.webhooks.hook import Hook, read_hooks
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
from bot.conversation.relay import Relay
from bot.delivering import Channels, Worker
from bot.house import House
from bot.pocket.pages import pocket_router
from bot.portal.pages import portal_router
from bot.security.accounts import Accounts
from bot.security.limits import Limits
from bot.settings import Settings
from bot.telegram.webhook import webhook_router
from bot.webchat.pages import router as webchat_router
from bot.webchat.pages import static_files
from bot.webchat.plain import plain_router
from bot.webchat.widget import widget_router
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
    names = Names(load_community(), load_categories())
    own_data = OwnData(database, storage, engine, now)
    return House(
        settings=settings,
        database=database,
        desk=load_desk(settings.ticket_prefix),
        community=names.community,
        categories=dict(names.categories),
        statutes=load_regulations(settings.regulations, now().date()),
        catalog=load_catalog(),
        clock=now,
        hub=hub,
        accounts=Accounts(database),
        limits=Limits(settings.messages_per_minute, settings.messages_per_minute_from_address),
        engine=engine,
        flow=Flow(
            database,
            engine,
            hub,
            now,
            settings.longest_message,
            own_data,
            filed=partial(ticket_event, "ticket_created", names=names),
        ),
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


def make_app(settings: Settings, engine: Engine, token: str, model: Path | None, delivers: bool = True) -> FastAPI:
    """The web application. `token` is what the engine calls back with; `model` is what it understands with; without
    `delivers` the notices leave from another process (`linli serve --role worker`)."""
    worker = Worker(settings)
    house = open_house(settings, engine, worker.alive if delivers else lambda: True)
    counter, channels = _counter(house, model), Channels(house)
    app = FastAPI(
        title="邻里",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(house, worker if delivers else None, channels),
    )
    app.state.house = house
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(Exception, _broken)
    for router in _routers(house, counter, token, channels):
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


def _routers(house: House, counter: Counter, token: str, channels: Channels) -> Iterator[APIRouter]:
    yield from (chat_router(house), attachments_router(house), own_data_router(house), health_router(house))
    yield deeds_router(make_executor(counter), token)
    yield from (
        webchat_router(house),
        plain_router(house),
        widget_router(house),
        portal_router(house, counter.answerer),
    )
    yield from (webhook_router(house), open311_router(house), metrics_router(house), pocket_router(house))
    yield from channels.routers


def _lifespan(
    house: House, worker: Worker | None, channels: Channels
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.telegram = channels.telegram
        relay = Relay(house.hub, house.database, house.settings.database)
        await asyncio.to_thread(relay.start)
        if worker:
            await asyncio.to_thread(worker.start, house, channels)
        resuming = asyncio.create_task(_resume(house))
        await channels.start()
        yield
        resuming.cancel()
        await channels.stop()
        if worker:
            await asyncio.to_thread(worker.stop)
        await asyncio.to_thread(relay.stop)
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
