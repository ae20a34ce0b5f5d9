"""An emergency without a place: the next words tell it, once, and the grid's own worker has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversations.message import Inbound
from actions.conversations.recording import record_inbound
from actions.dialogue.booking_questions import AskAffair
from actions.dialogue.danger import Emergency
from actions.dialogue.following import AddToTicket, UrgeTicket, WithdrawTicket
from actions.dialogue.people import AskBack
from actions.dialogue.report_questions import AskConfirm, AskWhat, AskWhere
from actions.dialogue.reporting import FillReport
from actions.store.database import Database, open_database
from actions.tickets import handling
from actions.tickets.actor import Actor, Role
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from knowledge.wording import say
from tests.actions.counters import DESK, make_counter
from tests.actions.samples import MONDAY

HOME = {
    "entity": "address",
    "value": "幸福里小区3栋2单元",
    "parts": {"estate": "幸福里小区", "building": "3", "unit": "2"},
}
STREET = {"entity": "address", "value": "中华北路9号", "parts": {"road": "中华北路", "road_number": "9"}}


@pytest.fixture
def database(sqlite: str) -> Iterator[Database]:
    opened = open_database(sqlite)
    for name in "ab":
        record_inbound(Inbound(f"hello-{name}", f"web:{name}", "你好"), at=MONDAY, uow=opened.unit())
    yield opened
    opened.close()


def tell(
    action: Action, text: str, message: str, intent: str = "inform", *entities: Any, sender: str = "web:a", **rest: Any
) -> tuple[list[dict[str, Any]], list[Any]]:
    """What an action says, and the events that it returns; `rest`: slots, and `location` and `dangers` of the message."""
    metadata = {"message_id": message, "channel": "web", "location": rest.pop("location", None)}
    latest = {"text": text, "intent": {"name": intent}, "entities": list(entities), "metadata": metadata}
    latest["dangers"] = rest.pop("dangers", ())
    dispatcher = CollectingDispatcher()
    tracker = Tracker(sender, rest, latest, [], False, None, {}, "action_listen")
    events = action.run(dispatcher, tracker, {})
    return [message["custom"] for message in dispatcher.messages], events


def on_fire(database: Database, message: str = "m1", *entities: Any) -> Ticket:
    said, _ = tell(Emergency(make_counter(database)), "着火了！快来人", message, "emergency", *entities)
    return ticket(database, said[0]["events"][0]["ticket"]["number"])


def ticket(database: Database, number: str) -> Ticket:
    with database.reading() as uow:
        return uow.tickets.get(number)


def test_the_place_goes_to_the_ticket_and_the_ticket_to_the_grid(database: Database) -> None:
    fire = on_fire(database)
    assert (fire.grid, fire.assignee, fire.address) == (None, DESK.routing.supervisor, "")
    said, _ = tell(AskBack(make_counter(database)), "幸福里小区3栋2单元", "m2", "inform", HOME)
    placed = ticket(database, fire.number)
    assert (placed.grid, placed.address, placed.place) == ("g01", HOME["value"], HOME["parts"])
    assert placed.assignee in DESK.routing.posts["g01"].workers and placed.state is State.ASSIGNED
    assert "g01" not in placed.routed_why and "幸福里" in placed.routed_why
    assert placed.place_key and [entry.event for entry in placed.history] == [
        Event.OPEN,
        Event.SUPPLEMENT,
        Event.REASSIGN,
    ]
    assert fire.number in said[0]["text"] and HOME["value"] in said[0]["text"]
    with database.reading() as uow:
        known = uow.conversations.get("web:a")
    assert known.address == HOME["value"]


def notes(database: Database, number: str) -> list[str]:
    return [entry.note for entry in ticket(database, number).history]


def test_told_twice_after_a_crash_it_is_told_once(database: Database) -> None:
    fire = on_fire(database)
    first, second = (tell(AskBack(make_counter(database)), HOME["value"], "m2", "inform", HOME)[0] for _ in range(2))
    assert first[0]["text"] == second[0]["text"]
    assert len(ticket(database, fire.number).history) == 3


def test_taken_up_again_hours_later_it_is_still_the_same_deed(database: Database) -> None:
    fire, later = on_fire(database), make_counter(database, MONDAY + timedelta(hours=9))
    tell(AskBack(make_counter(database)), HOME["value"], "m2", "inform", HOME)
    tell(Emergency(make_counter(database)), "火更大了", "m3", "emergency")
    told = ticket(database, fire.number)
    again = [
        tell(AskBack(later), HOME["value"], "m2", "inform", HOME)[0],
        tell(Emergency(later), "火更大了", "m3", "emergency")[0],
    ]
    assert [said[0]["events"][0]["ticket"]["number"] for said in again] == [fire.number] * 2
    assert ticket(database, fire.number) == told


def test_words_without_an_address_stand_until_better_ones_come(database: Database) -> None:
    fire, ask = on_fire(database), AskBack(make_counter(database))
    said, _ = tell(ask, "学校后门", "m2")
    vague = ticket(database, fire.number)
    assert (vague.address, vague.grid, vague.assignee) == ("学校后门", None, DESK.routing.supervisor)
    assert "还没有准确的地点" in said[0]["text"]
    tell(ask, "我叫李明", "m3")
    assert ticket(database, fire.number).address == "学校后门" and "我叫李明" in notes(database, fire.number)
    tell(ask, HOME["value"], "m4", "inform", HOME)
    assert (ticket(database, fire.number).grid, ticket(database, fire.number).address) == ("g01", HOME["value"])
    with database.reading() as uow:
        assert uow.conversations.get("web:a").address == HOME["value"], "words that no table knows are nobody's home"


def test_words_that_no_table_knows_are_nobody_s_home(database: Database) -> None:
    on_fire(database)
    tell(AskBack(make_counter(database)), "学校后门", "m2")
    with database.reading() as uow:
        assert not uow.conversations.get("web:a").address


class TestMoreOfIt:
    """What is said of an emergency that goes on belongs to its ticket; what is elsewhere gets a ticket of its own."""

    def number(self, database: Database, text: str, message: str, *entities: Any, dangers: Any = ("fire",)) -> str:
        said, _ = tell(Emergency(make_counter(database)), text, message, "emergency", *entities, dangers=dangers)
        return str(said[0]["events"][0]["ticket"]["number"])

    def test_more_words_ring_again_and_make_no_second_ticket(self, database: Database) -> None:
        first = self.number(database, "着火了！", "m1")
        assert self.number(database, "人还没出来", "m2", dangers=("trapped",)) == first
        assert self.number(database, "幸福里小区3栋着火了", "m3", HOME) == first
        assert self.number(database, "火更大了", "m4") == first
        placed = ticket(database, first)
        assert placed.grid == "g01"
        assert {"人还没出来", "幸福里小区3栋着火了", "火更大了"} <= set(notes(database, first))
        with database.reading() as uow:
            assert uow.conversations.get("web:a").reason == say("danger_reason", text="火更大了")

    def test_the_advice_comes_first_each_time(self, database: Database) -> None:
        self.number(database, "着火了！", "m1")
        said, _ = tell(Emergency(make_counter(database)), "火更大了", "m2", "emergency", dangers=("fire",))
        assert said[0]["text"].startswith(say("danger_fire")) and "还没有准确的地点" in said[0]["text"]

    def test_whatever_danger_it_brings_it_is_one_emergency_with_the_advice_for_that(self, database: Database) -> None:
        first = self.number(database, "着火了！", "m1")
        said, _ = tell(Emergency(make_counter(database)), "人还没出来", "m2", "emergency", dangers=("trapped",))
        assert said[0]["text"].startswith(say("danger_trapped")) and first in said[0]["text"]

    def test_another_place_is_another_emergency(self, database: Database) -> None:
        first = self.number(database, "幸福里小区3栋着火了", "m1", HOME)
        assert self.number(database, "中华北路9号也着火了", "m3", STREET) != first

    def test_what_was_hours_ago_is_over(self, database: Database) -> None:
        first = self.number(database, "着火了！", "m1")
        later = make_counter(database, MONDAY + timedelta(hours=3))
        said, _ = tell(Emergency(later), "又着火了", "m2", "emergency", dangers=("fire",))
        assert said[0]["events"][0]["ticket"]["number"] != first

    @pytest.mark.parametrize("messages", [["m1", "m1"], ["m1", "m2", "m2"]])
    def test_taken_up_again_after_a_crash_nothing_is_added(self, database: Database, messages: list[str]) -> None:
        numbers = {self.number(database, "着火了！", message) for message in messages}
        assert len(numbers) == 1
        assert len(ticket(database, numbers.pop()).history) == len(set(messages))


def test_a_position_is_a_place(database: Database) -> None:
    fire = on_fire(database)
    said, _ = tell(AskBack(make_counter(database)), "", "m2", "out_of_scope", location={"lon": 106.6, "lat": 26.6})
    assert ticket(database, fire.number).point == (106.6, 26.6) and say("place_pointed") in said[0]["text"]


def test_whoever_is_at_work_on_it_keeps_it(database: Database) -> None:
    fire = on_fire(database)
    desk = Actor(Role.SUPERVISOR, fire.assignee)
    handling.accept(fire.number, by=desk, at=MONDAY, uow=database.unit())
    tell(AskBack(make_counter(database)), HOME["value"], "m2", "inform", HOME)
    placed = ticket(database, fire.number)
    assert (placed.assignee, placed.state, placed.grid) == (fire.assignee, State.ACCEPTED, "g01")


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [("13800001001", "inform", [{"entity": "phone", "value": "13800001001"}]), ("你是谁", "ask_bot", [])],
)
def test_what_is_no_place_is_not_taken_for_one(
    database: Database, text: str, intent: str, entities: list[dict[str, str]]
) -> None:
    fire = on_fire(database)
    tell(AskBack(make_counter(database)), text, "m2", intent, *entities)
    assert ticket(database, fire.number) == fire


def test_only_one_s_own_fresh_and_placeless_emergency_is_meant(database: Database) -> None:
    placed = on_fire(database, "m1", HOME)
    tell(AskBack(make_counter(database)), "中华北路", "m2", "inform", STREET)
    assert ticket(database, placed.number) == placed, "it has its place"
    fire = on_fire(database, "m3")
    tell(AskBack(make_counter(database)), HOME["value"], "m4", "inform", HOME, sender="web:b")
    tell(AskBack(make_counter(database, MONDAY + timedelta(hours=3))), HOME["value"], "m5", "inform", HOME)
    assert ticket(database, fire.number) == fire


@pytest.mark.parametrize("action", [UrgeTicket, AddToTicket])
def test_urging_and_adding_tell_the_place(database: Database, action: type[Action]) -> None:
    fire = on_fire(database)
    tell(action(make_counter(database)), f"{HOME['value']}快点", "m2", "urge_ticket", HOME)
    assert ticket(database, fire.number).grid == "g01"


def test_taking_it_back_does_not(database: Database) -> None:
    fire = on_fire(database)
    tell(WithdrawTicket(make_counter(database)), f"{HOME['value']}没事了，不用来", "m2", "withdraw_ticket", HOME)
    assert (ticket(database, fire.number).state, ticket(database, fire.number).address) == (State.WITHDRAWN, "")


class TestWithinAReport:
    LAMP = {"report_what": "路灯坏了", "report_id": "m0"}

    def test_the_place_is_that_of_both_where_both_ask_for_it(self, database: Database) -> None:
        fire = on_fire(database)
        fill = FillReport(make_counter(database))
        said, events = tell(fill, HOME["value"], "m2", "inform", HOME, requested_slot="report_where", **self.LAMP)
        assert ticket(database, fire.number).grid == "g01" and fire.number in said[0]["text"]
        assert [e["value"]["address"] for e in events if e["name"] == "report_where"] == [HOME["value"]]

    def test_a_report_that_has_its_place_keeps_it(self, database: Database) -> None:
        on_fire(database)
        lamp = {**self.LAMP, "report_where": {"address": "中华北路", "parts": {}}, "requested_slot": "report_confirmed"}
        assert tell(FillReport(make_counter(database)), HOME["value"], "m2", "inform", HOME, **lamp) == ([], [])

    def test_without_an_emergency_the_place_is_the_report_s(self, database: Database) -> None:
        fill = FillReport(make_counter(database))
        said, events = tell(fill, HOME["value"], "m2", "inform", HOME, requested_slot="report_where", **self.LAMP)
        assert not said and any(e["name"] == "report_where" and e["value"] for e in events)

    def test_nobody_in_danger_is_asked_for_something_else(self, database: Database) -> None:
        questions = [AskWhat(), AskWhere(), AskConfirm(make_counter(database)), AskAffair(make_counter(database))]
        assert all(tell(question, "不想活了", "m1", "self_harm", **self.LAMP) == ([], []) for question in questions)
        assert tell(AskWhere(), "着火了", "m1", "emergency", **self.LAMP) == ([], [])
        assert tell(AskWhere(), "路灯坏了", "m1", "report_issue", **self.LAMP)[0]
        assert tell(AskConfirm(make_counter(database)), "着火了", "m1", "emergency", **self.LAMP)[0]
