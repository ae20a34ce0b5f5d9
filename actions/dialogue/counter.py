"""The counter: everything that an action reaches for, handed to each when the service starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actions.appointments.agenda import Agenda
from actions.store.database import Database
from actions.tickets.desk import Desk
from knowledge.answer import Answerer
from knowledge.catalog import ServiceItem
from knowledge.categories import Category
from knowledge.community import Community
from knowledge.reception import Reception, load_reception


@dataclass(frozen=True)
class Counter:
    """`clock` tells the time in Asia/Shanghai; `model` names the model that understands the messages;
    `reception` says when people sit at the operators' desk."""

    database: Database
    desk: Desk
    answerer: Answerer
    community: Community
    categories: dict[str, Category]
    catalog: Mapping[str, ServiceItem]
    agenda: Agenda
    clock: Callable[[], datetime]
    model: Callable[[], str]
    reception: Reception = field(default_factory=load_reception)
