"""An emergency without a place: the next words tell it, once, and the grid's own worker has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversations.message import Inbound
from actions.conversations.recording import record_inbound
from actions.dialogue.booking_questions import AskAffair
from actions.dialogue.counter import Counter
from actions.dialogue.danger import Emergency
from actions.dialogue.following import AddToTicket, UrgeTicket, WithdrawTicket
from actions.dialogue.people import AskBack
from actions.dialogue.report_questions import AskConfirm, AskWhat, AskWhere
from actions.dialogue.reporting import FillReport
from actions.office import load_desk
from actions.store.database import Database, open_database
from actions.tickets import handling
from actions.tickets.actor import Actor, Role
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from knowledge.categories import load_categories
from knowledge.community import load_community
from knowledge.wording import say
from tests.actions.samples import MONDAY

DESK = load_desk()
HOME = {
    "entity": "address",
    "value": "幸福里小区3栋2单元",
    "parts": {"estate": "幸福里小区", "building": "3", "unit": "2"},
}


@pytest.fixture
def database(sqlite: str) -> Iterator[Database]:
    opened = open_database(sqlite)
    for name in "ab":
        record_inbound(Inbound(f"hello-{name}", f"web:{name}", "你好"), at=MONDAY, uow=opened.unit())
    yield opened
    opened.close()


def counter(database: Database, at: datetime = MONDAY) -> Counter:
    nobody = cast(Any, None)
    return Counter(
        database=database,
        desk=DESK,
        answerer=nobody,
        community=load_community(),
        categories=load_categories(),
        catalog={},
        agenda=nobody,
        clock=lambda: at,
        model=lambda: "m",
    )


def tell(
    action: Action, text: str, message: str, intent: str = "inform", *entities: Any, sender: str = "web:a", **rest: Any
) -> tuple[list[dict[str, Any]], list[Any]]:
    """What an action says, and the events that it returns; `rest`: slots, and `location`."""
    metadata = {"message_id": message, "channel": "web", "location": rest.pop("location", None)}
    latest = {"text": text, "intent": {"name": intent}, "entities": list(entities), "metadata": metadata}
    dispatcher = CollectingDispatcher()
    tracker = Tracker(sender, rest, latest, [], False, None, {}, "action_listen")
    events = action.run(dispatcher, tracker, {})
    return [message["custom"] for message in dispatcher.messages], events


def on_fire(database: Database, message: str = "m1", *entities: Any) -> Ticket:
    said, _ = tell(Emergency(counter(database)), "着火了！快来人", message, "emergency", *entities)
    return ticket(database, said[0]["events"][0]["ticket"]["number"])


def ticket(database: Database, number: str) -> Ticket:
    with database.reading() as uow:
        return uow.tickets.get(number)


def test_the_place_goes_to_the_ticket_and_the_ticket_to_the_grid(database: Database) -> None:
    fire = on_fire(database)
    assert (fire.grid, fire.assignee, fire.address) == (None, DESK.routing.supervisor, "")
    said, _ = tell(AskBack(counter(database)), "幸福里小区3栋2单元", "m2", "inform", HOME)
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


def test_told_twice_after_a_crash_it_is_told_once(database: Database) -> None:
    fire = on_fire(database)
    first, second = (tell(AskBack(counter(database)), HOME["value"], "m2", "inform", HOME)[0] for _ in range(2))
    assert first[0]["text"] == second[0]["text"]
    assert len(ticket(database, fire.number).history) == 3


def test_words_without_an_address_are_a_place_too(database: Database) -> None:
    fire = on_fire(database)
    tell(AskBack(counter(database)), "学校后门", "m2")
    placed = ticket(database, fire.number)
    assert (placed.address, placed.grid, placed.assignee) == ("学校后门", None, DESK.routing.supervisor)


def test_a_position_is_a_place(database: Database) -> None:
    fire = on_fire(database)
    said, _ = tell(AskBack(counter(database)), "", "m2", "out_of_scope", location={"lon": 106.6, "lat": 26.6})
    assert ticket(database, fire.number).point == (106.6, 26.6) and say("place_pointed") in said[0]["text"]


def test_whoever_is_at_work_on_it_keeps_it(database: Database) -> None:
    fire = on_fire(database)
    desk = Actor(Role.SUPERVISOR, fire.assignee)
    handling.accept(fire.number, by=desk, at=MONDAY, uow=database.unit())
    tell(AskBack(counter(database)), HOME["value"], "m2", "inform", HOME)
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
    tell(AskBack(counter(database)), text, "m2", intent, *entities)
    assert ticket(database, fire.number) == fire


def test_only_one_s_own_fresh_and_placeless_emergency_is_meant(database: Database) -> None:
    placed = on_fire(database, "m1", HOME)
    tell(AskBack(counter(database)), "中华北路", "m2", "inform", {"entity": "address", "value": "中华北路"})
    assert ticket(database, placed.number) == placed, "it has its place"
    fire = on_fire(database, "m3")
    tell(AskBack(counter(database)), HOME["value"], "m4", "inform", HOME, sender="web:b")
    tell(AskBack(counter(database, MONDAY + timedelta(hours=3))), HOME["value"], "m5", "inform", HOME)
    assert ticket(database, fire.number) == fire


@pytest.mark.parametrize("action", [UrgeTicket, AddToTicket])
def test_urging_and_adding_tell_the_place(database: Database, action: type[Action]) -> None:
    fire = on_fire(database)
    tell(action(counter(database)), f"{HOME['value']}快点", "m2", "urge_ticket", HOME)
    assert ticket(database, fire.number).grid == "g01"


def test_taking_it_back_does_not(database: Database) -> None:
    fire = on_fire(database)
    tell(WithdrawTicket(counter(database)), f"{HOME['value']}没事了，不用来", "m2", "withdraw_ticket", HOME)
    assert (ticket(database, fire.number).state, ticket(database, fire.number).address) == (State.WITHDRAWN, "")


class TestWithinAReport:
    LAMP = {"report_what": "路灯坏了", "report_id": "m0"}

    def test_the_place_is_that_of_both_where_both_ask_for_it(self, database: Database) -> None:
        fire = on_fire(database)
        fill = FillReport(counter(database))
        said, events = tell(fill, HOME["value"], "m2", "inform", HOME, requested_slot="report_where", **self.LAMP)
        assert ticket(database, fire.number).grid == "g01" and fire.number in said[0]["text"]
        assert [e["value"]["address"] for e in events if e["name"] == "report_where"] == [HOME["value"]]

    def test_a_report_that_has_its_place_keeps_it(self, database: Database) -> None:
        on_fire(database)
        lamp = {**self.LAMP, "report_where": {"address": "中华北路", "parts": {}}, "requested_slot": "report_confirmed"}
        assert tell(FillReport(counter(database)), HOME["value"], "m2", "inform", HOME, **lamp) == ([], [])

    def test_without_an_emergency_the_place_is_the_report_s(self, database: Database) -> None:
        fill = FillReport(counter(database))
        said, events = tell(fill, HOME["value"], "m2", "inform", HOME, requested_slot="report_where", **self.LAMP)
        assert not said and any(e["name"] == "report_where" and e["value"] for e in events)

    def test_nobody_in_danger_is_asked_for_something_else(self, database: Database) -> None:
        questions = [AskWhat(), AskWhere(), AskConfirm(counter(database)), AskAffair(counter(database))]
        assert all(tell(question, "不想活了", "m1", "self_harm", **self.LAMP) == ([], []) for question in questions)
        assert tell(AskWhere(), "着火了", "m1", "emergency", **self.LAMP) == ([], [])
        assert tell(AskWhere(), "路灯坏了", "m1", "report_issue", **self.LAMP)[0]
        assert tell(AskConfirm(counter(database)), "着火了", "m1", "emergency", **self.LAMP)[0]
