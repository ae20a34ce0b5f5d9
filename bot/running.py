"""Starting everything: tables, first accounts, engine, web."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn

from actions.store.database import open_database
from actions.store.migrate import migrate
from bot.app import make_app, open_house
from bot.conversation.engine import Engine
from bot.delivering import Worker, send_alone
from bot.house import House
from bot.outside import SetupMissing, current_model
from bot.security.accounts import Accounts
from bot.settings import Settings
from bot.supervisor import Supervisor
from knowledge.community import load_community

ALONE = "提示：网页和投递分开运行时，用 SQLite 的话，新通知要刷新网页才看得到，值班台也不会响铃。请改用 PostgreSQL（LINLI_DATABASE_URL），或者不写 --role"
"""With SQLite nothing is relayed between processes."""


def serve_forever(settings: Settings, role: str) -> None:
    """Serve until told to stop. `role`: all (with an engine of its own unless one is named), web, or worker."""
    migrate(settings.database)
    if role != "all" and settings.database.startswith("sqlite"):
        print(ALONE, file=sys.stderr, flush=True)
    if role == "worker":
        deliver_forever(settings)
        return
    greet_first_accounts(settings)
    token = settings.engine_token.get_secret_value() or secrets.token_urlsafe(32)
    model = current_model(settings)
    if settings.engine_url:
        _serve(settings, Engine(settings.engine_url, token, settings.engine_timeout), token, model, role)
        return
    if role == "web":
        raise SetupMissing(
            "只开网页时引擎要在别处运行：请用 --engine-url 指明它的地址，并用 LINLI_ENGINE_TOKEN 给出口令"
        )
    supervisor = Supervisor(settings, model, token)
    supervisor.start()
    try:
        engine = Engine(supervisor.url, token, settings.engine_timeout, lambda: supervisor.running)
        _serve(settings, engine, token, model, role)
    finally:
        supervisor.stop()


def _serve(settings: Settings, engine: Engine, token: str, model: Path, role: str) -> None:
    app = make_app(settings, engine, token, model, delivers=role == "all")
    print(
        f"邻里已经启动：http://{settings.host}:{settings.port}（居民聊天）  /operator 值班台  /worker 网格员  /manager 管理",
        flush=True,
    )
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", proxy_headers=False)


def deliver_forever(settings: Settings) -> None:
    """Deliver notices and nothing else, until told to stop. What residents answer comes in by the web processes."""
    house = open_house(settings, Engine("http://127.0.0.1", "", settings.engine_timeout), lambda: True)
    with suppress(KeyboardInterrupt):
        asyncio.run(_deliver(house))


async def _deliver(house: House) -> None:
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_, told.set)
    print("邻里的投递已经启动", flush=True)
    await send_alone(house, Worker(house.settings), told)


def greet_first_accounts(settings: Settings) -> None:
    """At the very first start, make the demonstration accounts and print their passwords, this once."""
    made = Accounts(open_database(settings.database)).add_first(load_community())
    if not made:
        return
    print("第一次启动，已建好演示账号（密码只显示这一次，忘了用 linli account reset 登录名）：")
    for login, name, password in made:
        print(f"  {login:<10}{password:<16}{name}")
