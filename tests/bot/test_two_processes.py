"""Two processes on one database, each with hub, flow and channels of its own: every message is answered once, every reply
sent once, whoever of them dies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from actions.conversations.claiming import LEASE, claim, let_go, sweep_claims
from actions.conversations.message import Inbound, Message, Reply
from actions.conversations.reading import transcript
from actions.conversations.recording import mark_sent, record_inbound, record_replies
from actions.store.database import Database, open_database
from bot.conversation import holding
from bot.conversation.engine import EngineTurn
from bot.conversation.flow import Flow
from bot.conversation.holding import Holding
from bot.conversation.hub import Hub
from bot.conversation.leftovers import SETTLING, Leftovers
from bot.conversation.news import message_news
from bot.conversation.relay import Relay
from tests.actions.conftest import postgresql, sqlite, url  # noqa: F401
from tests.actions.crowd import crowd
from tests.actions.samples import MONDAY

LATER = MONDAY + timedelta(minutes=1)
"""When a message of Monday's has settled."""
CALLED = "web:abc"


class SlowEngine:
    """Repeats what it hears, after a while."""

    def __init__(self, seconds: float = 0.3) -> None:
        self.heard: list[str] = []
        self.seconds = seconds

    async def turn(self, conversation: str, text: str, metadata: Any) -> EngineTurn:
        self.heard.append(text)
        await asyncio.sleep(self.seconds)
        return EngineTurn((Reply(f"听到：{text}"),), (), None)


class Process:
    """One process: a database opened by itself, a hub, a flow. They share the engine."""

    def __init__(self, address: str, engine: SlowEngine, at: datetime = MONDAY) -> None:
        self.database, self.now = open_database(address), at
        self.flow = Flow(self.database, engine, Hub(), lambda: self.now, 2000)  # type: ignore[arg-type]


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine()


@pytest.fixture
def pair(url: str, engine: SlowEngine) -> Iterator[tuple[Process, Process]]:  # noqa: F811
    both = Process(url, engine), Process(url, engine)
    yield both
    for process in both:
        process.database.close()


Pair = tuple[Process, Process]


def said(database: Database) -> list[str]:
    return [message.text for message in transcript(CALLED, uow=database.reading())]


async def test_the_same_message_brought_to_both_at_once_is_answered_once(pair: Pair, engine: SlowEngine) -> None:
    twice = [process.flow.receive(Inbound(f"m{n}", CALLED, "灯坏了", "c1")) for n, process in enumerate(pair)]
    one, other = await asyncio.gather(*twice)
    assert engine.heard == ["灯坏了"] and said(pair[0].database) == ["灯坏了", "听到：灯坏了"]
    assert [reply.id for reply in one.replies] == [reply.id for reply in other.replies] != []


async def test_what_a_dead_process_left_is_taken_up_by_one_of_the_others(pair: Pair, engine: SlowEngine) -> None:
    for n in range(5):
        record_inbound(Inbound(f"m{n}", f"web:{n}", f"第{n}件"), at=MONDAY, uow=pair[0].database.unit())
    for process in pair:
        process.now = LATER
    assert sum(await asyncio.gather(*(process.flow.resume() for process in pair))) == 5
    assert sorted(engine.heard) == [f"第{n}件" for n in range(5)]
    assert await pair[0].flow.resume() == 0


async def test_what_one_is_still_thinking_about_is_left_to_it(
    pair: Pair, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its turn takes longer than a claim lasts; it prolongs the claim meanwhile."""
    monkeypatch.setattr(holding, "AGAIN", 0.05)
    slow, other = pair
    engine.seconds = 0.8
    turn = asyncio.create_task(slow.flow.receive(Inbound("m", CALLED, "灯坏了")))
    await asyncio.sleep(0.2)
    slow.now = other.now = LATER
    await asyncio.sleep(0.3)
    assert await other.flow.resume() == 0 and not turn.done()
    await turn
    assert engine.heard == ["灯坏了"] and said(slow.database) == ["灯坏了", "听到：灯坏了"]


async def test_an_unsent_reply_is_sent_by_one_of_them(pair: Pair) -> None:
    database, sent = pair[0].database, list[str]()
    message, _ = record_inbound(Inbound("m", "telegram:1", "灯坏了"), at=MONDAY, uow=database.unit())
    record_replies(message, [Reply("一"), Reply("二")], None, {}, at=MONDAY, uow=database.unit())

    def leftovers(process: Process) -> Leftovers:
        hold = Holding(process.database, lambda: process.now)

        async def deliver(reply: Message) -> None:
            async with hold.hold_unsent(reply.id) as ours:
                if ours:
                    await asyncio.sleep(0.2)
                    sent.append(reply.text)
                    mark_sent(reply.id, at=process.now, uow=process.database.unit())

        return Leftovers("telegram", process.database, lambda: process.now, deliver)

    for process in pair:
        process.now = MONDAY + SETTLING * 2
    await asyncio.gather(*(leftovers(process).sweep() for process in pair))
    assert sorted(sent) == ["一", "二"]


def test_fifty_at_once_claim_it_once(pair: Pair) -> None:
    database = pair[0].database
    taken = crowd(lambda n: claim("m", by=f"p{n}", at=MONDAY, uow=database.unit()))
    assert sum(taken) == 1


def test_a_claim_runs_out_is_prolonged_and_can_be_let_go(pair: Pair) -> None:
    one, other = (process.database for process in pair)
    assert claim("m", by="one", at=MONDAY, uow=one.unit())
    almost = MONDAY + LEASE - timedelta(seconds=1)
    assert not claim("m", by="other", at=almost, uow=other.unit())
    assert claim("m", by="one", at=almost, uow=one.unit())
    assert not claim("m", by="other", at=MONDAY + LEASE, uow=other.unit()), "it was prolonged"
    assert claim("m", by="other", at=almost + LEASE, uow=other.unit())
    let_go("m", by="one", uow=one.unit())
    assert not claim("m", by="one", at=almost + LEASE, uow=one.unit()), "nobody lets go what another one has"
    let_go("m", by="other", uow=other.unit())
    assert claim("m", by="one", at=almost + LEASE, uow=one.unit())
    sweep_claims(at=almost + LEASE * 2, unit=one.unit)
    assert claim("m", by="other", at=almost + LEASE, uow=other.unit())


class TestLiveNews:
    """What is told in one process is heard in the other."""

    @pytest.fixture
    def url(self, postgresql: str) -> str:  # noqa: F811
        return postgresql

    @pytest.fixture
    def hubs(self, url: str) -> Iterator[tuple[Database, Hub, Hub]]:  # noqa: F811
        database, hubs = open_database(url), (Hub(), Hub())
        relays = [Relay(hub, database, url) for hub in hubs]
        for relay in relays:
            relay.start()
        yield database, *hubs
        for relay in relays:
            relay.stop()
        database.close()

    async def test_a_ring_for_the_desk_is_heard_once_in_each(self, hubs: tuple[Database, Hub, Hub]) -> None:
        _, here, there = hubs
        async with here.subscribe("operators") as mine, there.subscribe("operators", "worker:w01") as theirs:
            here.publish("operators", {"type": "ring", "id": "web:abc", "text": "燃气"})
            there.publish("operators", {"type": "notice", "text": "完"})
            for news in (mine, theirs):
                heard = [await asyncio.wait_for(anext(news), 10) for _ in range(2)]
                assert sorted(item["type"] for item in heard) == ["notice", "ring"]

    @pytest.mark.parametrize("length", [5, 9_000])
    async def test_a_message_however_long_is_shown_whole(self, hubs: tuple[Database, Hub, Hub], length: int) -> None:
        database, here, there = hubs
        message, _ = record_inbound(Inbound("m", CALLED, "长" * length), at=MONDAY, uow=database.unit())
        async with there.subscribe(f"conversation:{CALLED}") as theirs:
            here.publish(f"conversation:{CALLED}", message_news(message))
            assert await asyncio.wait_for(anext(theirs), 10) == message_news(message)

    async def test_a_notice_that_is_too_long_is_cut(self, hubs: tuple[Database, Hub, Hub]) -> None:
        _, here, there = hubs
        async with there.subscribe("worker:w01") as theirs:
            here.publish("worker:w01", {"type": "notice", "number": "GY1", "text": "长" * 9_000})
            heard = await asyncio.wait_for(anext(theirs), 10)
        assert (heard["number"], heard["text"]) == ("GY1", "长" * 500)


def test_one_process_on_sqlite_has_nothing_to_relay(sqlite: str) -> None:  # noqa: F811
    database, hub = open_database(sqlite), Hub()
    relay = Relay(hub, database, sqlite)
    relay.start()
    assert hub.others is None
    relay.stop()
    database.close()
