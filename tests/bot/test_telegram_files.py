"""Photos and recordings on Telegram: fetched, made safe and kept; a photo of ours is shown with its text."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from actions.attachments.attachment import Attachment
from actions.errors import ActionError
from bot.telegram.files import Files
from tests.actions.test_attachments import SECRET, bomb, located, ogg, photo
from tests.bot.test_telegram_server import Place, opened, until
from tests.bot.test_telegram_updates import Fields, file, said


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def kept(place: Place, id_: str) -> Attachment | None:
    with place.house.database.reading() as uow:
        try:
            return uow.attachments.get(id_)
        except ActionError:
            return None


def sent_photo(**more: Any) -> Fields:
    return said(photo=[file(width=1, height=1), file(file_id="large", width=9, height=9)], **more)


async def test_a_photo_is_fetched_before_it_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.files["large"] = located()
        await place.api.push(sent_photo(caption="灯坏了"))
        await place.answered("灯坏了")
        found = kept(place, place.log()[0].payload["image"])
        assert found and (found.conversation, found.kind, found.point) == ("telegram:42", "image", None)
        assert SECRET not in place.house.storage.get(found.id)


async def test_a_voice_is_kept_as_it_came(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.files["AgAD"] = ogg()
        await place.api.push(said(voice=file(duration=1)))
        await until(lambda: place.api.sent)
        assert place.house.storage.get(place.log()[0].payload["voice"]) == ogg()


async def test_the_same_update_again_fetches_nothing_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.files["large"] = photo()
        await place.api.push(sent_photo(), sent_photo())
        await place.api.push(said("好", id_=2))
        await place.answered("好")
        assert len(place.api.called("getFile")) == 1 and len(place.api.sent) == 2


@pytest.mark.parametrize("content", [b"<svg/>", b"", bomb(), photo()[:300]], ids=["svg", "empty", "bomb", "truncated"])
async def test_what_can_t_be_kept_does_not_keep_the_answer(tmp_path: Path, content: bytes) -> None:
    async with opened(tmp_path) as place:
        place.api.files["large"] = content
        await place.api.push(sent_photo(caption="灯坏了"))
        await place.answered("灯坏了")
        assert kept(place, place.log()[0].payload["image"]) is None


async def test_a_file_that_failed_comes_with_the_next_round(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.files["large"] = photo()
        place.api.fail("getFile", 500, "Internal Server Error")
        await place.api.push(sent_photo(caption="灯坏了"))
        await place.answered("灯坏了")
        id_ = place.log()[0].payload["image"]
        assert kept(place, id_) is None
        assert place.channel._application is not None
        await Files(place.house, place.channel._application.bot).resume()
        assert kept(place, id_)


async def test_a_photo_of_ours_goes_out_with_its_text(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.house.storage.put("p" * 43, photo(), "image/jpeg")
        await asyncio.to_thread(place.channel.send, "telegram:42", "修好了", "p" * 43)
        await asyncio.to_thread(place.channel.send, "telegram:42", "照片没了", "q" * 43)
        assert [call["caption"] for call in place.api.called("sendPhoto")] == ["修好了"]
        assert place.api.texts == ["照片没了"]
