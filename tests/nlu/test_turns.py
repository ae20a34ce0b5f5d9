"""A turn is whole or has never been: asked again it is answered as before, broken off it is taken anew."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.engine.trackers import LiveTrackerStore
from nlu.engine.turns import Turns, store_of
from nlu.engine.watching import watch_actions, watched
from tests.nlu.test_engine_light import DOMAIN

SAID: dict[str, Any] = {"message_id": "m1"}


class Talk:
    """A turn that notes what was said, and how often; `then` happens in its middle, after the tracker was changed."""

    def __init__(self, store: LiveTrackerStore, then: Callable[[], Awaitable[None]] | None = None) -> None:
        self._store, self._then, self.taken = store, then, 0

    async def take(self, text: str, metadata: Any) -> dict[str, Any]:
        self.taken += 1
        tracker = await self._store.retrieve("u") or DialogueStateTracker("u", DOMAIN.slots)
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(text, {"name": "greet"}))
        tracker.update(SlotSet("what", [*(tracker.get_slot("what") or []), text]))
        await self._store.save(tracker)
        if self._then:
            await self._then()
        return {"replies": [{"text": f"听到：{text}"}], "understood": None}


@pytest.fixture
def store(tmp_path: Path) -> LiveTrackerStore:
    return LiveTrackerStore(DOMAIN, path=str(tmp_path / "engine.db"))


def again(tmp_path: Path) -> LiveTrackerStore:
    return LiveTrackerStore(DOMAIN, path=str(tmp_path / "engine.db"))


def heard(store: LiveTrackerStore) -> Any:
    tracker = asyncio.run(store.retrieve("u"))
    return tracker.get_slot("what") if tracker else None


async def dies() -> None:
    raise RuntimeError("died")


def test_a_message_that_comes_again_is_answered_as_before_and_not_taken_again(
    store: LiveTrackerStore, tmp_path: Path
) -> None:
    turn = Talk(store)
    first = asyncio.run(Turns().once(store, "u", turn, "灯坏了", SAID))
    assert asyncio.run(Turns().once(store, "u", turn, "灯坏了", SAID)) == first
    assert asyncio.run(Turns().once(again(tmp_path), "u", turn, "灯坏了", SAID)) == first, "another process too"
    assert (turn.taken, heard(store)) == (1, ["灯坏了"])


@pytest.mark.parametrize("other", [("灯坏了", {"message_id": "m2"}), ("灯修好了", SAID), ("灯坏了", {})])
def test_another_message_or_other_words_are_a_turn_of_their_own(store: LiveTrackerStore, other: Any) -> None:
    turn = Talk(store)
    for said in (("灯坏了", SAID), other):
        asyncio.run(Turns().once(store, "u", turn, *said))
    assert turn.taken == 2


def test_a_turn_that_breaks_off_has_never_been(store: LiveTrackerStore, tmp_path: Path) -> None:
    asyncio.run(Turns().once(store, "u", Talk(store), "灯坏了", {"message_id": "m0"}))
    with pytest.raises(RuntimeError):
        asyncio.run(Turns().once(store, "u", Talk(store, dies), "在三栋", SAID))
    assert heard(store) == heard(again(tmp_path)) == ["灯坏了"]
    asyncio.run(Turns().once(store, "u", Talk(store), "在三栋", SAID))
    assert heard(store) == heard(again(tmp_path)) == ["灯坏了", "在三栋"]


def test_the_first_turn_of_all_leaves_nothing_when_it_breaks_off(store: LiveTrackerStore) -> None:
    with pytest.raises(RuntimeError):
        asyncio.run(Turns().once(store, "u", Talk(store, dies), "灯坏了", SAID))
    assert heard(store) is None


def test_an_engine_that_dies_within_a_turn_comes_back_before_it(store: LiveTrackerStore, tmp_path: Path) -> None:
    asyncio.run(Turns().once(store, "u", Talk(store), "灯坏了", {"message_id": "m0"}))
    seen: list[Any] = []

    async def looks() -> None:
        tracker = await again(tmp_path).retrieve("u")
        seen.append(tracker and tracker.get_slot("what"))

    asyncio.run(Turns().once(store, "u", Talk(store, looks), "在三栋", SAID))
    assert seen == [["灯坏了"]], "what the file holds in the middle of a turn"


def test_one_who_hangs_up_breaks_the_turn_off(store: LiveTrackerStore) -> None:
    async def hang_up() -> None:
        begun = asyncio.Event()

        async def waits() -> None:
            begun.set()
            await asyncio.sleep(60)

        taking = asyncio.create_task(Turns().once(store, "u", Talk(store, waits), "灯坏了", SAID))
        await begun.wait()
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking

    asyncio.run(hang_up())
    assert heard(store) is None


def test_turns_of_one_conversation_come_one_after_the_other(store: LiveTrackerStore) -> None:
    async def breathes() -> None:
        await asyncio.sleep(0)

    async def three() -> list[Any]:
        turns = Turns()
        talk = Talk(store, breathes)
        return await asyncio.gather(
            *(turns.once(store, "u", talk, "灯坏了", {"message_id": m}) for m in ("1", "1", "2"))
        )

    first, same, second = asyncio.run(three())
    assert first == same and heard(store) == ["灯坏了"] * 2


def test_forgetting_takes_the_answer_along(store: LiveTrackerStore, tmp_path: Path) -> None:
    asyncio.run(Turns().once(store, "u", Talk(store), "灯坏了", SAID))
    asyncio.run(Turns().forget(store, DialogueStateTracker("u", DOMAIN.slots)))
    assert heard(store) is None and b"\xe7\x81\xaf" not in (tmp_path / "engine.db").read_bytes()
    rows = sqlite3.connect(tmp_path / "engine.db").execute("select turn, answer from trackers").fetchall()
    assert rows == [(None, None)]


def test_a_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "engine.db") as old:
        old.execute("create table trackers (sender text primary key, events text not null)")
        old.execute("insert into trackers values ('u', '[]')")
    turn = Talk(store := again(tmp_path))
    asyncio.run(Turns().once(store, "u", turn, "灯坏了", SAID))
    assert heard(again(tmp_path)) == ["灯坏了"]


def test_our_store_is_found_within_rasas(store: LiveTrackerStore) -> None:
    assert store_of(SimpleNamespace(tracker_store=FailSafeTrackerStore(store))) is store


@pytest.mark.parametrize(
    ("failure", "noticed"),
    [(RuntimeError("away"), ["action_open_ticket"]), (ActionExecutionRejection("action_open_ticket"), [])],
)
def test_an_action_that_fails_is_noticed(monkeypatch: pytest.MonkeyPatch, failure: Exception, noticed: Any) -> None:
    async def fails(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(RemoteAction, "run", fails)
    watch_actions()

    async def act() -> list[str]:
        failures = watched()
        with pytest.raises(type(failure)):
            await RemoteAction("action_open_ticket", None).run(None, None, None, None)
        return failures

    assert asyncio.run(act()) == noticed
