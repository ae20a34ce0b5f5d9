"""Texts for people come from files; a missing text or field is an error, never an empty reply."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.errors import BadFile, NoWording
from knowledge.records import KNOWLEDGE
from knowledge.wording import load_replies, said, say


def test_fields_are_filled_in_and_the_first_variant_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("hello: ['{name}，您好', '{name}好']\n", "utf-8")
    assert said(load_replies(tmp_path), "hello", {"name": "周阿姨"}) == "周阿姨，您好"


def test_an_unknown_key_and_a_missing_field_raise() -> None:
    with pytest.raises(NoWording, match="no_such_key"):
        say("no_such_key")
    with pytest.raises(NoWording, match="label"):
        say("answer_gap")


@pytest.mark.parametrize("content", ["a: ''", "a: []", "- a", "a: 3"])
def test_a_text_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.yml").write_text(content, "utf-8")
    with pytest.raises(BadFile):
        load_replies(tmp_path)


def test_a_key_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yml").write_text("same: 字\n", "utf-8")
    with pytest.raises(BadFile, match="same"):
        load_replies(tmp_path)


def test_every_answer_key_in_the_code_has_its_text_and_the_other_way_round() -> None:
    code = "\n".join(p.read_text("utf-8") for p in KNOWLEDGE.glob("*.py"))
    used = set(re.findall(r'"(answer_[a-z_]+)"', code))
    slots = {k for k in load_replies() if re.fullmatch(r"answer_slot_(?!missing).*", k)}
    written = {k for k in load_replies() if k.startswith("answer_")}
    assert used | slots == written
