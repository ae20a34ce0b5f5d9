"""The booking's actions on a real database: booked, told, moved, cancelled; somebody faster; somebody else's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.appointments.appointment import Wish
from actions.appointments.booking import book, coming
from actions.appointments.slot import Manner
from actions.clock import SHANGHAI
from actions.conversations.message import Inbound
from actions.conversations.recording import record_inbound
from actions.dialogue.booking_draft import EVERY_SLOT
from actions.dialogue.counter import Counter
from actions.dialogue.executor import make_executor
from actions.office import load_agenda, load_desk
from actions.store.database import Database, open_database
from actions.tickets.actor import Actor, Role
from knowledge.catalog import load_catalog
from knowledge.categories import load_categories
from knowledge.community import load_community
from tests.tables import lay_tables

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
SATURDAY = datetime(2026, 11, 28, 9, 30, tzinfo=SHANGHAI)
NOBODY_KNOWS = SimpleNamespace(answer=lambda question, context=(): SimpleNamespace(status="not_covered", citations=()))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(lay_tables(f"sqlite:///{tmp_path}/linli.db"))
    record_inbound(Inbound("i1", "web:abc", "你好"), at=TUESDAY, uow=opened.unit())
    yield opened
    opened.close()


class Talk:
    """A resident and the actions, Rasa's part played by hand: the form asks for its first empty slot."""

    def __init__(self, database: Database) -> None:
        counter = Counter(
            database=database,
            desk=load_desk(),
            answerer=cast(Any, NOBODY_KNOWS),
            community=load_community(),
            categories=load_categories(),
            catalog=load_catalog(),
            agenda=load_agenda(),
            clock=lambda: TUESDAY,
            model=lambda: "test",
        )
        self.executor: ActionExecutor = make_executor(counter)
        self.slots: dict[str, Any] = {}
        self.said: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.followup = ""
        self._message = 0

    def does(self, action: str, text: str, intent: str = "book_service") -> Talk:
        """One action on one message."""
        self._message += 1
        latest = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [],
            "metadata": {"message_id": f"m{self._message}"},
        }
        tracker = {"sender_id": "web:abc", "slots": dict(self.slots), "latest_message": latest, "events": []}
        call = {"next_action": action, "tracker": tracker, "domain": {}, "sender_id": "web:abc"}
        result = asyncio.run(self.executor.run(call))
        assert result is not None
        answer = result.model_dump()
        self.said = [response["custom"] for response in answer["responses"]]
        self.events = [event for said in self.said for event in said["events"]]
        self.slots |= {e["name"]: e["value"] for e in answer["events"] if e["event"] == "slot"}
        self.followup = next((str(e["name"]) for e in answer["events"] if e["event"] == "followup"), "")
        return self

    def fills(self, text: str) -> Talk:
        """One answer to the form."""
        self.slots["requested_slot"] = next((name for name in EVERY_SLOT if self.slots.get(name) is None), None)
        return self.does("validate_booking_form", text)

    def asks(self) -> str:
        """The form's next question."""
        slot = next(name for name in EVERY_SLOT if self.slots.get(name) is None)
        return self.does(f"action_ask_booking_form_{slot}", "").text

    @property
    def text(self) -> str:
        return "\n".join(said["text"] for said in self.said)


def begun(database: Database, text: str) -> Talk:
    talk = Talk(database).does("action_appoint", text)
    assert talk.followup == "booking_form"
    talk.slots["requested_slot"] = None
    return talk.does("validate_booking_form", text)


def booked(database: Database) -> Talk:
    talk = begun(database, "周六九点半办老年证")
    assert "确认预约" in talk.asks()
    return talk.fills("确认预约").does("action_make_appointment", "确认预约")


def mine(database: Database) -> list[datetime]:
    return [a.starts_at for a in coming("web:abc", at=TUESDAY, uow=database.reading())]


def test_booked_told_and_cancelled(database: Database) -> None:
    talk = booked(database)
    (event,) = talk.events
    card = event["appointment"]
    assert (event["type"], card["affair"], card["manner"]) == ("appointment_created", "elder_card", "flexible")
    assert card["starts_at"] == "2026-11-28T09:30:00+08:00" and card["number"] in talk.text
    assert not any(talk.slots[name] for name in EVERY_SLOT), "the form is empty again"
    assert card["number"] in talk.does("action_query_ticket", "我预约了什么时候", "query_ticket").text
    buttons = {b["title"]: b["payload"] for b in talk.said[0]["buttons"]}
    wish = json.loads(buttons["取消预约"].removeprefix("/withdraw_ticket"))["wish"]
    assert talk.does("action_withdraw_ticket", wish, "withdraw_ticket").events[0]["type"] == "appointment_cancelled"
    assert mine(database) == []


def test_a_message_that_is_taken_up_again_says_what_it_cancelled(database: Database) -> None:
    talk = booked(database)
    first = talk.does("action_withdraw_ticket", "取消预约", "withdraw_ticket").said
    talk._message -= 1
    assert talk.does("action_withdraw_ticket", "取消预约", "withdraw_ticket").said == first and mine(database) == []
    assert "没有还没到期的预约" in talk.does("action_withdraw_ticket", "取消预约", "withdraw_ticket").text


def test_moved(database: Database) -> None:
    talk = booked(database)
    talk.does("action_appoint", "改约")
    talk.slots["requested_slot"] = None
    talk.does("validate_booking_form", "改约")
    assert "哪天" in talk.asks()
    talk.fills("下周一上午十点").fills("确认预约").does("action_make_appointment", "确认预约")
    assert talk.events[0]["type"] == "appointment_moved"
    assert mine(database) == [datetime(2026, 11, 30, 10, tzinfo=SHANGHAI)]


def test_where_somebody_was_faster_another_time_is_asked_for(database: Database) -> None:
    talk = begun(database, "周六九点半办老年证").fills("确认预约")
    theirs = Wish("x", "web:other", "", "别的事", "community_hall", Manner.FLEXIBLE, SATURDAY)
    book(theirs, by=Actor(Role.RESIDENT, "web:other"), at=TUESDAY, agenda=load_agenda(), uow=database.unit())
    talk.does("action_make_appointment", "确认预约")
    assert "约满了" in talk.text and talk.followup == "booking_form" and mine(database) == []
    talk.slots["requested_slot"] = None
    talk.does("validate_booking_form", "确认预约")
    assert "选一个" in talk.asks()
    talk.fills("10:00（错时）").fills("确认预约").does("action_make_appointment", "确认预约")
    assert mine(database) == [SATURDAY.replace(hour=10, minute=0)]


def test_dropping_a_move_leaves_the_appointment(database: Database) -> None:
    talk = booked(database)
    talk.does("action_appoint", "改约").does("action_drop_booking", "算了", "cancel")
    assert "还是原来的时间" in talk.text and mine(database) == [SATURDAY]


def test_what_the_police_do_is_not_booked_at_the_hall(database: Database) -> None:
    assert "不收预约" in begun(database, "预约养犬登记").text


@pytest.mark.parametrize("action", ["action_stop", "action_withdraw_ticket", "action_query_ticket", "action_appoint"])
def test_whatever_the_classifier_makes_of_it_the_appointment_is_meant(database: Database, action: str) -> None:
    talk = booked(database)
    assert talk.does(action, "取消预约").events[0]["type"] == "appointment_cancelled"
    assert "没有还没到期的预约" in talk.does(action, "取消预约").text


@pytest.mark.parametrize(("text", "says"), [("算了", "没有正在登记的事"), ("停", "没有正在登记的事")])
def test_stopping_nothing(database: Database, text: str, says: str) -> None:
    assert says in Talk(database).does("action_stop", text, "cancel").text


def test_nobody_cancels_somebody_else_s(database: Database) -> None:
    theirs = Wish("x", "web:other", "", "别的事", "community_hall", Manner.FLEXIBLE, SATURDAY)
    made = book(theirs, by=Actor(Role.RESIDENT, "web:other"), at=TUESDAY, agenda=load_agenda(), uow=database.unit())
    talk = Talk(database).does("action_withdraw_ticket", f"取消预约 {made.number}", "withdraw_ticket")
    assert talk.events == [] and len(coming("web:other", at=TUESDAY, uow=database.reading())) == 1


def test_every_question_of_the_form_has_its_action() -> None:
    known = set(make_executor(cast(Any, SimpleNamespace())).actions)
    assert {f"action_ask_booking_form_{slot}" for slot in EVERY_SLOT if slot != "booking_notes"} <= known
