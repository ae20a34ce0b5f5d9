"""Bad input and broken parts: each gets a clear Chinese answer, nothing is lost, no traceback reaches people."""

from __future__ import annotations

import uuid

import httpx
import pytest

from tests.end_to_end.conftest import Service

pytestmark = pytest.mark.end_to_end


def post(service: Service, **how: object) -> httpx.Response:
    return httpx.post(f"{service.url}/api/chat", timeout=60, trust_env=False, **how)  # type: ignore[arg-type]


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text) and "Traceback" not in text


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07\x1b", "。" * 3])
def test_a_message_without_words_is_asked_for_words(service: Service, text: str) -> None:
    answer = service.say(uuid.uuid4().hex, text)
    assert is_chinese(answer["replies"][0]["text"])


def test_ten_thousand_characters_are_kept_and_answered(service: Service) -> None:
    conversation, text = uuid.uuid4().hex, "垃圾没人收" * 2000
    answer = service.say(conversation, text)
    assert "太长" in answer["replies"][0]["text"]
    history = httpx.get(
        f"{service.url}/api/chat/history", params={"conversation": conversation}, trust_env=False
    ).json()
    assert history["messages"][0]["text"] == text


def test_control_characters_do_not_get_through(service: Service) -> None:
    conversation = uuid.uuid4().hex
    service.say(conversation, "你\x00好\x1b[31m")
    history = httpx.get(
        f"{service.url}/api/chat/history", params={"conversation": conversation}, trust_env=False
    ).json()
    assert history["messages"][0]["text"] == "你好[31m"


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '"x"', '{"text": "你好"}', '{"conversation": "a b", "text": "x"}', '{"conversation": "a", "text": 5}'],
)
def test_broken_json_is_answered_in_chinese(service: Service, body: str) -> None:
    answer = post(service, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422 and is_chinese(answer.json()["error"])


def test_an_unknown_conversation_has_said_nothing(service: Service) -> None:
    answer = httpx.get(f"{service.url}/api/chat/history", params={"conversation": uuid.uuid4().hex}, trust_env=False)
    assert answer.json() == {"messages": [], "owner": "bot"}


def test_the_same_message_twice_is_answered_alike_and_done_once(service: Service) -> None:
    conversation, id_ = uuid.uuid4().hex, uuid.uuid4().hex
    service.say(conversation, "电厂宿舍2栋楼下的垃圾三天没人收")
    body = {"conversation": conversation, "text": "确认提交", "message_id": id_}
    first, second = post(service, json=body).json(), post(service, json=body).json()
    assert first == second
    assert [event["type"] for event in first["events"]] == ["ticket_created"]


def test_an_engine_that_is_down_loses_nothing(lonely: Service) -> None:
    conversation = uuid.uuid4().hex
    answer = lonely.say(conversation, "幸福里小区3栋停水了")
    assert "12345" in answer["replies"][0]["text"] and answer["owner"] == "bot"
    history = httpx.get(f"{lonely.url}/api/chat/history", params={"conversation": conversation}, trust_env=False).json()
    assert [m["author"] for m in history["messages"]] == ["resident", "bot", "bot"]
    assert "个人信息保护法" in history["messages"][-1]["text"]  # at first contact, after the answer
    assert httpx.get(f"{lonely.url}/readyz", trust_env=False).json()["engine"] == "down"


def test_the_way_back_for_the_engine_is_closed_to_others(service: Service) -> None:
    answer = httpx.post(f"{service.url}/internal/actions", json={"next_action": "action_open_ticket"}, trust_env=False)
    assert answer.status_code == 401
