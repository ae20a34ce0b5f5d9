"""Every kind of update that a resident can produce, in the shapes of the Bot API's documents (fixtures/telegram, one a
file): none breaks anything, none is left without an answer, and what is not said to us (fixtures/telegram/silent) is let be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from telegram import Update

from actions.conversations.message import Direction
from bot.telegram.fetching import update_of
from tests.bot.test_telegram_server import Place, opened, until
from tests.bot.test_telegram_updates import Fields, said

SHAPES = Path(__file__).parent / "fixtures" / "telegram"
SPOKEN = sorted(path.stem for path in SHAPES.glob("*.json"))
SILENT = sorted(path.stem for path in (SHAPES / "silent").glob("*.json"))


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def shape(name: str) -> Fields:
    fields: Fields = json.loads((SHAPES / f"{name}.json").read_text("utf-8"))
    return fields


@pytest.mark.parametrize("name", [*SPOKEN, *(f"silent/{name}" for name in SILENT)])
def test_the_library_reads_it(name: str) -> None:
    """As a whole: nothing has to be pared away. What the documents don't know is what we made up to be new."""
    update = {"update_id": 1, **shape(name)}
    assert update_of(update) == update
    read = Update.de_json(update, None)
    assert bool(read.api_kwargs) == (name == "silent/an_update_of_a_kind_to_come")


async def test_each_is_answered_and_nothing_else_is(tmp_path: Path) -> None:
    """In one place, one after the other, each from a resident of its own."""
    async with opened(tmp_path, explains=True) as place:
        for number, name in enumerate(SPOKEN, start=1):
            await _answered(place, name, number)
        for number, name in enumerate(SILENT, start=1000):
            await place.api.push(_from(shape(f"silent/{name}"), number))
        await place.api.push(said("完了", id_=5, chat=9_999, user=9_999))
        await place.answered("完了")
        to_silent = [sent for sent in place.api.sent if 1000 <= abs(int(sent["chat_id"])) < 1000 + len(SILENT)]
        assert to_silent == [], "what is not said to us is let be"
        for number in range(1000, 1000 + len(SILENT)):
            in_group = place.log(f"telegram:-1001234:{number}")
            assert not any(m.direction is Direction.OUT for m in in_group), "nor answered in a group"


async def _answered(place: Place, name: str, number: int) -> None:
    """A reply, or a note on a pressed button; and the message is dealt with in the log."""
    before = len(place.api.sent) + len(place.api.called("answerCallbackQuery"))
    await place.api.push(_from(shape(name), number))
    try:
        await until(lambda: len(place.api.sent) + len(place.api.called("answerCallbackQuery")) > before)
    except TimeoutError:
        pytest.fail(f"{name} was left without an answer")
    assert not any("出了故障" in text for text in place.api.texts[-1:]), name
    for conversation in (f"telegram:{number}", f"telegram:-1001234:{number}"):
        await until(lambda c=conversation: all(m.answered for m in place.log(c) if m.direction is Direction.IN))


def _from(update: Fields, user: int) -> Fields:
    """The same update from another resident: 42 is who stands in the files."""
    return json.loads(
        json.dumps(update).replace('"id": 42,', f'"id": {user},').replace('"user_id": 42', f'"user_id": {user}')
    )  # type: ignore[no-any-return]
