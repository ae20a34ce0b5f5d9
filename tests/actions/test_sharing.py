"""Several processes that deliver from one database: each notice once, by one that has its way; a dead one's by another."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from actions.errors import NoSender
from actions.notify.dead_letters import dead_letters, rounds, send_again
from actions.notify.delivery import LONELY, Delivery
from actions.notify.notice import Notice
from actions.notify.quiet import QuietHours, read_quiet_hours
from actions.notify.runtime import Runtime
from actions.store.database import Database
from actions.store.living import open_living
from tests.actions.samples import MONDAY

LONGEST = 120


class Crowd:
    """Processes that share a database, and what they took."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.running: list[subprocess.Popen[bytes]] = []

    def join(self, name: str, audiences: str, dies: bool = False) -> subprocess.Popen[bytes]:
        """Another process; it is up when this returns."""
        if dies:
            (self.folder / f"{name}.dies").touch()
        command = [sys.executable, "-m", "tests.actions.sharing", self.url, str(self.folder), name, audiences]
        process = subprocess.Popen(command)
        self.running.append(process)
        wait(lambda: (self.folder / f"{name}.up").exists() or process.poll() is not None)
        return process

    def taken(self) -> list[tuple[str, str]]:
        """(process, notice) in the order in which they were taken."""
        file = self.folder / "taken.txt"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(name, notice) for name, _, notice in (line.partition(" ") for line in lines)]

    def end(self) -> None:
        (self.folder / "over").touch()
        for process in self.running:
            process.wait(30)


def wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


@pytest.fixture
def crowd(url: str, tmp_path: Path) -> Iterator[Crowd]:
    processes = Crowd(url, tmp_path)
    yield processes
    processes.end()


def post(database: Database, *audiences: str) -> None:
    with database.unit() as uow:
        for n, audience in enumerate(audiences):
            uow.outbox.add(Notice(f"{audience}.{n}", "ticket.assigned", audience, {}, MONDAY))
        uow.commit()


def left(database: Database) -> list[str]:
    with database.reading() as uow:
        return sorted(notice.audience for notice in uow.outbox.waiting(100))


class TestTwoAtOnce:
    @pytest.fixture
    def url(self, postgresql: str) -> str:
        return postgresql

    def test_each_notice_is_taken_once_and_waits_untouched_for_one_that_has_its_way(
        self, crowd: Crowd, database: Database
    ) -> None:
        crowd.join("plain", "worker,webhook")
        post(database, "mail:anna", "worker:w01", "mail:otto")
        wait(lambda: left(database) == ["mail:anna", "mail:otto"])
        with database.reading() as uow:
            assert {(n.attempts, n.dead_at) for n in uow.outbox.waiting(10)} == {(0, None)}
        crowd.join("mailing", "worker,mail")
        post(database, *["worker:w02", "mail:bert", "webhook:h"] * 6)
        wait(lambda: not left(database))
        assert set(Counter(notice for _, notice in crowd.taken()).values()) == {1} and len(crowd.taken()) == 21
        takers = {(notice.partition(":")[0], name) for name, notice in crowd.taken()}
        assert takers - {("worker", "mailing")} == {("mail", "mailing"), ("webhook", "plain"), ("worker", "plain")}


def test_what_a_dead_process_had_in_hand_is_brought_by_a_living_one(crowd: Crowd, database: Database) -> None:
    dying = crowd.join("dying", "worker,mail", dies=True)
    post(database, "worker:w01")
    assert dying.wait(LONGEST) == 9
    assert left(database) == ["worker:w01"] and not crowd.taken()
    crowd.join("living", "worker")
    wait(lambda: not left(database))
    assert crowd.taken() == [("living", "worker:w01.0")]


def test_who_is_alive_is_seen_and_who_is_gone_too(url: str) -> None:
    one, other = open_living(url), open_living(url)
    one.enter("one")
    if "postgresql" in url:  # a file's locks are the process's, not the opener's
        other.enter("other")
        assert not other.gone("one") and not one.gone("other") and one.gone("nobody")
        other.leave()
        assert one.gone("other")
    one.keep()
    assert not one.gone("one") and one.gone("nobody")
    one.leave()


class TestOneProcess:
    @pytest.fixture
    def url(self, sqlite: str) -> str:
        return sqlite

    @pytest.fixture
    def runtime(self, url: str) -> Iterator[Runtime]:
        opened = Runtime(url)
        yield opened
        opened.close()

    def test_a_notice_that_nobody_has_a_way_for_is_a_dead_letter_after_a_day(
        self, database: Database, runtime: Runtime
    ) -> None:
        now, taken = [MONDAY], list[str]()
        senders = {"worker": lambda notice: taken.append(notice.id)}
        delivery = Delivery(
            senders, unit=database.unit, clock=lambda: now[0], runtime=runtime, apart=["mail", "worker"]
        )
        delivery.launch()
        post(database, "mail:anna")
        delivery.look_after()
        now[0] += LONELY - timedelta(minutes=1)
        delivery.look_after()
        assert delivery.sweep() == 0 and left(database) == ["mail:anna"]
        now[0] += timedelta(minutes=2)
        delivery.look_after()
        (dead,) = dead_letters(uow=database.reading())
        assert "no_sender" in (dead.last_error or "") and str(NoSender(audience="mail:anna")) in (dead.last_error or "")
        send_again(dead.id, by="admin", at=now[0], uow=database.unit())
        delivery.look_after()
        assert left(database) == ["mail:anna"], "it has another day"
        assert [(r.round, r.by, r.at) for r in rounds(dead.id, uow=database.reading())] == [(1, "admin", now[0])]

    def test_what_has_to_wait_waits_for_its_hour_and_goes_once(self, database: Database, runtime: Runtime) -> None:
        night, morning = MONDAY.replace(hour=23), MONDAY.replace(hour=7) + timedelta(days=1)
        now, taken, hours = [night], list[str](), QuietHours(22 * 60, 7 * 60)
        delivery = Delivery(
            {"mail": lambda notice: taken.append(notice.id)},
            unit=database.unit,
            clock=lambda: now[0],
            runtime=runtime,
            hold=lambda notice, at: None if notice.pressing else hours.end(at),
        )
        delivery.launch()
        post(database, "mail:anna")
        with database.unit() as uow:
            uow.outbox.add(Notice("now", "ticket.assigned", "mail:anna", {"urgent": "急"}, night))
            uow.commit()
        delivery.sweep()
        wait(lambda: taken and held(database))
        assert taken == ["now"] and held(database) == [morning]
        now[0] = morning - timedelta(minutes=1)
        assert delivery.sweep() == 0
        now[0] = morning
        assert delivery.sweep() == 1
        wait(lambda: not left(database))
        assert taken == ["now", "mail:anna.0"]


def held(database: Database) -> list[object]:
    with database.reading() as uow:
        return [notice.not_before for notice in uow.outbox.waiting(10) if notice.not_before]


@pytest.mark.parametrize(
    ("hours", "at", "end"),
    [
        ("22:00-07:00", "21:59", None),
        ("22:00-07:00", "22:00", "+1 07:00"),
        ("22:00-07:00", "06:59", "+0 07:00"),
        ("22:00-07:00", "07:00", None),
        ("12:30-14:00", "12:29", None),
        ("12:30-14:00", "13:59", "+0 14:00"),
        ("12:30-14:00", "14:00", None),
        ("7:00-7:00", "07:00", None),
    ],
)
def test_when_the_quiet_hours_end(hours: str, at: str, end: str | None) -> None:
    moment = MONDAY.replace(hour=int(at[:2]), minute=int(at[3:]))
    read = read_quiet_hours(hours)
    assert read is not None
    over = read.end(moment)
    assert (f"+{(over.date() - moment.date()).days} {over:%H:%M}" if over else None) == end


def test_a_house_without_quiet_hours() -> None:
    assert read_quiet_hours("none") is None
