"""`/metrics`: what it counts, what it never says, and who may look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from actions.errors import DatabaseUnreachable
from bot.api.chat import chat_router
from bot.api.metrics import metrics_router
from tests.bot.test_consoles_house import Place, make_place


def browser(place: Place, host: str = "127.0.0.1") -> TestClient:
    app = FastAPI()
    app.include_router(metrics_router(place.house))
    app.include_router(chat_router(place.house))
    return TestClient(app, client=(host, 50000))


def samples(client: TestClient, **headers: str) -> Mapping[str, float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found["".join([sample.name, *(f"/{value}" for value in sample.labels.values())])] = sample.value
    return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


def test_what_stands_and_what_is_late(place: Place) -> None:
    client = browser(place)
    place.ticket()
    place.ticket("r2", conversation="web:def")
    before = samples(client)
    assert before["linli_tickets_open/assigned"] == 2 and before["linli_tickets_open/accepted"] == 0
    assert before["linli_tickets_overdue"] == 0 and before["linli_engine_up"] == before["linli_database_up"] == 1
    assert before["linli_outbox_waiting"] == 2 and before["linli_outbox_dead"] == 0
    with place.house.database.unit() as uow:
        uow.outbox.give_up(uow.outbox.waiting(1)[0].id, place.clock())
        uow.commit()
    place.clock.at += timedelta(days=60)
    after = samples(client)
    assert after["linli_tickets_overdue"] == 2
    assert (after["linli_outbox_waiting"], after["linli_outbox_dead"]) == (1, 1)


def test_messages_and_turns_are_counted(place: Place) -> None:
    client = browser(place)
    assert samples(client)["linli_messages_total/web"] == 0
    for n in range(3):
        client.post("/api/chat", json={"conversation": f"secret-{n}", "text": "我叫王小明，电话13800001001"})
    counted = samples(client)
    assert counted["linli_messages_total/web"] == counted["linli_turn_seconds_count"] == 3
    assert counted["linli_turn_seconds_bucket/+Inf"] == 3 and counted["linli_turn_seconds_sum"] > 0


def test_a_turn_that_breaks_is_timed_too(place: Place) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError

    place.engine.turn = broken  # type: ignore[method-assign]
    client = browser(place)
    with pytest.raises(RuntimeError):
        client.post("/api/chat", json={"conversation": "abc", "text": "你好"})
    assert samples(client)["linli_turn_seconds_count"] == 1


def test_nothing_personal_is_in_it(place: Place) -> None:
    client = browser(place)
    place.ticket(what="我叫王小明", phone="13800001001")
    client.post("/api/chat", json={"conversation": "secret-id", "text": "我叫王小明，电话13800001001"})
    text = client.get("/metrics").text
    for secret in ("王小明", "13800001001", "secret-id", "web:", "幸福里", "w01", "GY2026"):
        assert secret not in text, secret


def test_what_is_down_is_said(place: Place) -> None:
    async def dead() -> bool:
        return False

    class Gone:
        def reading(self) -> Any:
            raise DatabaseUnreachable(address="postgresql://db")

    place.engine.alive = dead  # type: ignore[method-assign]
    house = replace(place.house, engine=place.engine, database=Gone(), worker_alive=lambda: False)  # type: ignore[arg-type]
    place.house = house
    found = samples(browser(place))
    assert found["linli_engine_up"] == found["linli_worker_up"] == found["linli_database_up"] == 0
    assert not [name for name in found if name.startswith(("linli_tickets", "linli_outbox"))]


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.8", {}, 403),
        ("testclient", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 403),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, 403),
    ],
)
def test_without_a_token_this_machine_alone(place: Place, host: str, headers: dict[str, str], status: int) -> None:
    assert browser(place, host).get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [("Bearer right", 200), ("Bearer wrong", 403), ("right", 403), ("", 403)],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.8"])
def test_with_a_token_whoever_has_it(tmp_path: Path, host: str, given: str, status: int) -> None:
    client = browser(make_place(tmp_path, metrics_token="right"), host)
    assert client.get("/metrics", headers={"Authorization": given}).status_code == status
