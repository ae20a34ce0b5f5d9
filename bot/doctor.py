"""Looking this machine over: each finding says what is fine, or what to do."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from actions.errors import ActionError
from actions.office import load_desk
from actions.store.database import open_database
from bot.outside import SetupMissing, current_model
from bot.settings import Settings
from knowledge.catalog import load_catalog
from knowledge.errors import KnowledgeError
from knowledge.operators import load_operators
from knowledge.reception import load_reception
from knowledge.regulations import load_regulations
from knowledge.wording import load_replies, say
from knowledge.workdays import load_calendar


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    fine: bool
    said: str

    @property
    def line(self) -> str:
        """As the terminal shows it."""
        return f"{'正常' if self.fine else '有问题'}  {self.name}：{self.said}"

    def as_dict(self) -> dict[str, Any]:
        """As programs read it."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, however much is broken."""
    return [_look(name, check, settings) for name, check in _checks()]


def _checks() -> Iterator[tuple[str, Callable[[Settings], str]]]:
    yield "服务的 Python", _python
    yield "引擎的 Python", _engine_python
    yield "理解模型", lambda settings: current_model(settings).name
    yield "知识文件", _knowledge
    yield "社区表格", _community
    yield "节假日", _holidays
    yield "数据库", _database
    yield "端口", _port


def _look(name: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(name, True, check(settings))
    except ActionError as error:
        return Finding(name, False, say(error.key, **error.values))
    except (SetupMissing, KnowledgeError, OSError) as error:
        return Finding(name, False, str(error))


def _python(settings: Settings) -> str:
    if sys.version_info < (3, 12):
        raise SetupMissing(f"需要 3.12，现在是 {sys.version.split()[0]}；请运行 make setup")
    return sys.version.split()[0]


def _engine_python(settings: Settings) -> str:
    if not settings.engine_python.exists():
        raise SetupMissing("没有找到；请运行 make setup")
    return str(settings.engine_python)


def _knowledge(settings: Settings) -> str:
    from bot.app import now

    statutes, catalog, replies = load_regulations(settings.regulations, now().date()), load_catalog(), load_replies()
    articles = sum(len(statute.articles) for statute in statutes)
    return f"条例 {len(statutes)} 部 {articles} 条，办事指南 {len(catalog)} 项，用语 {len(replies)} 条"


def _community(settings: Settings) -> str:
    desk, hours, operators = load_desk(settings.ticket_prefix), load_reception().spoken, load_operators()
    counts = (
        f"网格 {len(desk.routing.posts)} 个，人员 {len(desk.routing.names)} 人，案由 {len(desk.routing.affairs)} 种"
    )
    return f"{counts}，话务员 {len(operators.skills)} 人，人工时间：{hours}"


def _holidays(settings: Settings) -> str:
    from bot.app import now

    year = now().year
    return load_calendar().warning(year) or f"{year} 年的放假安排已录入"


def _database(settings: Settings) -> str:
    database = open_database(settings.database)
    database.check()
    return database.address


def _port(settings: Settings) -> str:
    with socket.socket() as probe:
        if probe.connect_ex((settings.host if settings.host != "0.0.0.0" else "127.0.0.1", settings.port)) == 0:
            return f"{settings.port} 已经有程序在用（可能就是邻里）"
    return f"{settings.port} 空着"
