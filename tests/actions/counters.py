"""A counter over a database, as the actions of the dialogue need one; what a test does not ask for is left out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from actions.dialogue.counter import Counter
from actions.office import load_desk
from actions.store.database import Database
from knowledge.categories import load_categories
from knowledge.community import load_community
from tests.actions.samples import MONDAY

DESK = load_desk()


def make_counter(database: Database, at: datetime = MONDAY, **rest: Any) -> Counter:
    """One at which it is always `at`; `rest`: other parts of it."""
    nobody = cast(Any, None)
    return Counter(
        database=database,
        desk=DESK,
        answerer=nobody,
        community=load_community(),
        categories=load_categories(),
        catalog={},
        agenda=nobody,
        clock=lambda: at,
        model=lambda: "20261201-083000",
        **rest,
    )
