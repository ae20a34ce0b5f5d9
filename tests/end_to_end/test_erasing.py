"""What a resident has erased is gone from the whole house, the engine's own memory included."""

from __future__ import annotations

import sqlite3
import uuid

import pytest

from knowledge.wording import say
from tests.end_to_end.conftest import Service

WORDS = "幸福里小区3栋2单元门口的路灯坏了，我叫欧阳小丫"


def rows(service: Service, name: str) -> str:
    """Everything that a database of the house holds, in one text."""
    with sqlite3.connect(f"file:{service.data / name}?mode=ro", uri=True) as database:
        tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        return "\n".join(str(row) for table in tables for row in database.execute(f'select * from "{table}"'))


@pytest.mark.end_to_end
def test_nothing_of_what_was_said_is_left(service: Service) -> None:
    conversation = uuid.uuid4().hex
    service.say(conversation, WORDS)
    assert "欧阳小丫" in rows(service, "linli.db") and "欧阳小丫" in rows(service, "engine.db")
    answer = service.say(conversation, say("erase_confirm"))
    assert [event["type"] for event in answer["events"]] == ["data_erased"]
    assert "欧阳小丫" not in rows(service, "linli.db") and "欧阳小丫" not in rows(service, "engine.db")
    assert "登记" in service.say(conversation, "你好")["replies"][0]["text"], "and the talk begins anew"
