"""Train vanilla Rasa, measure ours and it side by side, print both."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import uvloop

from nlu.benchmark import vanilla
from nlu.benchmark.load import Figures, measure
from nlu.benchmark.outside import outside
from nlu.benchmark.sentences import in_turn, sentences
from nlu.benchmark.server import Server, free_port, running
from nlu.train import ROOT, current

ROWS: tuple[tuple[str, str, str], ...] = (
    ("一个用户，轮/秒", "alone", "10 倍"),
    ("八个用户，轮/秒", "together", "10 倍"),
    ("一轮的处理器时间，毫秒", "work", "十分之一"),
    ("只理解听过的句子 p50，毫秒", "known_p50", "5 毫秒"),
    ("只理解新句子 p50，毫秒", "fresh_p50", ""),
    ("只理解新句子 p95，毫秒", "fresh_p95", ""),
    ("第 5 轮，毫秒", "early_turn", ""),
    ("第 200 轮，毫秒", "late_turn", "第 5 轮的 1.2 倍"),
    ("常驻内存 RSS，MB", "resident", "一半"),
    ("按比例内存 PSS，MB", "proportional", "一半"),
)
"""What is printed, the figure it is, and what is aimed at."""


async def compare(model: Path, folder: Path) -> dict[str, Figures]:
    """Name → figures, of ours and of vanilla Rasa, both running and spoken to by turns."""
    said = sentences()
    async with outside(free_port()) as actions:
        _tell("训练原版 Rasa（一两分钟）……")
        made = await asyncio.to_thread(vanilla.train, folder, said, actions)
        _tell("测量：两边轮流来，机器忙闲对两边一样……")
        with _ours(model, folder, actions) as ours, _vanilla(folder, made) as theirs:
            return await measure([ours, theirs], in_turn(said))


def _vanilla(folder: Path, model: Path) -> AbstractContextManager[Server]:
    port = free_port()
    return running("原版", vanilla.serving(folder, model, port), vanilla.environment(), port, "rest")


def _ours(model: Path, folder: Path, actions: str) -> AbstractContextManager[Server]:
    port, token = free_port(), secrets.token_urlsafe(16)
    places = ["--model", str(model), "--trackers", str(folder / "engine.db"), "--dispatch", str(folder / "none")]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "nlu.engine.serve",
        *places,
        "--port",
        str(port),
        "--actions-url",
        actions,
    ]
    environment = {**os.environ, "LINLI_ENGINE_TOKEN": token, "PYTHONPATH": str(ROOT)}
    return running("邻里", command, environment, port, "linli", token)


def table(figures: Mapping[str, Figures]) -> str:
    """The figures side by side, with ours as a multiple of the other's."""
    theirs, ours = figures["原版"], figures["邻里"]
    lines = ["| | 原版 Rasa | 邻里 | 邻里÷原版 | 目标 |", "|---|---|---|---|---|"]
    for title, name, aim in ROWS:
        other, own = getattr(theirs, name), getattr(ours, name)
        lines.append(f"| {title} | {other:.1f} | {own:.1f} | {own / other:.2f} | {aim} |")
    return "\n".join([*lines, f"第 200 轮是第 5 轮的：原版 {_growth(theirs):.2f} 倍，邻里 {_growth(ours):.2f} 倍"])


def _growth(figures: Figures) -> float:
    return figures.late_turn / figures.early_turn


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="与原版中文 Rasa 在同一台机器上比速度和内存")
    parser.add_argument("--model", type=Path, default=None, help="不写就用现成的模型")
    given = parser.parse_args(arguments)
    model = given.model or current(ROOT / "models")
    if model is None:
        sys.exit("还没有训练好的模型，请先运行 make model（或 linli train）")
    uvloop.install()  # whoever asks the questions should take as little of the time as can be
    with tempfile.TemporaryDirectory() as folder:
        print(table(asyncio.run(compare(model, Path(folder)))))


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
