"""The benchmark's own words: the same sentences for both, and figures side by side."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from nlu.benchmark.__main__ import table
from nlu.benchmark.load import EARLY, LATE, Figures, Measurement
from nlu.benchmark.sentences import DONE, OF_EACH, SPOKEN, in_turn, sentences
from nlu.benchmark.vanilla import CONFIG


def test_every_intent_is_said_equally_often_and_no_sentence_twice() -> None:
    said = sentences()
    assert set(said) == {*SPOKEN, *DONE}
    assert {len(texts) for texts in said.values()} == {OF_EACH}
    assert len(set(in_turn(said))) == len(said) * OF_EACH


def test_the_other_is_vanilla_rasa() -> None:
    assert [part["name"] for part in CONFIG["policies"]] == ["MemoizationPolicy", "RulePolicy", "TEDPolicy"]


def test_figures_stand_side_by_side() -> None:
    theirs = Figures(16.0, 20.0, 60.0, 30.0, 30.0, 60.0, 15.0, 83.0, 1200.0, 1100.0)
    ours = Figures(200.0, 210.0, 5.0, 3.0, 4.0, 25.0, 5.0, 5.5, 550.0, 500.0)
    lines = table({"原版": theirs, "邻里": ours}).splitlines()
    assert "| 一个用户，轮/秒 | 16.0 | 200.0 | 12.50 | 10 倍 |" in lines
    assert lines[-1] == "第 200 轮是第 5 轮的：原版 5.53 倍，邻里 1.10 倍"


class Machine:
    """Stands in for a server and for talking to it: a turn takes as many milliseconds as its conversation has turns."""

    name = "那边"

    def __init__(self) -> None:
        self.server, self.turns = self, Counter[str]()

    async def say(self, sender: str, text: str) -> float:
        self.turns[sender] += 1
        return float(self.turns[sender])

    async def parse(self, text: str) -> float:
        return 2.0

    async def per_turn(self, texts: Sequence[str], conversations: Sequence[str]) -> float:
        self.turns.update({conversation: len(texts) for conversation in conversations})
        return 5.0

    def worked(self) -> float:
        return 10.0 * sum(self.turns.values())

    def memory(self) -> dict[str, float]:
        return {"Rss": 400.0, "Pss": 300.0}


def test_everything_is_said_and_early_and_late_turns_are_what_they_are_called() -> None:
    machine, texts = Machine(), in_turn(sentences())
    measurement = Measurement(machine, texts)  # type: ignore[arg-type]

    async def run() -> None:
        for step in measurement.steps():
            await step()

    asyncio.run(run())
    assert machine.turns["alone-0"] + machine.turns["alone-1"] == len(texts)
    assert sum(count for name, count in machine.turns.items() if name.startswith("together-")) == 8 * len(texts) // 2
    figures = measurement.figures()
    assert (figures.alone, figures.together, figures.work, figures.known_p50) == (200.0, 200.0, 10.0, 2.0)
    assert abs(figures.early_turn - EARLY) <= 1 and abs(figures.late_turn - LATE) <= 1
