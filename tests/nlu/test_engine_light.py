"""What makes the engine light: its own way through Rasa's graph, what it leaves out, a conversation that stays short."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.engine.compact import LARGE, share
from nlu.engine.runner import StraightRunner
from nlu.engine.shortcuts import take_shortcuts
from nlu.engine.trackers import TAIL, LiveTrackerStore

ROOT = Path(__file__).parents[2]
LEFT_OUT = {"tensorflow", "keras", "matplotlib", "dask", "twilio", "aiogram", "slack_sdk", "socketio"} | {
    "boto3.session",
    "botocore",
    "cryptography",
    "h5py",
    "prompt_toolkit",
    "pymongo.mongo_client",
    "typer",
}
DOMAIN = Domain.from_yaml(
    "version: '3.1'\nintents: [greet]\nforms: {report_form: {required_slots: [what]}}\n"
    "slots: {what: {type: any, mappings: [{type: custom}]}}"
)


class FakeNode:
    """Notes that it ran, and adds up what it was given."""

    def __init__(self, name: str, ran: list[str]) -> None:
        self._name, self._ran = name, ran

    def __call__(self, *given: tuple[str, int]) -> tuple[str, int]:
        self._ran.append(self._name)
        return self._name, 1 + sum(value for _, value in given)


def runner(ran: list[str]) -> StraightRunner:
    needs = {
        "parse": {"message": "said"},
        "rules": {"parsed": "parse"},
        "choose": {"a": "rules", "b": "parse"},
        "train": {},
    }
    nodes = {name: SchemaNode(needed, object, "create", "run", {}) for name, needed in needs.items()}
    return StraightRunner(GraphSchema(nodes), {name: FakeNode(name, ran) for name in needs})


def test_only_what_the_target_needs_runs_and_each_once() -> None:
    ran: list[str] = []
    assert runner(ran).run({"said": 10}, ["choose"]) == {"choose": 24}
    assert ran == ["parse", "rules", "choose"]


def test_several_targets_come_together() -> None:
    ran: list[str] = []
    assert runner(ran).run({"said": 10}, ["parse", "rules"]) == {"parse": 11, "rules": 12}
    assert ran == ["parse", "rules"]


def test_the_server_comes_without_what_it_never_uses() -> None:
    code = (
        "from nlu.engine.slim import leave_out_unused; leave_out_unused()\n"
        "import rasa.core.run, rasa.core.agent, rasa.core.policies.rule_policy, sys\n"
        "import spacy, nlu.components.entity_ruler, sklearn.neural_network\n"
        f"print(sorted({LEFT_OUT!r} & {{name for name, module in sys.modules.items() if module}}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def conversation(turns: int) -> DialogueStateTracker:
    events = [SlotSet("what", "路灯坏了"), ActiveLoop("report_form")]
    for number in range(turns):
        events += [ActionExecuted("action_listen"), UserUttered(f"第{number}句", {"name": "greet"}), BotUttered("好")]
    return DialogueStateTracker.from_events("u", events, DOMAIN.slots, domain=DOMAIN)


def saved(path: Path, tracker: DialogueStateTracker) -> LiveTrackerStore:
    store = LiveTrackerStore(DOMAIN, path=str(path))
    asyncio.run(store.save(tracker))
    return store


@pytest.mark.parametrize("turns", [3, 200])
def test_a_long_conversation_keeps_its_end_its_slots_and_its_form(tmp_path: Path, turns: int) -> None:
    kept = asyncio.run(saved(tmp_path / "engine.db", conversation(turns)).retrieve("u"))
    assert kept is not None and len(kept.events) <= 2 * TAIL
    assert (kept.get_slot("what"), kept.active_loop_name) == ("路灯坏了", "report_form")
    assert kept.latest_message is not None and kept.latest_message.text == f"第{turns - 1}句"


def test_another_engine_finds_the_conversation_in_the_file(tmp_path: Path) -> None:
    saved(tmp_path / "engine.db", conversation(50))
    again = asyncio.run(LiveTrackerStore(DOMAIN, path=str(tmp_path / "engine.db")).retrieve("u"))
    assert again is not None and (again.get_slot("what"), again.active_loop_name) == ("路灯坏了", "report_form")


def test_an_answer_of_the_service_is_still_looked_at() -> None:
    take_shortcuts()
    action = RemoteAction("action_contact", None)
    assert action._validate_action_result({"events": [{"event": "slot", "name": "what", "value": 1}], "responses": []})
    with pytest.raises(ValidationError):
        action._validate_action_result({"events": [{"event": 7}], "responses": []})


class Holder:
    """Keeps tables of n-grams, directly and further down."""

    def __init__(self, first: int, last: int) -> None:
        self.table = {f"字{number}": number for number in range(first, last)}
        self.deep = [
            {"view": (SimpleNamespace(columns={f"字{number}": number - first for number in range(first, last)}),)}
        ]
        self.small = {"字1": 1}


def test_tables_of_ngrams_share_their_strings_and_say_the_same() -> None:
    one, other, untouched = Holder(0, LARGE), Holder(LARGE // 2, LARGE * 2), Holder(LARGE // 2, LARGE * 2)
    share([one, other])
    assert (other.table, other.deep[0]["view"][0].columns) == (untouched.table, untouched.deep[0]["view"][0].columns)
    strings: dict[str, str] = {}
    tables = [one.table, other.table, one.deep[0]["view"][0].columns, other.deep[0]["view"][0].columns]
    assert all(strings.setdefault(gram, gram) is gram for table in tables for gram in table)
