"""Delivery: once each, in spite of failing channels and dying processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from actions.errors import NoticeUnknown
from actions.notify.dead_letters import dead_letters, rounds, send_again
from actions.notify.delivery import Delivery
from actions.notify.notice import Notice, Round
from actions.notify.ports import Sender
from actions.notify.runtime import Patience, Runtime, system_database
from actions.store.database import Database, open_database
from tests.actions.samples import MONDAY

QUICK = Patience(attempts=3, pause=timedelta(milliseconds=20), growth=1.0)
LONGEST = 20


@pytest.fixture
def url(sqlite: str) -> str:
    return sqlite


class Channel:
    """Takes notices, after refusing the first `refusals`."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals, self.taken, self.tries = refusals, list[str](), 0

    def __call__(self, notice: Notice) -> None:
        self.tries += 1
        if self.tries <= self.refusals:
            raise ConnectionError("断线")
        self.taken.append(notice.id)


Start = Callable[..., Delivery]


@pytest.fixture
def start(url: str, database: Database) -> Iterator[Start]:
    """Launches a delivery with the given senders."""
    runtime = Runtime(url)

    def launched(**senders: Sender) -> Delivery:
        named = {name.replace("_", ":"): sender for name, sender in senders.items()}
        delivery = Delivery(named, unit=database.unit, clock=lambda: MONDAY, runtime=runtime, patience=QUICK)
        runtime.launch()
        return delivery

    yield launched
    runtime.close()


def post(database: Database, id_: str = "n1", audience: str = "worker:w01", minutes: int = 0) -> None:
    with database.unit() as uow:
        at = MONDAY + timedelta(minutes=minutes)
        uow.outbox.add(Notice(id_, "ticket.assigned", audience, {"number": "GY20261207-0001"}, at))
        uow.commit()


def notice(database: Database, id_: str = "n1") -> Notice:
    with database.reading() as uow:
        return uow.outbox.get(id_)


def wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


def test_the_narrowest_way_that_fits() -> None:
    assert Notice("n", "t", "conversation:web:abc", {}, MONDAY).reaches == (
        "conversation:web:abc",
        "conversation:web",
        "conversation",
    )


def test_dbos_keeps_its_state_beside_ours() -> None:
    assert system_database("sqlite:////var/linli/linli.db") == "sqlite:////var/linli/linli.db.dbos"
    assert system_database("postgresql:///linli?x=1") == "postgresql:///linli?x=1"
    assert system_database("postgresql+psycopg://u:p@h/linli") == "postgresql://u:p@h/linli"


def test_each_goes_to_its_audience_once(database: Database, start: Start) -> None:
    worker, web, others = Channel(), Channel(), Channel()
    delivery = start(worker=worker, conversation_web=web, conversation=others)
    post(database, "n1", "worker:w01")
    post(database, "n2", "conversation:web:abc")
    post(database, "n3", "conversation:telegram:42")
    assert delivery.sweep() == 3
    assert delivery.sweep() == 0, "they are on their way"
    wait(lambda: all(notice(database, id_).delivered_at for id_ in ("n1", "n2", "n3")))
    delivery.sweep()
    assert (worker.taken, web.taken, others.taken) == (["n1"], ["n2"], ["n3"])
    assert notice(database).attempts == 1 and notice(database).delivered_at == MONDAY


def test_a_failing_channel_is_tried_again(database: Database, start: Start) -> None:
    channel = Channel(refusals=2)
    delivery = start(worker=channel)
    post(database)
    delivery.sweep()
    wait(lambda: notice(database).delivered_at)
    assert channel.taken == ["n1"] and notice(database).attempts == 3
    assert notice(database).last_error == "ConnectionError: 断线"


def test_a_dead_letter_stays_visible_and_can_be_sent_again(database: Database, start: Start) -> None:
    channel = Channel(refusals=3)
    delivery = start(worker=channel)
    post(database)
    delivery.sweep()
    wait(lambda: notice(database).dead_at)
    assert [n.id for n in dead_letters(uow=database.reading())] == ["n1"]
    assert channel.taken == [] and delivery.sweep() == 0
    send_again("n1", by="admin", at=MONDAY, uow=database.unit())
    assert delivery.sweep() == 1
    wait(lambda: notice(database).delivered_at)
    assert channel.taken == ["n1"] and not dead_letters(uow=database.reading())
    assert rounds("n1", uow=database.reading()) == [Round("n1", 1, "admin", MONDAY)]
    with pytest.raises(NoticeUnknown):
        send_again("n1", by="admin", at=MONDAY, uow=database.unit())


def test_nobody_to_reach_is_a_dead_letter_at_once(database: Database, start: Start) -> None:
    delivery = start(worker=Channel())
    post(database, audience="operators")
    delivery.sweep()
    wait(lambda: notice(database).dead_at)
    assert notice(database).attempts == 1 and "no_sender" in (notice(database).last_error or "")


def test_a_broken_channel_keeps_nobody_else_waiting(database: Database, start: Start) -> None:
    broken, sound = threading.Event(), Channel()

    def hang(_: Notice) -> None:
        broken.wait(LONGEST)

    delivery = start(operators=hang, worker=sound)
    for n in range(5):
        post(database, f"stuck{n}", "operators")
    post(database, "n1", minutes=5)
    delivery.sweep()
    wait(lambda: notice(database).delivered_at)
    assert sound.taken == ["n1"] and not notice(database, "stuck0").delivered_at
    broken.set()


def test_the_sweeper_hears_a_nudge_and_stops_when_told(database: Database, start: Start) -> None:
    channel, stop = Channel(), threading.Event()
    delivery = start(worker=channel)
    sweeper = threading.Thread(target=delivery.run, args=(stop, timedelta(hours=1)))
    sweeper.start()
    time.sleep(0.2)
    post(database)
    delivery.nudge()
    wait(lambda: channel.taken)
    stop.set()
    delivery.nudge()
    sweeper.join(LONGEST)
    assert not sweeper.is_alive()


def test_on_postgresql_too(postgresql: str) -> None:
    database, channel = open_database(postgresql), Channel(refusals=1)
    schema = postgresql.rpartition("%3D")[2]
    runtime = Runtime(postgresql, schema=f"{schema}_dbos")
    delivery = Delivery({"worker": channel}, unit=database.unit, clock=lambda: MONDAY, runtime=runtime, patience=QUICK)
    post(database)
    runtime.launch()
    try:
        delivery.sweep()
        wait(lambda: notice(database).delivered_at)
    finally:
        runtime.close()
        database.close()
    assert channel.taken == ["n1"]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_process_that_dies_on_the_way(url: str, database: Database, tmp_path: Path, where: str) -> None:
    """Killed before the channel took it, or after that but before the outbox knew: in the end it went out once."""
    file = tmp_path / "taken.txt"
    post(database)

    def process(*more: str) -> int:
        command = [sys.executable, "-m", "tests.actions.delivering", url, str(file), *more]
        return subprocess.run(command, timeout=60, check=False).returncode

    assert process(where) == 9
    assert notice(database).delivered_at is None and file.exists() == (where == "after")
    assert process() == 0
    assert notice(database).delivered_at is not None
    assert file.read_text().splitlines() == ["n1"]
