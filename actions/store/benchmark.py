"""How long it takes to open a ticket beside very many: `python -m actions.store.benchmark --tickets 200000`.

Fills a store once (SQLite: a file; PostgreSQL: a schema of its own, so that nobody's tickets are touched), then opens some
hundred tickets as the dialogue does, looking for neighbours' reports first, and takes them away again.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
from sqlalchemy import create_engine, delete, func, insert, make_url, select, text

from actions.clock import SHANGHAI
from actions.notify.notice import Notice
from actions.office import load_desk
from actions.store.database import Database, open_database, parse_url
from actions.store.migrate import migrate_database
from actions.store.population import Population
from actions.store.tables import day_numbers, outbox, ticket_history, tickets
from actions.store.ticket_rows import history_rows, row_of
from actions.tickets.actor import Actor, Role
from actions.tickets.desk import Desk
from actions.tickets.news import news
from actions.tickets.opening import find_duplicates, open_ticket
from actions.tickets.report import Report
from actions.tickets.ticket import Ticket
from knowledge.community import load_community

SCHEMA = "linli_benchmark"
BATCH = 1000
MEASURED = "measured"
"""How the ids of the reports begin that are opened to be measured."""
WARM_UP = 20
"""Reports before those that are counted: the first ones fill caches, and load what is loaded once."""


def main() -> None:
    """Fill, measure, print one JSON object for each repeat."""
    parser = argparse.ArgumentParser(description="库里工单很多时，开一张工单（查重、派单在内）要多久")
    parser.add_argument(
        "--database", default="sqlite:///.cache/benchmark/tickets.db", help="SQLite 文件，或 PostgreSQL 库的地址"
    )
    parser.add_argument("--tickets", type=int, default=200_000, help="库里先有多少张")
    parser.add_argument("--unsolved", type=float, default=0.03, help="其中还没有办完的比例")
    parser.add_argument("--reports", type=int, default=300, help="再开多少张")
    parser.add_argument("--repeats", type=int, default=3, help="量几遍")
    given = parser.parse_args()
    database = filled(given.database, given.tickets, given.unsolved)
    for repeat in range(1, given.repeats + 1):
        spent = measure(database, given.reports, seed=repeat)
        print(json.dumps({"database": database.engine.dialect.name, "tickets": given.tickets, **spent}), flush=True)


def filled(url: str, wanted: int, unsolved: float) -> Database:
    """A store of its own with so many tickets; one that is there already is used again."""
    database = open_database(_apart(url))
    migrate_database(database)
    _take_away(database)  # what an interrupted run has left
    with database.engine.connect() as connection:
        kept = int(connection.execute(select(func.count()).select_from(tickets)).scalar_one())
    if kept and kept != wanted:
        raise SystemExit(f"{database.address} 里有 {kept} 张工单，不是测量用的 {wanted} 张。请另给一个空的库。")
    if not kept:
        people = _population(seed=0)
        fill(database, people.tickets(wanted, unsolved, _now()), wanted)
    return database


def _apart(url: str) -> str:
    """The URL; of PostgreSQL, a schema of our own in it, made where it is not there."""
    address = parse_url(url)
    if address.get_backend_name() == "sqlite":
        return url
    server = create_engine(address)
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    server.dispose()
    return make_url(address).update_query_dict({"options": f"-csearch_path={SCHEMA}"}).render_as_string(False)


def _population(seed: int) -> Population:
    return Population(load_community(), load_desk(), random.Random(seed))


def fill(database: Database, made: Iterator[Ticket], wanted: int) -> None:
    """Write tickets, histories and delivered notices; all or nothing."""
    running: dict[Any, int] = {}
    with database.engine.begin() as connection:
        for done, batch in enumerate(batched(made, BATCH), 1):
            connection.execute(insert(tickets), [row_of(ticket) for ticket in batch])
            connection.execute(insert(ticket_history), [row for t in batch for row in history_rows(t, 0)])
            connection.execute(insert(outbox), [row for t in batch for row in _told(t)])
            for ticket in batch:
                day = ticket.opened_at.date()
                running[day] = running.get(day, 0) + 1
            print(f"工单：{min(done * BATCH, wanted)}/{wanted}", end="\r", file=sys.stderr, flush=True)
        connection.execute(insert(day_numbers), [{"day": day, "running": n} for day, n in running.items()])
    print(file=sys.stderr)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _told(ticket: Ticket) -> Iterator[dict[str, Any]]:
    for notice in news(ticket):
        row = {field.name: getattr(notice, field.name) for field in fields(Notice)}
        yield row | {"delivered_at": ticket.history[-1].at, "attempts": 1}


def measure(database: Database, reports: int, seed: int) -> dict[str, float]:
    """Milliseconds to look for neighbours' reports and open a ticket: by the clock, and of this process's own time."""
    made = list(_population(seed).reports(WARM_UP + reports, _now(), f"{MEASURED}-{seed}"))
    desk = load_desk()
    try:
        spent = np.asarray([_spent(report, database, desk) for report in made])[WARM_UP:]
    finally:
        _take_away(database)
    return {
        "reports": reports,
        **{f"p{p}_ms": round(float(np.percentile(spent[:, 0], p)) * 1000, 1) for p in (50, 95, 100)},
        **{f"cpu_p{p}_ms": round(float(np.percentile(spent[:, 1], p)) * 1000, 1) for p in (50, 95, 100)},
    }


def _spent(report: Report, database: Database, desk: Desk) -> tuple[float, float]:
    """Seconds by the clock, and of this process: the latter stays true beside other programs."""
    started, worked = time.perf_counter(), time.process_time()
    find_duplicates(report, desk=desk, uow=database.reading())
    by = Actor(Role.RESIDENT, report.conversation)
    open_ticket(report, by=by, at=report.at, desk=desk, uow=database.unit())
    return time.perf_counter() - started, time.process_time() - worked


def _take_away(database: Database) -> None:
    """What was opened for the measuring; the store is then as full as before."""
    measured = select(tickets.c.number).where(tickets.c.report.startswith(f"{MEASURED}-")).scalar_subquery()
    with database.engine.begin() as connection:
        for table, column in ((outbox, "ticket"), (ticket_history, "ticket"), (tickets, "number")):
            connection.execute(delete(table).where(table.c[column].in_(measured)))


def _now() -> datetime:
    return datetime.now(SHANGHAI)


if __name__ == "__main__":
    main()
