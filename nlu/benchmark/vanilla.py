"""A vanilla Chinese Rasa, as its documentation would have it: jieba, count vectors, DIET; memory, rules, TED."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from nlu.benchmark.sentences import DONE

LEARNED = 5
"""Examples of each intent that it learns from: its speed hardly depends on how many."""
CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "language": "zh",
    "assistant_id": "vanilla",
    "pipeline": [
        {"name": "JiebaTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 40, "constrain_similarities": True},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 20, "constrain_similarities": True},
    ],
}


def train(folder: Path, said: Mapping[str, Sequence[str]], actions_url: str) -> Path:
    """Write its project into a folder and train it; returns the model."""
    _write(folder / "config.yml", CONFIG)
    _write(folder / "endpoints.yml", {"action_endpoint": {"url": actions_url}})
    _write(folder / "credentials.yml", {"rest": None})
    _write(folder / "domain.yml", _domain(said))
    _write(folder / "data.yml", _data(said))
    command = ["train", "--data", "data.yml", "--out", "models", "--fixed-model-name", "vanilla", "--quiet"]
    done = subprocess.run(rasa(command), cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return folder / "models" / "vanilla.tar.gz"


def serving(folder: Path, model: Path, port: int) -> list[str]:
    """The command that serves it."""
    files = [
        "--model",
        str(model),
        "--endpoints",
        str(folder / "endpoints.yml"),
        "--credentials",
        str(folder / "credentials.yml"),
    ]
    return rasa(["run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port), *files])


def rasa(arguments: Sequence[str]) -> list[str]:
    """A command of Rasa's own."""
    return [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]


def environment() -> dict[str, str]:
    """Ours, and nothing is sent home."""
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def _domain(said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    spoken = [intent for intent in said if intent not in DONE]
    return {
        "version": "3.1",
        "intents": list(said),
        "responses": {f"utter_{intent}": [{"text": f"好的，{intent}"}] for intent in spoken},
        "actions": [f"action_{intent}" for intent in said if intent in DONE],
    }


def _data(said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    steps = {i: [{"intent": i}, {"action": f"action_{i}" if i in DONE else f"utter_{i}"}] for i in said}
    return {
        "version": "3.1",
        "nlu": [{"intent": i, "examples": "".join(f"- {t}\n" for t in texts[:LEARNED])} for i, texts in said.items()],
        "rules": [{"rule": intent, "steps": each} for intent, each in steps.items()],
        "stories": [{"story": "a day", "steps": [step for each in steps.values() for step in each]}],
    }


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False), "utf-8")
