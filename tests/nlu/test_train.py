"""What a model is made from, and what may be taken from an earlier training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.engine.importer import _message
from nlu.examples import Example
from nlu.train import _cache, fingerprint


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("uv.lock", "nlu/reading.py", "nlu/classify.py", "knowledge/encoder/tuned.npz", "config.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["uv.lock", "nlu/reading.py", "knowledge/encoder/tuned.npz", "config.yml"])
def test_whatever_goes_into_a_model_gives_it_another_name(root: Path, name: str) -> None:
    before = fingerprint(root)
    (root / name).write_text("changed", "utf-8")
    assert fingerprint(root) != before


def test_code_that_only_runs_a_model_does_not(root: Path) -> None:
    before = fingerprint(root)
    (root / "nlu" / "classify.py").write_text("changed", "utf-8")
    assert fingerprint(root) == before


@pytest.mark.parametrize("name", ["uv.lock", "nlu/reading.py", "knowledge/encoder/tuned.npz"])
def test_what_an_earlier_code_has_learnt_is_not_taken_up(root: Path, name: str) -> None:
    """Rasa's cache sees data and settings, not code: it would put the old component into the new model."""
    earlier = _cache(root)
    earlier.mkdir(parents=True)
    (root / name).write_text("changed", "utf-8")
    assert _cache(root) != earlier and not earlier.exists()


def test_what_the_same_code_has_learnt_is_taken_up_when_settings_change(root: Path) -> None:
    earlier = _cache(root)
    earlier.mkdir(parents=True)
    (root / "config.yml").write_text("changed", "utf-8")
    assert _cache(root) == earlier and earlier.exists()


LAMP = Example("路灯坏了", "report_issue", "municipal_works", "street_lamp")


def test_an_example_is_known_to_the_cache_by_what_the_files_say_of_it_alone() -> None:
    line, fresh = _message(LAMP, {}), _message(LAMP, {})
    line.set("sample", object())
    assert line.fingerprint() == fresh.fingerprint()


@pytest.mark.parametrize(
    "changed", [{"text": "路灯亮了"}, {"intent": "praise"}, {"category": "property"}, {"kind": "pothole"}]
)
def test_an_example_that_was_edited_is_another_one(changed: dict[str, str]) -> None:
    assert _message(replace(LAMP, **changed), {}).fingerprint() != _message(LAMP, {}).fingerprint()


def test_an_example_whose_urgency_was_edited_is_another_one() -> None:
    assert _message(LAMP, {"street_lamp": "soon"}).fingerprint() != _message(LAMP, {}).fingerprint()
