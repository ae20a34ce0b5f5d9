"""The engine's own commands (`train`, `classify`, `evaluate`), run in the engine's Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.settings import ROOT, Settings


class SetupMissing(Exception):
    """Something that `make` sets up is not there; the message is for people."""


def run(settings: Settings, module: str, arguments: Sequence[str]) -> int:
    """Run `python -m nlu.<module>` with our own standard streams; returns its exit code."""
    return subprocess.run(
        _command(settings, module, arguments), cwd=Path.cwd(), env=_environment(settings), check=False
    ).returncode


def ask(settings: Settings, module: str, arguments: Sequence[str]) -> str:
    """Run it and return what it prints."""
    command = _command(settings, module, arguments)
    done = subprocess.run(command, env=_environment(settings), check=False, capture_output=True, text=True)
    return done.stdout.strip()


def _command(settings: Settings, module: str, arguments: Sequence[str]) -> list[str]:
    if not settings.engine_python.exists():
        raise SetupMissing("还没有引擎的 Python 3.10 环境，请先运行 make setup（或用 LINLI_ENGINE_PYTHON 指定）")
    return [str(settings.engine_python), "-W", "ignore", "-m", f"nlu.{module}", *arguments]


def _environment(settings: Settings) -> dict[str, str]:
    cache = {"LINLI_CACHE": str(settings.cache), "LINLI_VECTOR_CACHE": str(settings.cache / "vectors.db")}
    paths = {"PYTHONPATH": str(ROOT), **cache}
    return {**os.environ, **paths, "PYTHONIOENCODING": "utf-8"}


def current_model(settings: Settings) -> Path:
    """The model made from the files as they stand; else the newest one there is; `SetupMissing` where there is none."""
    made = ask(settings, "train", ["--check", "--models", str(settings.models)])
    if made:
        return Path(made)
    newest = max(settings.models.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, default=None)
    if newest is None:
        raise SetupMissing("还没有训练好的模型，请先运行 make model（或 linli train）")
    print("提示：knowledge/ 里的文件在训练之后改过，运行 linli train 后才生效", file=sys.stderr)
    return newest
