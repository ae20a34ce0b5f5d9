"""Conversations and messages in the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from actions.clock import SHANGHAI
from actions.conversations.conversation import Alert, Stage
from actions.conversations.handover import hand_over, system_says, take_over
from actions.conversations.message import Inbound, Message, Reply
from actions.conversations.reading import (
    list_conversations,
    search_messages,
    transcript,
)
from actions.conversations.recording import (
    mark_sent,
    record_inbound,
    record_replies,
    unanswered,
    unsent,
)
from actions.conversations.wanted import MessageFilter
from actions.store.database import Database
from tests.actions.crowd import crowd
from tests.actions.samples import MONDAY

LATER = MONDAY + timedelta(hours=1)


def said(database: Database, text_: str, n: int = 1, conversation: str = "web:abc") -> Message:
    return record_inbound(Inbound(f"m{n}", conversation, text_, f"c{n}"), at=MONDAY, uow=database.unit())[0]


def test_a_message_sent_fifty_times_is_kept_once(database: Database) -> None:
    kept_ids = crowd(
        lambda n: record_inbound(Inbound(f"m{n}", "web:abc", "灯坏了", "c1"), at=MONDAY, uow=database.unit())[0].id
    )
    assert len(set(kept_ids)) == 1 and len(transcript("web:abc", uow=database.reading())) == 1


def test_it_is_answered_once(database: Database) -> None:
    message = said(database, "灯坏了")

    def answer(n: int) -> tuple[str, ...]:
        replies = record_replies(
            message, [Reply(f"{n}")], None, {"events": [], "owner": "bot"}, at=MONDAY, uow=database.unit()
        )
        return tuple(reply.text for reply in replies)

    assert len(set(crowd(answer))) == 1 and len(transcript("web:abc", uow=database.reading())) == 2


def test_a_transcript_has_what_was_understood_and_what_came_of_it(database: Database) -> None:
    message = said(database, "灯坏了")
    understood = {"intent": "report_issue", "confidence": 0.97, "category": "municipal_works"}
    outcome = {"events": [{"type": "ticket_created"}], "owner": "bot"}
    record_replies(
        message, [Reply("好的", {"buttons": [{"title": "是"}]})], understood, outcome, at=MONDAY, uow=database.unit()
    )
    asked, reply = transcript("web:abc", uow=database.reading())
    assert (asked.understood, asked.outcome, asked.created_at.tzinfo) == (understood, outcome, SHANGHAI)
    assert (reply.reply_to, reply.payload) == ("m1", {"buttons": [{"title": "是"}]})


def test_what_was_left_is_found_after_a_crash(database: Database) -> None:
    left, done = said(database, "一"), said(database, "二", 2)
    (reply,) = record_replies(done, [Reply("好")], None, {"events": [], "owner": "bot"}, at=MONDAY, uow=database.unit())
    assert unanswered(at=LATER, uow=database.reading()) == [left]
    system_says("web:abc", "工单已办结", id_="n1", at=MONDAY, uow=database.unit())
    assert unsent(at=LATER, uow=database.reading()) == [reply], "the outbox sees to the news"
    mark_sent(reply.id, at=LATER, uow=database.unit())
    assert unsent(at=LATER, uow=database.reading()) == []


def test_the_log_can_be_searched_in_chinese(database: Database) -> None:
    words = {1: "楼道灯坏了三天", 2: "折扣100%真的吗", 3: "Hello_World 楼道"}
    for n, words_ in words.items():
        message = said(database, words_, n, f"{'telegram' if n == 3 else 'web'}:abc")
        understood = {
            "intent": "report_issue" if n == 1 else "ask_service",
            "category": "municipal_works" if n == 1 else None,
        }
        record_replies(message, [], understood, {"events": [], "owner": "bot"}, at=MONDAY, uow=database.unit())

    def search(**wanted: object) -> list[str]:
        page = search_messages(MessageFilter(**wanted), uow=database.reading())  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return [message.id for message in page.items]

    assert search(text="楼道") == ["m3", "m1"] and search(text="三天 楼道") == ["m1"]
    assert search(text="%") == ["m2"] and search(text="_") == ["m3"] and search(text="hello") == ["m3"]
    assert search(intent="report_issue") == search(category="municipal_works") == ["m1"]
    assert search(channel="telegram") == ["m3"] and search(since=LATER) == [] and len(search(until=LATER)) == 3


def test_pages_of_the_log(database: Database) -> None:
    for n in range(5):
        said(database, f"第{n}条", n)
    page = search_messages(MessageFilter(page=2, size=2), uow=database.reading())
    assert ([m.id for m in page.items], page.total, page.pages) == (["m2", "m1"], 5, 3)


def test_the_operators_list(database: Database) -> None:
    for n in (1, 2, 3):
        said(database, "你好", n, f"web:{n}")
    hand_over("web:1", "着火", True, at=MONDAY, uow=database.unit())
    take_over("web:2", "li", at=LATER, uow=database.unit())
    ringing, taken, rest = list_conversations(uow=database.reading())
    assert (ringing.id, ringing.alert, ringing.state) == ("web:1", Alert.RING, Stage.WAITING)
    assert (taken.id, taken.operator, rest.id) == ("web:2", "li", "web:3")
    assert [c.id for c in list_conversations(stages={Stage.PERSON}, uow=database.reading())] == ["web:2"]
