"""The advice on its way through Rasa's pipeline: on what can become a ticket, and on nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.classifiers.features import Sample
from nlu.components import units
from nlu.components.tokenizer import SAMPLE
from nlu.components.units import UnitAdviser
from nlu.dispatch.clues import Hints


class FakeAdviser:
    def __init__(self) -> None:
        self.asked: list[Hints] = []

    def units(self, sample: Sample, hints: Hints, embedder: object) -> list[tuple[str, float]]:
        self.asked.append(hints)
        return [("路灯所", 0.81239)]


@pytest.fixture
def adviser(monkeypatch: pytest.MonkeyPatch) -> FakeAdviser:
    monkeypatch.setattr(units, "embedder", lambda: lambda texts: np.zeros((len(texts), 384)))
    return FakeAdviser()


def message(intent: str) -> Message:
    said = Message.build("路灯坏了")
    said.set("intent", {"name": intent, "confidence": 0.9})
    said.set("intent_ranking", [{"name": intent, "confidence": 0.9}])
    said.set("categories", [["public_utilities", 0.7]])
    said.set(SAMPLE, Sample("路灯坏了", "路灯坏了", ("路灯", "坏了")))
    return said


def test_a_report_gets_advice_by_what_was_understood(adviser: FakeAdviser) -> None:
    (said,) = UnitAdviser(adviser).process([message("report_issue")])
    assert said.as_dict(only_output_properties=True)["units"] == [["路灯所", 0.8124]]
    assert adviser.asked == [{"intent/report_issue": 0.9, "category/public_utilities": 0.7}]


def test_a_greeting_gets_none(adviser: FakeAdviser) -> None:
    (said,) = UnitAdviser(adviser).process([message("greet")])
    assert said.get("units") is None and adviser.asked == []
