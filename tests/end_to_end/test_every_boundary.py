"""Dying at each boundary of a dialogue, one after the other: before and after each commit, before and after the engine.

What `kill_loop` does with dice and SIGKILL, this does by count. The engine is the real one, the actions and the database
are too; only the service lives in this process. A dialogue is played once undisturbed, which tells how many boundaries
it has, and then once for each of them: there every deed and every look at the database fails from one moment on, as it
does for a process that is gone, until a new service stands on the same database and the resident sends the same message
again. Each time the answers must be what the dialogue wants, and the books those of the undisturbed dialogue.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections import Counter as Count
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI

import bot.app
from actions.dialogue.executor import make_executor
from actions.store.database import Database, open_database
from actions.store.migrate import migrate_database
from actions.store.unit import SqlUnitOfWork
from bot.api.chat import ChatMessage, inbound_of, turn_view
from bot.api.deeds import deeds_router
from bot.app import open_house
from bot.conversation import holding
from bot.conversation.engine import Engine, EngineTurn
from bot.conversation.flow import Flow, Turn
from bot.conversation.hub import Hub
from bot.conversation.own_data import OwnData
from bot.conversation.process import name_of_process
from bot.house import House
from bot.settings import ROOT, Settings
from tests.bot.conftest import serving
from tests.end_to_end.accounts import Kept
from tests.end_to_end.dialogue import check
from tests.end_to_end.mortal import TOKEN, Mortal

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not Settings().engine_python.exists(), reason="skipped: no engine environment, run make setup"),
]
DIALOGUES = ("着火了", "转人工之后机器人不插话", "一句话说全，看一眼就提交")
LONG = ("撤销", "一句话约好，再问、再取消", "两件要登记的事，一件一件来")
"""Played with LINLI_EVERY_BOUNDARY=1: some minutes."""


class Died(Exception):
    """The process is gone."""


@dataclass
class Fate:
    """Counts boundaries, and is over at one of them."""

    at: int = 0
    passed: int = 0
    over: bool = False

    def boundary(self) -> None:
        """Pass by, or end."""
        self.passed += 1
        self.over = self.over or self.passed == self.at
        self.look()

    def look(self) -> None:
        """Nothing can be seen after the end."""
        if self.over:
            raise Died


class MortalUnit(SqlUnitOfWork):
    """A transaction of somebody who may die before or after it is done."""

    fate: Fate

    def commit(self) -> None:
        """See `SqlUnitOfWork.commit`."""
        self.fate.boundary()
        super().commit()
        self.fate.boundary()


@dataclass(frozen=True)
class MortalDatabase(Database):
    """A database as somebody sees it who may die."""

    fate: Fate = field(default_factory=Fate)

    def unit(self) -> SqlUnitOfWork:
        """See `Database.unit`."""
        self.fate.look()
        unit = MortalUnit(self.engine, announce=self.announce)
        unit.fate = self.fate
        return unit

    def reading(self) -> SqlUnitOfWork:
        """See `Database.reading`."""
        self.fate.look()
        return super().reading()


class MortalEngine(Engine):
    """The way to the engine, for somebody who may die on it."""

    fate: Fate

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> EngineTurn:
        """See `Engine.turn`."""
        self.fate.boundary()
        answer = await super().turn(conversation, text, metadata)
        self.fate.boundary()
        return answer


class Deeds:
    """The actions of whichever service lives now."""

    executor: Any = None

    async def run(self, call: Any) -> Any:
        """See `ActionExecutor.run`."""
        return await self.executor.run(call)


@dataclass
class Place:
    """The engine with its actions, and what every service is made of."""

    house: House
    deeds: Deeds
    engine_url: str
    empty: Path

    @contextmanager
    def born(self, file: Path, fate: Fate) -> Iterator[Flow]:
        """A service on a database."""
        plain = open_database(f"sqlite:///{file}")
        database = MortalDatabase(plain.engine, self.house.database.announce, fate)
        engine = MortalEngine(self.engine_url, TOKEN, 60.0)
        engine.fate = fate
        house = replace(self.house, database=database, engine=engine)
        self.deeds.executor = make_executor(bot.app._counter(house, None))
        own_data = OwnData(database, house.storage, engine, self.house.clock)
        yield Flow(database, engine, Hub(), self.house.clock, 2000, own_data)
        plain.close()

    async def play(self, turns: list[Mapping[str, Any]], file: Path, at: int) -> int:
        """Hold a dialogue, dying at that boundary if there is one; how many there were."""
        shutil.copy(self.empty, file)
        fate, conversation = Fate(at), uuid.uuid4().hex
        for turn in turns:
            said = {key: turn[key] for key in ("location",) if key in turn}
            message = ChatMessage(conversation=conversation, text=turn["say"], message_id=uuid.uuid4().hex, **said)
            answer = await self._answered(message, file, fate)
            if fate.over:
                answer, fate = await self._answered(message, file, Fate()), Fate()
            assert answer is not None
            check(dict(turn), turn_view(answer))
        return fate.passed

    async def _answered(self, message: ChatMessage, file: Path, fate: Fate) -> Turn | None:
        with self.born(file, fate) as flow:
            try:
                return await flow.receive(inbound_of(message))
            except Died:
                return None


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data = tmp_path_factory.mktemp("boundaries")
    database = open_database(f"sqlite:///{data}/empty.db")
    migrate_database(database)
    database.engine.dispose()
    deeds, app = Deeds(), FastAPI()
    app.include_router(deeds_router(deeds, TOKEN))  # type: ignore[arg-type]
    settings = Settings(data=data, _env_file=None)  # type: ignore[call-arg]
    house = open_house(settings, Engine("http://127.0.0.1", "", 1.0), lambda: True)
    house.answerer()
    with serving(app) as port:
        mortal = Mortal(data, port=port)
        asyncio.run(mortal.start_engine())
        yield Place(house, deeds, f"http://127.0.0.1:{mortal.engine_port}", data / "empty.db")
        mortal.end()


def case(title: str) -> list[Mapping[str, Any]]:
    """A dialogue of tests/conversations."""
    files = sorted((ROOT / "tests" / "conversations").glob("*.yml"))
    return next(c["turns"] for file in files for c in yaml.safe_load(file.read_text("utf-8")) if c["title"] == title)


def books(file: Path) -> dict[str, Any]:
    """What can be counted: it must not depend on how often somebody died."""
    kept = Kept(file)
    return {
        "messages": [(m["text"], len(kept.replies[m["id"]])) for m in kept.inbound],
        "tickets": Count((t["kind"], t["state"], t["address"]) for t in kept.tickets),
        "appointments": Count(a["status"] for a in kept.appointments),
        "letters": Count((letter["topic"], letter["audience"].partition(":")[0]) for letter in kept.letters),
        "deeds": Count(d["event"] for d in kept.deeds),
        "owners": Count((c["owner"], c["state"], c["alert"]) for c in kept.conversations.values()),
    }


@pytest.fixture(autouse=True)
def earlier_lives_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """All services live in this process; what an earlier one holds is held by the dead all the same."""
    monkeypatch.setattr(
        holding, "name_of_process", lambda: f"{name_of_process().partition('/')[0]}/0/never/{uuid.uuid4()}"
    )


@pytest.mark.parametrize("title", DIALOGUES + (LONG if os.environ.get("LINLI_EVERY_BOUNDARY") else ()))
async def test_dying_anywhere_changes_nothing(place: Place, tmp_path: Path, title: str) -> None:
    turns, undisturbed = case(title), tmp_path / "undisturbed.db"
    boundaries = await place.play(turns, undisturbed, at=0)
    assert boundaries >= 4 * len(turns)
    for at in range(1, boundaries + 1):
        file = tmp_path / f"{at}.db"
        await place.play(turns, file, at)
        assert books(file) == books(undisturbed), f"{title}: died at boundary {at} of {boundaries}"
        file.unlink()
