"""The way to Telegram: what breaks on it loses nothing, and nobody is told twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.conversations.message import Author, Direction, Message, Reply
from actions.errors import NoSender
from actions.store.database import Database, open_database
from bot.conversation.leftovers import SETTLING, Leftovers
from bot.conversation.pieces import written
from bot.telegram.channel import NotConnected, TelegramChannel, TokenRefused
from bot.telegram.chats import CHANNEL, chat_of
from bot.telegram.commands import MENU, sentence_of
from bot.telegram.pieces import LONGEST, pieces
from knowledge.wording import load_replies
from tests.bot.test_telegram_server import Place, Watch, opened, until
from tests.bot.test_telegram_updates import said
from tests.tables import lay_tables


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server is here, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def tell(place: Place, text: str, conversation: str = "telegram:42") -> None:
    """As the outbox does it, from a thread."""
    await asyncio.to_thread(place.channel.send, conversation, text)


async def test_the_outbox_sends_from_its_thread(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        await tell(place, "工单 GY1 已办结")
        await tell(place, "群里的也办结了", "telegram:-100:42")
        assert [(m["chat_id"], m["text"]) for m in place.api.sent] == [
            ("42", "工单 GY1 已办结"),
            ("-100", "群里的也办结了"),
        ]


async def test_a_process_that_only_delivers_sends_and_asks_for_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, start=False) as place:
        await place.api.push(said("灯坏了"))
        await place.channel.start(receives=False)
        await tell(place, "工单 GY1 已办结")
        await asyncio.sleep(0.3)
        assert place.api.texts == ["工单 GY1 已办结"]
        assert not any(place.api.called(name) for name in ("getUpdates", "setWebhook", "setMyCommands"))


async def test_who_has_blocked_us_is_not_reached_and_others_are(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
        with pytest.raises(NoSender):
            await tell(place, "工单 GY1 已办结")
        place.api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
        await place.api.push(said("灯坏了"), said("水管漏了", id_=2, chat=43, user=43))
        await until(lambda: len(place.api.called("sendMessage")) == 3)
        await until(lambda: all(m.answered for c in ("telegram:42", "telegram:43") for m in place.log(c)[:1]))
        assert len(place.api.sent) == 1


async def test_what_telegram_did_not_take_raises(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.fail("sendMessage", 502, "Bad Gateway")
        with pytest.raises(Exception, match="Bad Gateway"):
            await tell(place, "工单 GY1 已办结")
        assert place.api.sent == []


async def test_when_asked_to_slow_down_it_is_sent_later(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
        await tell(place, "慢慢来")
        assert place.api.texts == ["慢慢来"]


async def test_a_group_that_has_moved_is_followed(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.fail(
            "sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009
        )
        await tell(place, "群里的", "telegram:-9:42")
        assert [m["chat_id"] for m in place.api.sent] == ["-1009"]


async def test_a_reply_that_failed_is_sent_by_a_later_round_and_only_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.api.fail("sendMessage", 502, "Bad Gateway")
        await place.api.push(said("灯坏了"))
        await until(lambda: place.api.called("sendMessage") and len(place.log()) == 2)
        place.watch.ahead = SETTLING * 2
        assert place.channel._mail is not None
        rounds = Leftovers(CHANNEL, place.house.database, place.watch, place.channel._mail.deliver)
        await until(lambda: place.channel._mail and not place.channel._mail._in_hand)
        place.api.fail("sendMessage", 502, "Bad Gateway")
        assert [await rounds.sweep(), await rounds.sweep(), await rounds.sweep()] == [1, 1, 0]
        assert place.api.texts == ["听到：灯坏了"] and place.log()[-1].sent_at


async def test_what_an_earlier_process_left_is_sent_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.answers["灯坏了"] = [Reply("一"), Reply("二")]
        for _ in range(2):
            place.api.fail("sendMessage", 502, "Bad Gateway")
        await place.api.push(said("灯坏了"))
        await until(lambda: len(place.api.called("sendMessage")) == 2)
        await place.channel.stop()
        place.watch.ahead = SETTLING * 2
        again = TelegramChannel(place.house)
        await again.start()
        await until(lambda: place.api.texts == ["一", "二"])
        await again.stop()


class Ailing(Database):
    """A database that is away as often as it is told to be."""

    away = 0

    def unit(self) -> Any:
        if self.away:
            self.away -= 1
            raise OSError("the database is away")
        return super().unit()


async def test_telegram_keeps_what_could_not_be_kept_here(tmp_path: Path) -> None:
    plain = open_database(lay_tables(f"sqlite:///{tmp_path}/linli.db"))
    database = Ailing(plain.engine)
    async with opened(tmp_path, database=database) as place:
        await place.api.push(said("先来的"))
        await place.answered("先来的")
        await until(lambda: bool(place.log()[-1].sent_at))
        database.away = 2
        await place.api.push(said("灯坏了", id_=2))
        await place.answered("灯坏了")
        assert database.away == 0 and place.api.texts == ["听到：先来的", "听到：灯坏了"]


async def test_a_reply_that_arrived_is_not_excused_for_when_the_store_is_away(tmp_path: Path) -> None:
    plain = open_database(lay_tables(f"sqlite:///{tmp_path}/linli.db"))
    database = Ailing(plain.engine)
    async with opened(tmp_path, database=database) as place:
        place.engine.open.clear()
        await place.api.push(said("灯坏了"))
        await until(lambda: bool(place.engine.texts))
        mail = place.channel._mail
        assert mail is not None
        reply = Message("r1", "telegram:42", Direction.OUT, Author.BOT, "一", place.house.clock())
        try:
            database.away = 1
            await mail.deliver(reply)
            await mail.deliver(reply)
            assert database.away == 0 and place.api.texts == ["一"]
        finally:
            database.away = 0
            place.engine.open.set()
        await place.answered("灯坏了")


async def test_a_message_is_on_record_before_telegram_may_forget_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        place.engine.open.clear()
        await place.api.push(said("一"), said("二", id_=2))
        await until(lambda: not place.api.waiting)
        assert [(m.direction, m.text) for m in place.log()] == [(Direction.IN, "一"), (Direction.IN, "二")]
        place.engine.open.set()
        await place.answered("二")
        assert place.engine.texts == ["一", "二"]


async def test_a_token_that_telegram_does_not_know_stops_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path, start=False, token="7000:secret-wrong") as place:
        with pytest.raises(TokenRefused, match="LINLI_TELEGRAM_TOKEN") as refused:
            await place.channel.start()
        assert "secret-wrong" not in str(refused.value) and refused.value.__suppress_context__


async def test_a_telegram_that_is_away_is_tried_again_in_the_background(tmp_path: Path) -> None:
    async with opened(tmp_path, start=False) as place:
        place.api.fail("getMe", 502, "Bad Gateway")
        place.api.fail("deleteWebhook", 502, "Bad Gateway")
        await place.api.push(said("灯坏了"))
        await place.channel.start()
        assert place.api.sent == []
        await place.answered("灯坏了")


async def test_without_a_token_nothing_is_opened(tmp_path: Path) -> None:
    async with opened(tmp_path, token="") as place:
        assert place.api.calls == []
        with pytest.raises(NoSender):
            await tell(place, "…")


async def test_a_closed_channel_says_that_trying_again_makes_sense(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        with pytest.raises(RuntimeError, match="loop"):
            place.channel.send("telegram:42", "…")
        await place.channel.stop()
        with pytest.raises(NotConnected):
            await tell(place, "…")


async def test_a_long_answer_comes_in_pieces_with_the_buttons_under_the_last(tmp_path: Path) -> None:
    async with opened(tmp_path) as place:
        text = "第一条，社区工作应当方便群众。" * 700
        place.engine.answers["全文"] = [Reply(text, {"buttons": [{"title": "查进度", "payload": "查进度"}]})]
        await place.api.push(said("全文"))
        await until(lambda: place.log() and place.log()[-1].sent_at)
        assert len(place.api.sent) > 2 and "".join(place.api.texts) == text
        assert [("reply_markup" in m) for m in place.api.sent] == [False] * (len(place.api.sent) - 1) + [True]


def reply(text: str, **payload: Any) -> Message:
    return Message("r", "telegram:42", Direction.OUT, Author.BOT, text, Watch()(), seq=2, payload=payload)


def test_sources_are_named_under_the_answer_each_once() -> None:
    article = {
        "source": "regulation",
        "document": "贵阳市社区工作条例",
        "article": 30,
        "item": None,
        "quote": "…",
        "complete": True,
    }
    item = {
        "source": "catalog",
        "document": "老年证",
        "article": None,
        "item": "senior_card",
        "quote": "…",
        "complete": True,
    }
    assert written(reply("答", citations=[article, article, item]), "附言") == (
        "答\n\n相关条文：《贵阳市社区工作条例》第三十条、办事指南“老年证”\n\n附言"
    )
    assert written(reply("答")) == "答"


@given(st.text(max_size=400), st.integers(2, 60))
def test_pieces_fit_and_leave_nothing_out(text: str, longest: int) -> None:
    found = pieces(text, longest)
    assert all(piece and len(piece.encode("utf-16-le", "surrogatepass")) // 2 <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_text_is_cut_where_the_reader_pauses() -> None:
    assert pieces("甲" * 3000 + "\n" + "乙" * 3000) == ["甲" * 3000, "乙" * 3000]
    assert [len(p) for p in pieces("字" * (LONGEST + 1))] == [LONGEST, 1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/start", "你好"),
        ("/start ticket_GY20261201-0007", "查进度 GY20261201-0007"),
        ("/start something_else", "你好"),
        ("/jindu", "查进度"),
        ("/Jindu@LinliBot GY20261201-0007", "查进度 GY20261201-0007"),
        ("/baoshi 楼道灯坏了\n三天了", "楼道灯坏了\n三天了"),
        ("/rengong", "转人工"),
        ("/unknown 灯坏了", "/unknown 灯坏了"),
        ("灯坏了", "灯坏了"),
    ],
)
def test_a_command_stands_for_a_sentence(typed: str, meant: str) -> None:
    assert sentence_of(typed) == meant


def test_every_command_has_its_menu_line_and_its_sentence() -> None:
    keys = {key.removeprefix("telegram_") for key in load_replies() if key.startswith("telegram_")}
    assert {key for key in keys if key.startswith("menu_")} == {f"menu_{name}" for name in MENU}
    assert {key for key in keys if key.startswith("says_")} == {f"says_{name}" for name in (*MENU, "start")}


def test_a_conversation_of_another_channel_has_no_chat() -> None:
    assert [chat_of("telegram:42"), chat_of("telegram:-1001:42")] == [42, -1001]
    with pytest.raises(ValueError, match="web:abc"):
        chat_of("web:abc")
