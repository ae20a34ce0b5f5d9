"""Reporting and following up as the actions do it: joining neighbours, leaving them, and what residents may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversations.conversation import Conversation, Owner, Stage
from actions.dialogue.counter import Counter
from actions.dialogue.draft import AFFAIR, CONFIRMED, JOIN, Draft, begin, fill
from actions.dialogue.following import AddToTicket, QueryTicket, RateService, WithdrawTicket
from actions.dialogue.heard import Heard
from actions.dialogue.report_questions import AskConfirm
from actions.dialogue.reporting import OpenTicket
from actions.store.database import open_database
from actions.tickets import dispatching, handling, merging
from actions.tickets.actor import Actor, Role
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from knowledge.wording import say
from tests.actions.counters import DESK, make_counter
from tests.actions.samples import MONDAY

LAMP = {"category": "municipal_works", "kind": "street_light_out", "categories": [["municipal_works", 0.8]]}
WHERE = {"address": "幸福里小区3栋", "parts": {"estate": "幸福里小区", "building": "3"}}


@pytest.fixture
def counter(sqlite: str) -> Iterator[Counter]:
    database = open_database(sqlite)
    with database.unit() as uow:
        for name in "abcd":
            uow.conversations.add(Conversation(f"web:{name}", "web", Owner.BOT, Stage.BOT, MONDAY, MONDAY))
        uow.commit()
    yield make_counter(database)
    database.close()


def tell(action: Action, conversation: str, text: str = "", message: str = "m1", **slots: Any) -> dict[str, Any]:
    """What an action says to a message, in a conversation with these slots."""
    dispatcher = CollectingDispatcher()
    latest = {"text": text, "metadata": {"message_id": message, "channel": "web"}}
    tracker = Tracker(conversation, slots, latest, [], False, None, {}, "action_listen")
    action.run(dispatcher, tracker, {})
    return cast(dict[str, Any], dispatcher.messages[0]["custom"])


def draft(report: str, what: str = "楼道灯坏了", **affair: Any) -> dict[str, Any]:
    kind = {**LAMP, **affair}
    return {"report_what": what, "report_where": WHERE, "report_affair": kind, "report_id": report}


def filed(counter: Counter, conversation: str, report: str, what: str = "楼道灯坏了") -> str:
    said = tell(OpenTicket(counter), conversation, "确认提交", report, **draft(report, what))
    return str(said["events"][0]["ticket"]["number"])


def ticket(counter: Counter, number: str) -> Ticket:
    with counter.database.reading() as uow:
        return uow.tickets.get(number)


class TestJoining:
    def test_nothing_is_offered_to_the_first(self, counter: Counter) -> None:
        said = tell(AskConfirm(counter), "web:a", **draft("m1"))
        assert [b["title"] for b in said["buttons"]] == ["确认提交", "不对，要改", "算了，不报了"]

    def test_how_many_neighbours_reported_it_is_said_and_none_of_their_words(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1", what="我是三栋的王老五，灯坏了")
        for name in ("b", "c"):
            tell(OpenTicket(counter), f"web:{name}", "加入一起办", name, **draft(name, **{JOIN: True}))
        said = tell(AskConfirm(counter), "web:d", **draft("m9"))
        assert "3 位邻居已经报过" in said["text"] and "王老五" not in said["text"]
        assert "加入一起办" in [button["title"] for button in said["buttons"]]
        assert ticket(counter, number).residents == ("web:a", "web:b", "web:c")

    def test_joining_makes_no_second_ticket(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        said = tell(OpenTicket(counter), "web:b", "加入一起办", "m2", **draft("m2", **{JOIN: True}))
        event = said["events"][0]
        assert (event["type"], event["ticket"]["number"]) == ("ticket_merged", number)
        assert number in said["text"]

    def test_who_insists_gets_a_ticket_of_her_own(self, counter: Counter) -> None:
        assert filed(counter, "web:a", "m1") != filed(counter, "web:b", "m2")

    def test_what_is_solved_meanwhile_is_filed_anew(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        owner = Actor(Role.WORKER, ticket(counter, number).assignee)
        handling.accept(number, by=owner, at=MONDAY, uow=counter.database.unit())
        handling.finish(number, "好了", by=owner, at=MONDAY, uow=counter.database.unit())
        said = tell(OpenTicket(counter), "web:b", "加入一起办", "m2", **draft("m2", **{JOIN: True}))
        assert said["events"][0]["type"] == "ticket_created"

    def test_one_s_own_report_is_called_so(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        said = tell(AskConfirm(counter), "web:a", **draft("m2"))
        assert f"您报过同一件事（工单 {number}" in said["text"]

    @pytest.mark.parametrize("text", ["加入一起办", "加入", "算我一个", "好，一起办", "就是同一件事"])
    def test_the_words_for_it(self, text: str) -> None:
        slots = fill(Draft.of(draft("m1")), CONFIRMED, heard(text))
        assert slots[CONFIRMED] is True and slots[AFFAIR] == {**LAMP, JOIN: True}

    @pytest.mark.parametrize("text", ["确认提交", "加个电话13800001001", "一起报修的还有电梯也坏了好几天了，麻烦看看"])
    def test_other_words_are_no_joining(self, text: str) -> None:
        assert JOIN not in (fill(Draft.of(draft("m1")), CONFIRMED, heard(text)).get(AFFAIR) or {})


def heard(text: str) -> Heard:
    intents = [("report_issue", 0.93), ("seek_help", 0.04)]
    categories = [("municipal_works", 0.71), ("property", 0.2)]
    return Heard(
        "web:a", "m1", "web", text, "report_issue", 0.93, intents, "municipal_works", categories, "street_light_out"
    )


def test_every_score_and_the_model_stay_with_the_ticket(counter: Counter) -> None:
    slots = begin(heard("楼道灯坏了"), None) | {"report_where": WHERE}
    said = tell(OpenTicket(counter), "web:a", "确认提交", "m1", **slots)
    kept = ticket(counter, said["events"][0]["ticket"]["number"]).predicted
    assert kept["intents"] == [["report_issue", 0.93], ["seek_help", 0.04]]
    assert kept["categories"] == [["municipal_works", 0.71], ["property", 0.2]]
    assert (kept["kind"], kept["model"]) == ("street_light_out", "20261201-083000")


@pytest.mark.parametrize(
    ("what", "handler"),
    [("网格员周小敏骂人", "值班长"), ("值班长不接电话", "社区主任"), ("社区主任吃拿卡要", "上级部门")],
)
def test_a_complainant_hears_who_handles_it(counter: Counter, what: str, handler: str) -> None:
    complaint = draft("m1", what, category="staff_conduct", kind="staff_rude_attitude")
    said = tell(OpenTicket(counter), "web:a", "确认提交", **complaint)
    assert f"只交给{handler}办理" in said["text"] and "第四十四条" in said["text"]
    card = said["events"][0]["ticket"]
    assert card["assignee_name"] == handler and handler in tell(QueryTicket(counter), "web:a", "进度")["text"]


class TestFollowing:
    def test_notes_among_staff_are_not_read_to_residents(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        owner = Actor(Role.WORKER, ticket(counter, number).assignee)
        unit = counter.database.unit
        handling.accept(number, by=owner, at=MONDAY, uow=unit())
        handling.ask_resident(number, "是几单元？", by=owner, at=MONDAY, uow=unit())
        handling.add_note(number, "这户爱找事", by=owner, at=MONDAY, uow=unit())
        dispatching.supervise(number, "拖太久", by=Actor(Role.SUPERVISOR, "s01"), at=MONDAY, desk=DESK, uow=unit())
        said = tell(QueryTicket(counter), "web:a", "办得怎么样了")["text"]
        assert "是几单元？" in said and "爱找事" not in said and "拖太久" not in said

    def test_a_merged_ticket_stands_for_the_other(self, counter: Counter) -> None:
        into, gone = filed(counter, "web:a", "m1"), filed(counter, "web:b", "m2")
        merging.merge(gone, into, by=Actor(Role.OPERATOR, "li"), at=MONDAY, uow=counter.database.unit())
        assert into in tell(QueryTicket(counter), "web:b", "办得怎么样了")["text"]

    def test_leaving_neighbours_leaves_them_the_ticket(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        tell(OpenTicket(counter), "web:b", "加入一起办", "m2", **draft("m2", **{JOIN: True}))
        assert tell(WithdrawTicket(counter), "web:a", "撤销", "m3")["text"] == say("ticket_left", number=number)
        assert ticket(counter, number).state is State.ASSIGNED
        assert tell(WithdrawTicket(counter), "web:b", "撤销", "m4")["text"] == say("ticket_withdrawn", number=number)

    def test_a_message_that_is_taken_up_again_does_not_withdraw_the_next_ticket(self, counter: Counter) -> None:
        first, second = filed(counter, "web:a", "m1"), filed(counter, "web:a", "m2")
        for _ in range(2):
            assert tell(WithdrawTicket(counter), "web:a", "撤销", "m3")["events"][0]["ticket"]["number"] == second
        assert ticket(counter, first).state is State.ASSIGNED
        assert tell(WithdrawTicket(counter), "web:a", "撤销", "m4")["events"][0]["ticket"]["number"] == first

    def test_who_has_left_a_ticket_is_told_so_again(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        tell(OpenTicket(counter), "web:b", "加入一起办", "m2", **draft("m2", **{JOIN: True}))
        for _ in range(2):
            assert tell(WithdrawTicket(counter), "web:a", "撤销", "m3")["text"] == say("ticket_left", number=number)
        assert ticket(counter, number).residents == ("web:b",)

    def test_a_report_that_is_taken_up_again_stays_with_its_ticket(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        wish = draft("m2", **{JOIN: True})
        joined = tell(OpenTicket(counter), "web:b", "加入一起办", "m2", **wish)
        newer = filed(counter, "web:c", "m3")
        assert tell(OpenTicket(counter), "web:b", "加入一起办", "m2", **wish) == joined and newer != number
        own = tell(OpenTicket(counter), "web:c", "加入一起办", "m3", **draft("m3", **{JOIN: True}))
        assert (own["events"][0]["type"], own["events"][0]["ticket"]["number"]) == ("ticket_created", newer)

    def test_the_word_on_whether_it_is_solved_goes_to_the_ticket_that_asks(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        owner = Actor(Role.WORKER, ticket(counter, number).assignee)
        handling.accept(number, by=owner, at=MONDAY, uow=counter.database.unit())
        handling.finish(number, "换了灯泡", by=owner, at=MONDAY, uow=counter.database.unit())
        filed(counter, "web:a", "m2")
        said = tell(RateService(counter), "web:a", "解决了，谢谢", "m3")
        assert said["events"][0]["ticket"]["number"] == number
        assert ticket(counter, number).state is State.CLOSED

    def test_what_is_added_ends_the_waiting(self, counter: Counter) -> None:
        number = filed(counter, "web:a", "m1")
        owner = Actor(Role.WORKER, ticket(counter, number).assignee)
        handling.accept(number, by=owner, at=MONDAY, uow=counter.database.unit())
        handling.ask_resident(number, "几单元？", by=owner, at=MONDAY - timedelta(days=1), uow=counter.database.unit())
        tell(AddToTicket(counter), "web:a", "2单元", "m3")
        assert ticket(counter, number).state is State.IN_PROGRESS
