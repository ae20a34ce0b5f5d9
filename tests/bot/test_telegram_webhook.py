"""Updates that Telegram posts: taken from Telegram alone, on record before they are confirmed, each dealt with once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.telegram import reception
from bot.telegram.reception import UPDATES
from bot.telegram.webhook import PATH, secret, webhook_router
from tests.bot.test_telegram_server import Place, opened, until
from tests.bot.test_telegram_updates import Fields, said

HERE = "https://linli.example.cn"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@asynccontextmanager
async def posting(place: Place) -> AsyncGenerator[httpx.AsyncClient]:
    """Telegram's side, with the secret that it was given."""
    app = FastAPI()
    app.include_router(webhook_router(place.house))
    app.state.telegram = place.channel
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret(place.house)}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE, headers=headers) as client:
        yield client


def numbered(update: Fields, number: int = 1) -> Fields:
    return {"update_id": number, **update}


async def test_the_address_is_told_and_nothing_is_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path, telegram_webhook=f"{HERE}/") as place, posting(place) as telegram:
        told = place.api.called("setWebhook")[0]
        assert told["url"] == f"{HERE}{PATH}" and told["secret_token"] == secret(place.house)
        assert told["allowed_updates"] == list(UPDATES)
        answer = await telegram.post(PATH, json=numbered(said("灯坏了")))
        assert answer.status_code == 200 and place.log(), "on record by then"
        await place.answered("灯坏了")
        assert not place.api.called("getUpdates")


async def test_the_same_update_posted_again_is_answered_once(tmp_path: Path) -> None:
    async with opened(tmp_path, telegram_webhook=HERE) as place, posting(place) as telegram:
        for update in (numbered(said("灯坏了")), numbered(said("灯坏了")), numbered(said("还有", id_=2), 2)):
            assert (await telegram.post(PATH, json=update)).status_code == 200
        await place.answered("还有")
        assert place.engine.texts == ["灯坏了", "还有"] and len(place.api.sent) == 2


@pytest.mark.parametrize("token", ["", "wrong", "密"])
async def test_who_is_not_telegram_is_turned_away(tmp_path: Path, token: str) -> None:
    async with opened(tmp_path, telegram_webhook=HERE) as place, posting(place) as telegram:
        headers = {"X-Telegram-Bot-Api-Secret-Token": token.encode("utf-8")}
        assert (await telegram.post(PATH, json=numbered(said("灯坏了")), headers=headers)).status_code == 403  # type: ignore[arg-type]
        assert not place.log()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"update_id": "x"}', b"\xff", b" " * 1_000_001])
async def test_what_is_no_update_is_refused(tmp_path: Path, body: bytes) -> None:
    async with opened(tmp_path, telegram_webhook=HERE) as place, posting(place) as telegram:
        assert (await telegram.post(PATH, content=body)).status_code == 400


async def test_what_cannot_be_kept_is_left_with_telegram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, telegram_webhook=HERE) as place, posting(place) as telegram:

        def broken(*_: Any, **__: Any) -> None:
            raise OSError("the disk is full")

        monkeypatch.setattr(reception, "record_inbound", broken)
        assert (await telegram.post(PATH, json=numbered(said("灯坏了")))).status_code == 503
        monkeypatch.undo()
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert (await telegram.post(PATH, json=numbered(said("灯坏了")))).status_code == 200
        await place.answered("灯坏了")


async def test_a_refused_address_is_no_end_updates_are_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path, start=False, telegram_webhook="http://linli.example.cn") as place:
        place.api.fail("setWebhook", 400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        await place.channel.start()
        await place.api.push(said("灯坏了"))
        await place.answered("灯坏了")


async def test_without_an_address_nothing_is_taken_here(tmp_path: Path) -> None:
    async with opened(tmp_path) as place, posting(place) as telegram:
        assert (await telegram.post(PATH, json=numbered(said("灯坏了")))).status_code == 404
        await until(lambda: place.api.called("getUpdates"))
