"""What a process did not live to do is done by the next one: in its order, once, and without waiting for the dead."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from actions.attachments.folder import FolderStorage
from actions.clock import SHANGHAI
from actions.conversations.claiming import claim
from actions.conversations.handover import hand_over, take_over
from actions.conversations.message import Author, Inbound, Reply
from actions.conversations.reading import transcript
from actions.conversations.recording import record_inbound
from actions.store.database import Database, open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.filed import filed_since
from actions.tickets.opening import open_ticket
from actions.tickets.ticket import Ticket
from bot.conversation.engine import EngineDown, EngineTurn
from bot.conversation.flow import Flow, Turn
from bot.conversation.holding import Holding
from bot.conversation.hub import Hub
from bot.conversation.own_data import OwnData
from bot.conversation.process import is_gone, name_of_process
from knowledge.wording import say
from tests.actions.samples import make_desk, make_report
from tests.tables import lay_tables

MORNING = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)
WEB = "web:abc"


class Died(BaseException):
    """The process ended here."""


class House:
    """A database, and processes that live on it one after the other; the clock goes on by a second at each look."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self._folder, self._now = database, folder, MORNING
        self.heard: list[str] = []
        self.dying = False
        self.flow = self.process()

    def clock(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def process(self) -> Flow:
        engine = cast(Any, self)
        own_data = OwnData(self.database, FolderStorage(self._folder), engine, self.clock)
        self.flow = Flow(self.database, engine, Hub(), self.clock, 2000, own_data, self.card)
        return self.flow

    def card(self, ticket: Ticket) -> dict[str, Any]:
        return {"type": "ticket_created", "ticket": {"number": ticket.number, "assignee": ticket.assignee}}

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> EngineTurn:
        self.heard.append(text)
        if text == "转人工":
            hand_over(conversation, "", False, at=self.clock(), uow=self.database.unit())
        if self.dying:
            self.dying = False
            raise Died
        if text == "着火了":  # the engine files it and dies before it can say so
            report = make_report(metadata["message_id"], conversation=conversation)
            resident = Actor(Role.RESIDENT, conversation)
            open_ticket(report, by=resident, at=self.clock(), desk=make_desk(), uow=self.database.unit())
            raise EngineDown("killed")
        if text == "在吗":
            raise EngineDown("killed")
        return EngineTurn((Reply(f"听到：{text}"),), (), {"intent": "greet", "confidence": 0.9})

    async def say(self, text: str, id_: str) -> Turn:
        return await self.flow.receive(Inbound(f"m{id_}", WEB, text, id_))

    async def die_over(self, text: str, id_: str) -> None:
        """A process dies in the middle of a message, and another one starts."""
        self.dying = True
        with pytest.raises(Died):
            await self.say(text, id_)
        self.process()

    def told(self) -> list[str]:
        said = transcript(WEB, uow=self.database.reading())
        return [m.text for m in said if m.author is not Author.RESIDENT and m.text != say("consent")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database(lay_tables(f"sqlite:///{tmp_path}/linli.db"))
    yield House(database, tmp_path / "files")
    database.close()


async def test_a_message_that_is_sent_again_is_answered(house: House) -> None:
    await house.die_over("灯坏了", "1")
    assert [reply.text for reply in (await house.say("灯坏了", "1")).replies][:1] == ["听到：灯坏了"]
    assert house.told() == ["听到：灯坏了"]


async def test_what_was_left_is_answered_before_what_comes_next(house: House) -> None:
    await house.die_over("灯坏了", "1")
    turn = await house.say("在三栋", "2")
    assert [reply.text for reply in turn.replies] == ["听到：在三栋"], "the answer to this message, not to the other"
    assert house.told() == ["听到：灯坏了", "听到：在三栋"]


async def test_a_new_process_answers_at_once_what_the_last_one_left(house: House) -> None:
    await house.die_over("灯坏了", "1")
    assert await house.flow.resume() == 1 and await house.flow.resume() == 0
    assert house.told() == ["听到：灯坏了"]


async def test_a_message_that_came_a_moment_ago_is_left_to_whoever_has_it(house: House) -> None:
    record_inbound(Inbound("m1", WEB, "灯坏了", "1"), at=house.clock(), uow=house.database.unit())
    assert await house.flow.resume() == 0
    assert [reply.text for reply in (await house.say("在三栋", "2")).replies][:1] == ["听到：在三栋"]


async def test_the_notice_on_data_is_said_once_however_often_one_dies_over_it(house: House) -> None:
    await house.die_over("灯坏了", "1")
    await house.die_over("灯坏了", "1")
    for message in ("1", "2"):
        await house.say("灯坏了", message)
    said = [m.text for m in transcript(WEB, uow=house.database.reading())]
    assert said.count(say("consent")) == 1


async def test_who_asked_for_a_person_is_told_so_though_the_process_died_over_it(house: House) -> None:
    await house.die_over("转人工", "1")
    turn = await house.say("转人工", "1")
    assert [reply.text for reply in turn.replies] == ["听到：转人工"] and turn.owner == "person"
    assert not (await house.say("有人吗", "2")).replies, "from here on a person speaks"


async def test_where_a_person_has_taken_over_the_bot_keeps_silent_about_what_was_left(house: House) -> None:
    await house.die_over("转人工", "1")
    take_over(WEB, "operator", at=house.clock(), uow=house.database.unit())
    assert not (await house.say("转人工", "1")).replies


async def test_what_a_dead_process_holds_is_not_waited_for(house: House) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from bot.conversation.process import name_of_process as n; print(n())"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout.strip()
    at = house.clock()
    assert claim("m1", by=ended, at=at, uow=house.database.unit())
    async with Holding(house.database, house.clock).hold("m1") as ours:
        assert ours is is_gone(ended)


async def test_what_a_living_process_holds_is_left_to_it(house: House) -> None:
    for living in (name_of_process(), "of a kind that tells nothing"):
        assert claim(living, by=living, at=house.clock(), uow=house.database.unit())
        async with Holding(house.database, house.clock).hold(living) as ours:
            assert not ours


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="skipped: this system does not show its processes")
def test_a_process_that_ended_is_seen_to_be_gone_buried_or_not() -> None:
    command = "import sys; from bot.conversation.process import name_of_process as n; print(n(), flush=True); sys.stdin.read()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout and process.stdin
        name = process.stdout.readline().decode().strip()
        assert not is_gone(name)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(name), "it has not been buried yet"
    assert is_gone(name)


@pytest.mark.parametrize("name", ["", "x", "elsewhere/1/1/abc", "//1/", "a/b/c/d"])
def test_of_others_nothing_is_known(name: str) -> None:
    assert not is_gone(name)


async def test_what_the_engine_filed_before_it_died_is_named(house: House) -> None:
    turn = await house.say("着火了", "1")
    filed = filed_since(WEB, MORNING, uow=house.database.reading())
    assert filed and turn.replies[0].text == say("engine_down_filed", number=filed.number)
    assert turn.events == [{"type": "ticket_created", "ticket": {"number": filed.number, "assignee": filed.assignee}}]
    assert (await house.say("在吗", "2")).replies[0].text == say("engine_down"), "of this one nothing was filed"
