"""The dialogues played by Rasa's own test command; what it can play and what it can't stands in `stories`.

One dialogue of each file, or all of them with LINLI_ALL_STORIES=1 (minutes).
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.outside import current_model
from bot.settings import ROOT, Settings
from tests.end_to_end.conftest import Service
from tests.end_to_end.dialogue import check

pytestmark = pytest.mark.end_to_end
RIGHT, WRONG = "action_open_ticket", "action_drop_report"


def chosen() -> list[dict[str, Any]]:
    """The dialogues to be played: each begins with something that the engine is asked."""
    files = sorted((ROOT / "tests" / "conversations").glob("*.yml"))
    told = [yaml.safe_load(file.read_text("utf-8")) for file in files if file.stem != "own_data"]
    whole = bool(os.environ.get("LINLI_ALL_STORIES"))
    return [case for cases in told for case in (cases if whole else cases[:1]) if "known_failure" not in case]


def in_engine(module: str, *arguments: str) -> str:
    """Run a module of these tests in the engine's environment; what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    command = [str(Settings().engine_python), "-W", "ignore", "-m", f"tests.end_to_end.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def play(service: Service, cases: Sequence[dict[str, Any]]) -> list[str]:
    """Hold the dialogues through the chat API; the conversations' ids as the engine knows them."""
    held = []
    for case in cases:
        conversation = uuid.uuid4().hex
        for turn in case["turns"]:
            check(turn, service.say(conversation, turn["say"], location=turn.get("location")))
        held.append(f"web:{conversation}")
    return held


def stories_of(service: Service, conversations: Sequence[str], folder: Path) -> Path:
    """Stories of those in which the engine was asked at all, written from a copy of what it keeps."""
    trackers = folder / "engine.db"
    with sqlite3.connect(service.data / "engine.db") as kept, sqlite3.connect(trackers) as copy:
        kept.backup(copy)
        known = {sender for (sender,) in copy.execute("select sender from trackers")} & set(conversations)
    where = ["--trackers", str(trackers), "--output", str(folder / "stories")]
    in_engine("stories", *where, "--only", *known)
    return folder / "stories"


def test_rasas_own_command_plays_the_dialogues(service: Service, tmp_path: Path) -> None:
    conversations = play(service, chosen())
    stories = stories_of(service, conversations, tmp_path)
    told = len(list(stories.iterdir()))
    assert told >= 0.8 * len(conversations), "nearly all of them are for the engine, and can be written as stories"
    one = next(path for path in sorted(stories.iterdir()) if RIGHT in path.read_text("utf-8"))
    wrong = one.read_text("utf-8").replace(RIGHT, WRONG).replace("- story: ", "- story: wrong ")
    (stories / "test_wrong.yml").write_text(wrong, "utf-8")
    out = tmp_path / "results"
    places = ["--model", str(current_model(Settings())), "--stories", str(stories), "--out", str(out)]
    in_engine("rasa_command", "core", "--e2e", "--no-plot", *places)
    report = json.loads((out / "story_report.json").read_text("utf-8"))["conversation_accuracy"]
    failed = (out / "failed_test_stories.yml").read_text("utf-8")
    assert report["total"] >= 0.9 * told
    assert report["correct"] == report["total"] - 1, failed
    assert "- story: wrong " in failed, "a story that is wrong must fail"
