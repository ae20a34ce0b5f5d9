"""Webhooks: every step of a ticket reaches a real HTTP server, signed, once it answers; and no private word does."""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from actions.errors import WebhooksBroken
from actions.notify.dead_letters import dead_letters, send_again
from actions.notify.delivery import Delivery
from actions.notify.runtime import Patience, Runtime
from actions.store.database import Database, open_database
from actions.tickets import handling, merging
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.ticket import Ticket
from actions.webhooks.announcing import announcer
from actions.webhooks.hook import Hook, read_hooks
from actions.webhooks.sending import NotTaken, WebhookSender
from tests.actions.samples import MONDAY, make_desk, make_report

SECRET = "a-secret-of-sixteen-or-more"
DESK = make_desk()
QUICK = Patience(attempts=3, pause=timedelta(milliseconds=20), growth=1.0)
LONGEST = 20


@dataclass
class Receiver:
    """Another program's HTTP server: answers with `statuses` in turn, then with 204."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    tries: int = 0

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    heard = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.tries += 1
            status = heard.statuses.pop(0) if heard.statuses else 204
            if status < 300:
                heard.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(status)
            if status in (301, 307):
                self.send_header("Location", f"{heard.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    heard.url = f"http://127.0.0.1:{server.server_port}/linli?key=k"
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(receiver: Receiver) -> Hook:
    return Hook(receiver.url, SECRET)


@pytest.fixture
def telling(url: str, hook: Hook) -> Iterator[Database]:
    """A database that tells the hook."""
    database = open_database(url, announcer([hook]))
    yield database
    database.close()


def opened(database: Database, id_: str = "r1", **fields: Any) -> Ticket:
    report = make_report(id_, **fields)
    return open_ticket(report, by=Actor(Role.RESIDENT, report.conversation), at=MONDAY, desk=DESK, uow=database.unit())


def waiting(database: Database) -> list[Any]:
    with database.reading() as uow:
        return [n for n in uow.outbox.waiting(100) if n.audience.startswith("webhook:")]


def wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


class TestWhatIsTold:
    def test_every_entry_of_a_history_once(self, telling: Database) -> None:
        ticket = opened(telling)
        worker = Actor(Role.WORKER, ticket.assignee)
        handling.accept(ticket.number, by=worker, at=MONDAY, uow=telling.unit(), deed="tap")
        handling.accept(ticket.number, by=worker, at=MONDAY, uow=telling.unit(), deed="tap")
        handling.contact(ticket.number, by=worker, at=MONDAY, uow=telling.unit())
        told = waiting(telling)
        assert [n.body["event"] for n in told] == ["open", "accept", "contact"]
        assert [n.body["id"] for n in told] == [f"{ticket.number}.{place}" for place in (1, 2, 3)]
        assert [n.body["ticket"]["status"] for n in told] == ["assigned", "accepted", "accepted"]

    def test_a_merge_is_a_step_of_both(self, telling: Database) -> None:
        one, other = opened(telling), opened(telling, "r2", conversation="web:def")
        merging.merge(other.number, one.number, by=Actor(Role.OPERATOR, "o"), at=MONDAY, uow=telling.unit())
        steps = {(n.body["number"], n.body["event"]) for n in waiting(telling)}
        assert {(other.number, "merge"), (one.number, "join")} <= steps

    def test_what_is_undone_is_not_told(self, telling: Database) -> None:
        with pytest.raises(RuntimeError), telling.unit() as uow:
            uow.tickets.add(opened_elsewhere())
            raise RuntimeError
        assert waiting(telling) == []

    def test_nobody_is_told_where_no_hook_is_set(self, database: Database) -> None:
        opened(database)
        assert waiting(database) == []

    def test_no_number_and_no_name_leaves(self, telling: Database) -> None:
        opened(
            telling,
            what="灯坏了，打我１３８00001001或者0851-85551234，身份证520103199001011234",
            address="幸福里小区3栋",
        )
        sent = json.dumps(waiting(telling)[0].body, ensure_ascii=False)
        assert "13800001001" not in sent and "web:abc" not in sent
        assert "85551234" not in sent and "199001011234" not in sent and "灯坏了" in sent

    def test_of_a_confidential_ticket_only_that_it_took_a_step(self, telling: Database) -> None:
        ticket = opened(telling, what="钱七态度恶劣", category="staff_conduct", kind="bad_attitude")
        body = waiting(telling)[0].body
        assert body["ticket"] == {
            "number": ticket.number, "status": "assigned", "status_name": "已派单", "confidential": True,
        }  # fmt: skip
        sent = json.dumps(body, ensure_ascii=False)
        assert "钱七" not in sent and "staff_conduct" not in sent and "m01" not in sent and "幸福里" not in sent


def opened_elsewhere() -> Ticket:
    from tests.actions.fakes import FakeUnit

    return open_ticket(make_report("r9"), by=Actor(Role.RESIDENT, "web:abc"), at=MONDAY, desk=DESK, uow=FakeUnit())


class TestSending:
    def test_it_is_signed_over_the_time_and_the_body(self, telling: Database, receiver: Receiver, hook: Hook) -> None:
        ticket = opened(telling)
        WebhookSender([hook], lambda: MONDAY)(waiting(telling)[0])
        ((headers, body),) = receiver.taken
        stamp = headers["x-linli-timestamp"]
        expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, sha256).hexdigest()
        assert headers["x-linli-signature"] == f"sha256={expected}"
        assert stamp == str(int(MONDAY.timestamp())) and headers["x-linli-id"] == f"{ticket.number}.1"
        assert headers["content-type"].startswith("application/json") and receiver.bodies()[0]["event"] == "open"

    @pytest.mark.parametrize("status", [301, 307, 400, 404, 410, 429, 500, 503])
    def test_anything_but_a_yes_is_no_delivery(
        self, telling: Database, receiver: Receiver, hook: Hook, status: int
    ) -> None:
        opened(telling)
        receiver.statuses = [status]
        with pytest.raises(NotTaken, match=f"HTTP {status}"):
            WebhookSender([hook], lambda: MONDAY)(waiting(telling)[0])
        assert receiver.tries == 1 and receiver.taken == [], "no redirect is followed"

    def test_nobody_at_home_is_said_without_the_address(self, telling: Database, receiver: Receiver) -> None:
        dead = Hook("http://127.0.0.1:1/x?key=topsecret", SECRET)
        opened(telling)
        notice = waiting(telling)[0]
        away = Hook(receiver.url, SECRET)
        sender = WebhookSender([away], lambda: MONDAY)
        sender._hooks[away.name] = dead
        with pytest.raises(NotTaken) as failure:
            sender(notice)
        assert "topsecret" not in str(failure.value) and SECRET not in repr(dead)


class TestDelivery:
    @pytest.fixture
    def url(self, sqlite: str) -> str:
        return sqlite

    @pytest.fixture
    def delivery(self, url: str, telling: Database, hook: Hook) -> Iterator[Callable[..., Delivery]]:
        runtime = Runtime(url)

        def launched(*hooks: Hook) -> Delivery:
            senders = {"webhook": WebhookSender(hooks or [hook], lambda: MONDAY), "worker": lambda _notice: None}
            delivery = Delivery(senders, unit=telling.unit, clock=lambda: MONDAY, runtime=runtime, patience=QUICK)
            runtime.launch()
            return delivery

        yield launched
        runtime.close()

    def test_a_receiver_that_fails_first_gets_it_with_the_same_id(
        self, telling: Database, receiver: Receiver, delivery: Callable[..., Delivery]
    ) -> None:
        receiver.statuses = [500, 503]
        ticket = opened(telling)
        delivery().sweep()
        wait(lambda: not waiting(telling))
        assert receiver.tries == 3
        assert [headers["x-linli-id"] for headers, _ in receiver.taken] == [f"{ticket.number}.1"]

    def test_one_that_never_takes_it_leaves_a_dead_letter_that_can_be_sent_again(
        self, telling: Database, receiver: Receiver, delivery: Callable[..., Delivery]
    ) -> None:
        receiver.statuses = [500] * 3
        opened(telling)
        running = delivery()
        running.sweep()
        wait(lambda: dead_letters(uow=telling.reading()))
        (dead,) = dead_letters(uow=telling.reading())
        assert receiver.taken == [] and dead.attempts == 3 and "HTTP 500" in (dead.last_error or "")
        send_again(dead.id, by="admin", at=MONDAY, uow=telling.unit())
        running.sweep()
        wait(lambda: receiver.taken)
        assert len(receiver.taken) == 1

    def test_a_broken_receiver_keeps_the_other_from_nothing(
        self, url: str, receiver: Receiver, hook: Hook, delivery: Callable[..., Delivery]
    ) -> None:
        broken = Hook("http://127.0.0.1:1/", SECRET)
        both = open_database(url, announcer([broken, hook]))
        opened(both)
        running = delivery(broken, hook)
        running.sweep()
        wait(lambda: receiver.taken and dead_letters(uow=both.reading()))
        assert [n.audience for n in dead_letters(uow=both.reading())] == [f"webhook:{broken.name}"]
        both.close()

    def test_what_waits_for_a_hook_that_is_gone_goes_to_no_other(
        self, telling: Database, receiver: Receiver, delivery: Callable[..., Delivery]
    ) -> None:
        opened(telling)
        running = delivery(Hook(f"{receiver.url}&other", SECRET))
        running.sweep()
        wait(lambda: dead_letters(uow=telling.reading()))
        assert receiver.tries == 0


class TestTheSetting:
    def test_addresses_and_secrets(self) -> None:
        hooks = read_hooks(f" https://a.example/x?y=1|{SECRET} , http://b.example|{SECRET}2,")
        assert [(h.url, h.secret) for h in hooks] == [
            ("https://a.example/x?y=1", SECRET),
            ("http://b.example", f"{SECRET}2"),
        ]
        assert read_hooks("") == () and len({h.name for h in hooks}) == 2

    @pytest.mark.parametrize(
        "text",
        [
            "https://a.example",
            "https://a.example|short",
            f"ftp://a.example|{SECRET}",
            f"a.example|{SECRET}",
            f"https://|{SECRET}",
            f"https://a.example:x|{SECRET}",
            f"https://a.example|{SECRET},https://a.example|{SECRET}",
        ],
    )
    def test_what_is_wrong_stops_the_start(self, text: str) -> None:
        with pytest.raises(WebhooksBroken) as failure:
            read_hooks(text)
        assert SECRET not in str(failure.value)
