"""The attachments' API: what is sent comes back to its own conversation, to nobody else, and refusals are in words."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.clock import local
from actions.tickets.actor import Actor, Role
from actions.tickets.states import State
from bot.api.attachments import attachments_router
from bot.api.chat import chat_router
from bot.attachments import open_storage, visible_to
from bot.settings import Settings
from tests.actions.test_attachments import SECRET, bomb, located, mp4, ogg, photo
from tests.bot.test_consoles_house import Place, make_place

PATH = "/api/chat/attachments"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path, largest_photo=2, largest_recording=4)


@pytest.fixture
def client(place: Place) -> Iterator[TestClient]:
    with browser(place) as client:
        yield client


def browser(place: Place) -> TestClient:
    """Another resident's browser."""
    app = FastAPI()
    app.include_router(chat_router(place.house))
    app.include_router(attachments_router(place.house))
    return TestClient(app)


def send(
    client: TestClient, content: bytes, conversation: str = "abc", name: str = "photo.jpg", type_: str = "image/jpeg"
) -> Any:
    return client.post(PATH, data={"conversation": conversation}, files={"file": (name, content, type_)})


def say(client: TestClient, text: str, attachment: str | None = None, conversation: str = "abc") -> Any:
    body = {"conversation": conversation, "text": text, "message_id": uuid.uuid4().hex, "attachment": attachment}
    return client.post("/api/chat", json=body)


def test_a_photo_comes_back_without_its_metadata(client: TestClient) -> None:
    sent = send(client, located()).json()
    assert (sent["kind"], sent["media_type"], sent["width"], sent["located"]) == ("image", "image/jpeg", 80, True)
    for address in (sent["url"], f"{sent['url']}?small=true"):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg"
        assert (
            answer.headers["x-content-type-options"] == "nosniff"
            and "sandbox" in answer.headers["content-security-policy"]
        )
        assert SECRET not in answer.content


def test_the_type_is_the_content_s_and_not_the_sender_s(client: TestClient) -> None:
    sent = send(client, mp4(b"vide"), name="holiday.svg", type_="image/svg+xml").json()
    assert (sent["kind"], sent["media_type"]) == ("video", "video/mp4")
    assert client.get(sent["url"]).headers["content-type"] == "video/mp4"


def test_nobody_else_sees_it(place: Place, client: TestClient) -> None:
    url = send(client, photo()).json()["url"]
    other = browser(place)
    assert other.get(url).status_code == 404
    send(other, photo(), conversation="other")
    assert other.get(url).status_code == 404
    forged = other.cookies.get("linli_chat") or ""
    other.cookies.set("linli_chat", f"web:abc.{forged.rpartition('.')[2]}", path="/")
    assert other.get(url).status_code == 404
    assert client.get(f"{PATH}/{'x' * 43}").json()["error"] == other.get(url).json()["error"], "both look the same"


def test_ids_are_long_and_the_cookie_is_closed_to_scripts(client: TestClient) -> None:
    answer = send(client, photo())
    assert len(answer.json()["id"]) >= 40
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 422, "收不了"),
        (b"MZ\x90\x00" + bytes(100), 422, "收不了"),
        (photo(size=(600, 400))[:900], 422, "不完整"),
        (bomb(), 422, "尺寸太大"),
        (photo() + bytes(2_100_000), 413, "最多 2 MB"),
        (ogg() + bytes(4_100_000), 413, "最多 4 MB"),
        (photo() + bytes(60_000_000), 413, "最多 4 MB"),
    ],
    ids=["0 bytes", "svg", "program", "truncated", "bomb", "photo too large", "recording too large", "60 MB"],
)
def test_what_can_t_be_taken_is_said_in_words(client: TestClient, content: bytes, status: int, words: str) -> None:
    answer = send(client, content)
    assert answer.status_code == status
    assert words in answer.json()["error"] and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"data": {"conversation": "abc"}},
        {"files": {"file": ("p.jpg", photo(), "image/jpeg")}},
        {"data": {"conversation": "a/b c"}, "files": {"file": ("p.jpg", photo(), "image/jpeg")}},
        {"data": {"conversation": "abc", "file": "no file"}},
        {"content": b"--x\r\nnonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"{}", "headers": {"content-type": "application/json"}},
        {"content": iter([b"chunked"]), "headers": {"content-type": "multipart/form-data; boundary=x"}},
    ],
)
def test_a_form_that_is_none_is_said_in_words(client: TestClient, fields: dict[str, Any]) -> None:
    answer = client.post(PATH, **fields)
    assert answer.status_code == 422 and "conversation" in answer.json()["error"]


def test_a_photo_travels_with_its_message_and_its_place_is_used_once(place: Place, client: TestClient) -> None:
    heard: list[Any] = []
    turn = place.engine.turn

    async def listening(conversation: str, text: str, metadata: dict[str, Any]) -> Any:
        heard.append((text, metadata.get("location")))
        return await turn(conversation, text, metadata)

    place.engine.turn = listening  # type: ignore[method-assign]
    id_ = send(client, located()).json()["id"]
    for text in ("路灯坏了", "还是这张"):
        assert say(client, text, id_).status_code == 200
    (_, first), (_, second) = heard
    assert (first["lat"], first["lon"]) == pytest.approx((26.604, 106.685)) and second is None
    shown = client.get("/api/chat/history", params={"conversation": "abc"}).json()["messages"]
    assert [m["attachment"] and m["attachment"]["url"] for m in shown if m["author"] == "resident"] == [
        f"{PATH}/{id_}"
    ] * 2


def test_a_photo_without_words_is_answered_with_a_question(client: TestClient) -> None:
    answer = say(client, "", send(client, photo()).json()["id"]).json()
    assert "照片收到了" in answer["replies"][0]["text"] and len(answer["replies"]) == 1


def test_a_photo_that_says_where_is_a_place(client: TestClient) -> None:
    texts = [reply["text"] for reply in say(client, "", send(client, located()).json()["id"]).json()["replies"]]
    assert "拍摄的位置" in texts[0] and texts[1] == "听到：我的位置"


def test_somebody_else_s_photo_can_t_be_brought_along(place: Place, client: TestClient) -> None:
    id_ = send(client, photo()).json()["id"]
    answer = say(browser(place), "看", id_, conversation="other")
    assert answer.status_code == 422 and "附件" in answer.json()["error"]


def test_too_many_at_once_are_asked_to_wait(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    limits = place.house.limits
    for _ in range(200):
        limits.seconds_to_wait("flood", "testclient-flood")
    answer = send(browser(place), photo(), conversation="flood")
    assert answer.status_code == 429 and answer.headers["retry-after"]


class TestWhoMaySee:
    @pytest.fixture
    def seen(self, place: Place, client: TestClient) -> Any:
        """Whether somebody sees a resident's photo that belongs to a ticket of w01's."""
        id_ = send(client, photo()).json()["id"]
        ticket = place.ticket(conversation="web:abc")
        with place.house.database.unit() as uow:
            uow.attachments.give_to(ticket.number, "web:abc", local(ticket.opened_at).replace(hour=0))
            uow.commit()

        def sees(role: Role, by: str) -> bool:
            with place.house.database.reading() as uow:
                return visible_to(uow.attachments.get(id_), Actor(role, by), uow)

        sees.ticket = ticket  # type: ignore[attr-defined]
        return sees

    def test_the_ticket_s_worker_does_and_another_does_not(self, seen: Any) -> None:
        assert seen.ticket.state is State.ASSIGNED
        assert seen(Role.WORKER, seen.ticket.assignee) and not seen(Role.WORKER, "w99")

    def test_operators_and_managers_do(self, seen: Any) -> None:
        assert seen(Role.OPERATOR, "operator") and seen(Role.MANAGER, "manager") and seen(Role.SUPERVISOR, "s01")

    def test_a_neighbour_does_not(self, seen: Any) -> None:
        assert seen(Role.RESIDENT, "web:abc") and not seen(Role.RESIDENT, "web:neighbour")


def test_the_store_is_a_folder_or_a_bucket(tmp_path: Path) -> None:
    def chosen(**fields: Any) -> str:
        return type(open_storage(Settings(_env_file=None, data=tmp_path, **fields))).__name__  # type: ignore[call-arg]

    assert chosen() == "FolderStorage"
    assert (
        chosen(attachments="s3://bucket/prefix", s3_endpoint="http://127.0.0.1:9", s3_key="k", s3_secret="s")
        == "S3Storage"
    )
    for wrong in ({"attachments": "s3://"}, {"attachments": "s3://bucket", "s3_endpoint": "nonsense"}):
        with pytest.raises(Exception, match="storage_misconfigured"):
            chosen(**wrong)
