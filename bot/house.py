"""Everything that the channels, consoles and APIs need, made once when the service starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from actions.attachments.ports import Storage
from actions.store.database import Database
from actions.tickets.desk import Desk
from bot.conversation.engine import Engine
from bot.conversation.flow import Flow
from bot.conversation.hub import Hub
from bot.security.accounts import Accounts
from bot.security.limits import Limits
from bot.settings import Settings
from knowledge.answer import Answerer
from knowledge.catalog import ServiceItem
from knowledge.categories import Category
from knowledge.community import Community
from knowledge.operators import Operators, load_operators
from knowledge.statutes import Statute


@dataclass(frozen=True)
class House:
    """The parts of a running service. `worker_alive` tells whether notices are being delivered; `storage` keeps
    the files that people send; `answerer` is made when it is first wanted, since its index takes seconds."""

    settings: Settings
    database: Database
    desk: Desk
    community: Community
    categories: Mapping[str, Category]
    statutes: Sequence[Statute]
    catalog: Mapping[str, ServiceItem]
    clock: Callable[[], datetime]
    hub: Hub
    accounts: Accounts
    limits: Limits
    engine: Engine
    flow: Flow
    worker_alive: Callable[[], bool]
    secret_key: str
    storage: Storage
    answerer: Callable[[], Answerer]
    operators: Operators = field(default_factory=load_operators)
