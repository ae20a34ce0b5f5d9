"""Whole conversations through the chat API, told as data in tests/conversations/."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.conftest import cases
from tests.end_to_end.conftest import Service
from tests.end_to_end.dialogue import check


@pytest.mark.end_to_end
@pytest.mark.parametrize("case", cases("conversations", "title"))
def test_conversation(service: Service, case: dict[str, Any]) -> None:
    conversation = uuid.uuid4().hex
    for turn in case["turns"]:
        answer = service.say(conversation, turn["say"], location=turn.get("location"))
        check(turn, answer)
