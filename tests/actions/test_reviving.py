"""News that could not be brought goes out once its audience can be reached again; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.clock import SHANGHAI
from actions.notify.notice import Notice
from actions.notify.reviving import STALE, revive
from actions.store.database import Database

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
HERS, HIS = "conversation:wechat:o1", "conversation:wechat:o12"


def keep(database: Database, id_: str, audience: str, *, dead: bool = True, age: timedelta = timedelta()) -> None:
    with database.unit() as uow:
        uow.outbox.add(Notice(id_, "ticket.asked", audience, {}, NOW - age))
        if dead:
            uow.outbox.give_up(id_, NOW)
        uow.commit()


def test_only_what_is_dead_and_hers_and_still_news_goes_out(database: Database) -> None:
    keep(database, "1", HERS)
    keep(database, "2", HERS, age=STALE - timedelta(minutes=1))
    keep(database, "3", HERS, age=STALE + timedelta(minutes=1))
    keep(database, "4", HIS)
    keep(database, "5", HERS, dead=False)
    assert revive(HERS, at=NOW, uow=database.unit()) == 2
    with database.unit() as uow:
        waiting = {notice.id: notice.round for notice in uow.outbox.waiting(10)}
        dead = [notice.id for notice in uow.outbox.dead(10)]
    assert waiting == {"1": 1, "2": 1, "5": 0} and sorted(dead) == ["3", "4"]
    assert revive(HERS, at=NOW, uow=database.unit()) == 0
