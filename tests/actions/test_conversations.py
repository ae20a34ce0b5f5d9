"""Conversations: nothing lost, nothing said twice, one owner at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.conversations.conversation import Alert, Owner, Stage
from actions.conversations.handover import (
    hand_back,
    hand_over,
    operator_says,
    system_says,
    take_over,
)
from actions.conversations.message import Author, Inbound, Message, Reply
from actions.conversations.reading import (
    find_conversation,
    list_conversations,
    transcript,
)
from actions.conversations.recording import (
    mark_sent,
    record_inbound,
    record_replies,
    remember_resident,
    replies_to,
    unanswered,
    unsent,
)
from actions.errors import (
    ConversationNotYours,
    ConversationTaken,
    ConversationUnknown,
    MessageEmpty,
)
from knowledge.wording import say
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY

HERE = "web:abc"
LATER = MONDAY + timedelta(minutes=5)
UNDERSTOOD = {"intent": "report_issue", "confidence": 0.97, "category": "municipal_works"}


def said(uow: FakeUnit, text: str = "灯坏了", id_: str = "m1", channel_id: str | None = "c1") -> tuple[Message, bool]:
    return record_inbound(Inbound(id_, HERE, text, channel_id), at=MONDAY, uow=uow)


def answered(uow: FakeUnit, message: Message, *texts: str) -> list[Message]:
    replies = [Reply(text, {"buttons": []}) for text in texts]
    return record_replies(message, replies, UNDERSTOOD, {"events": [], "owner": "bot"}, at=MONDAY, uow=uow)


def test_the_first_word_makes_the_conversation(uow: FakeUnit) -> None:
    message, done = said(uow)
    known = find_conversation(HERE, uow=uow)
    assert known and (known.channel, known.owner, known.state) == ("web", Owner.BOT, Stage.BOT)
    assert (message.seq, message.answered, done) == (1, False, False)


def test_the_same_message_twice_is_one_and_gets_the_same_answer(uow: FakeUnit) -> None:
    message, _ = said(uow)
    kept = answered(uow, message, "请问在哪里？")
    again, done = said(uow, id_="m2")
    assert done and again.id == "m1" and replies_to(again.id, uow=uow) == kept
    assert len(transcript(HERE, uow=uow)) == 2


def test_without_a_channel_s_id_the_same_words_are_two_messages(uow: FakeUnit) -> None:
    assert said(uow, channel_id=None)[0].id != said(uow, id_="m2", channel_id=None)[0].id


def test_replies_are_kept_once(uow: FakeUnit) -> None:
    message, _ = said(uow)
    first = answered(uow, message, "一", "二")
    assert answered(uow, message, "三") == first and [m.id for m in first] == ["m1.1", "m1.2"]


def test_what_a_crash_left_is_found_again(uow: FakeUnit) -> None:
    left, _ = said(uow)
    done, _ = said(uow, id_="m2", channel_id="c2")
    answered(uow, done, "好的")
    assert unanswered(at=LATER, uow=uow) == [left]
    assert unanswered(at=MONDAY + timedelta(seconds=5), uow=uow) == [], "it may still be in somebody's hands"


def test_what_was_not_sent_is_found_again(uow: FakeUnit) -> None:
    first, second = answered(uow, said(uow)[0], "一", "二")
    mark_sent(first.id, at=LATER, uow=uow)
    assert unsent(at=LATER, uow=uow) == [second]


def test_what_the_resident_told_is_remembered(uow: FakeUnit) -> None:
    said(uow)
    remember_resident(HERE, address="幸福里小区3栋", at=MONDAY, uow=uow)
    known = remember_resident(HERE, phone="13800001001", at=MONDAY, uow=uow)
    assert (known.address, known.phone) == ("幸福里小区3栋", "13800001001")


def test_the_bot_is_silent_once_a_person_is_there(uow: FakeUnit) -> None:
    message, _ = said(uow)
    take_over(HERE, "li", at=MONDAY, uow=uow)
    assert answered(uow, message, "我是机器人") == []
    assert uow.messages.get("m1").outcome == {"events": [], "owner": "person"}


def test_the_bot_still_says_that_somebody_will_come(uow: FakeUnit) -> None:
    message, _ = said(uow, "转人工")
    waiting = hand_over(HERE, "居民要求人工", ring=False, at=MONDAY, uow=uow)
    assert (waiting.owner, waiting.state) == (Owner.PERSON, Stage.WAITING)
    assert len(answered(uow, message, "已转人工")) == 1


def test_an_emergency_rings_until_somebody_takes_over(uow: FakeUnit) -> None:
    said(uow)
    hand_over(HERE, "居民要求人工", ring=False, at=MONDAY, uow=uow)
    hand_over(HERE, "着火", ring=True, at=LATER, uow=uow)
    hand_over(HERE, "着火", ring=True, at=LATER, uow=uow)
    assert [n.topic for n in uow.outbox.kept] == ["conversation.waiting", "conversation.ringing"]
    assert "着火" in say("notice.conversation.ringing", **uow.outbox.kept[-1].body)
    assert take_over(HERE, "li", at=LATER, uow=uow).alert is Alert.NONE


def test_asking_for_a_person_does_not_send_away_the_one_who_is_there(uow: FakeUnit) -> None:
    said(uow)
    take_over(HERE, "li", at=MONDAY, uow=uow)
    assert hand_over(HERE, "着火", ring=True, at=LATER, uow=uow).operator == "li"


def test_two_operators_do_not_have_one_conversation(uow: FakeUnit) -> None:
    said(uow)
    take_over(HERE, "li", at=MONDAY, uow=uow)
    assert take_over(HERE, "li", at=LATER, uow=uow).operator == "li"
    with pytest.raises(ConversationTaken) as refused:
        take_over(HERE, "wang", at=LATER, uow=uow)
    assert refused.value.values["operator"] == "li"


def test_an_operator_speaks_only_where_she_has_taken_over(uow: FakeUnit) -> None:
    said(uow)
    with pytest.raises(ConversationNotYours):
        operator_says(HERE, "您好", id_="o1", operator="li", name="小李", at=MONDAY, uow=uow)
    take_over(HERE, "li", at=MONDAY, uow=uow)
    with pytest.raises(MessageEmpty):
        operator_says(HERE, "  ", id_="o1", operator="li", name="小李", at=MONDAY, uow=uow)
    spoken = operator_says(HERE, "您好", id_="o1", operator="li", name="小李", at=MONDAY, uow=uow)
    assert (spoken.author, spoken.author_name) == (Author.OPERATOR, "小李")
    notice = uow.outbox.kept[-1]
    assert (notice.topic, notice.audience) == ("message.operator", "conversation:web:abc")
    assert say("notice.message.operator", **notice.body) == "小李：您好"


def test_given_back_the_bot_answers_again(uow: FakeUnit) -> None:
    said(uow)
    take_over(HERE, "li", at=MONDAY, uow=uow)
    with pytest.raises(ConversationNotYours):
        hand_back(HERE, "wang", at=LATER, uow=uow)
    back = hand_back(HERE, "li", at=LATER, uow=uow)
    assert (back.owner, back.state, back.operator, back.reason) == (Owner.BOT, Stage.BOT, None, "")


def test_news_delivered_twice_is_said_once(uow: FakeUnit) -> None:
    said(uow)
    for _ in range(2):
        system_says(HERE, "工单已办结", id_="GY20261207-0001.3.1", at=LATER, uow=uow)
    assert len(transcript(HERE, uow=uow)) == 2


def test_a_live_page_asks_for_what_came_since(uow: FakeUnit) -> None:
    answered(uow, said(uow)[0], "一", "二")
    assert [m.text for m in transcript(HERE, after=2, uow=uow)] == ["二"]


def test_the_ringing_ones_stand_first(uow: FakeUnit) -> None:
    for n, id_ in enumerate(("web:1", "web:2", "web:3")):
        record_inbound(Inbound(f"m{n}", id_, "你好"), at=MONDAY + timedelta(minutes=n), uow=uow)
    hand_over("web:1", "着火", ring=True, at=MONDAY, uow=uow)
    assert [c.id for c in list_conversations(uow=uow)] == ["web:1", "web:3", "web:2"]


def test_a_conversation_that_nobody_has_heard_of(uow: FakeUnit) -> None:
    assert find_conversation("web:none", uow=uow) is None and transcript("web:none", uow=uow) == []
    with pytest.raises(ConversationUnknown):
        hand_over("web:none", "", ring=False, at=MONDAY, uow=uow)
