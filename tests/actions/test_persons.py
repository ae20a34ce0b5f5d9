"""One resident on two channels: joined by a code, preferred for, shown, erased; on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from actions.conversations.conversation import Conversation
from actions.conversations.dossier import dossier_of, quiet_hours
from actions.conversations.erasing import erase_resident
from actions.conversations.joining import TRIES, VALID, Joined, offer_code, redeem_code, siblings
from actions.conversations.message import Inbound, Reply
from actions.conversations.person import Person
from actions.conversations.preferring import person_of, prefer
from actions.conversations.reading import find_conversation, transcript
from actions.conversations.recording import record_inbound, record_replies, remember_resident
from actions.store.database import Database
from actions.tickets.actor import Actor, Role
from actions.tickets.feedback import withdraw
from actions.tickets.opening import join_ticket, open_ticket
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from tests.actions.crowd import crowd
from tests.actions.samples import MONDAY, make_desk, make_report

WEB, TELEGRAM, NEIGHBOUR = "web:abc", "telegram:42", "web:next"
PHONE, CODE = "13800001001", "482913"


@pytest.fixture(autouse=True)
def talks(database: Database) -> None:
    for n, conversation in enumerate((WEB, TELEGRAM, NEIGHBOUR)):
        say(database, conversation, "灯坏了，我是李四", n)


def say(database: Database, conversation: str, words: str, n: int) -> None:
    message, _ = record_inbound(Inbound(f"m{n}", conversation, words, f"c{n}"), at=MONDAY, uow=database.unit())
    outcome = {"events": [{"type": "x"}], "owner": "bot"}
    understood = {"intent": "report_issue", "entities": [{"value": "李四"}]}
    record_replies(message, [Reply("在哪里？")], understood, outcome, at=MONDAY, uow=database.unit())


def ticket(database: Database, conversation: str, id_: str) -> Ticket:
    report = make_report(id_, conversation=conversation, phone=PHONE)
    return open_ticket(report, by=resident(conversation), at=MONDAY, desk=make_desk(), uow=database.unit())


def resident(conversation: str) -> Actor:
    return Actor(Role.RESIDENT, conversation)


def joined(database: Database, code: str = CODE, after: timedelta = timedelta(0), here: str = TELEGRAM) -> Joined:
    return redeem_code(here, PHONE, code, new="p1", at=MONDAY + after, uow=database.unit())


def known(database: Database, conversation: str) -> Conversation:
    found = find_conversation(conversation, uow=database.reading())
    assert found
    return found


def numbers(database: Database, conversation: str) -> Sequence[str]:
    with database.reading() as uow:
        return [t.number for t in uow.tickets.find(TicketFilter(resident=conversation)).items]


def test_a_code_joins_two_conversations_and_each_sees_the_others_tickets(database: Database) -> None:
    opened = ticket(database, WEB, "r1").number
    remember_resident(WEB, at=MONDAY, uow=database.unit(), address="幸福里3栋")
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    assert numbers(database, TELEGRAM) == []
    assert joined(database) is Joined.DONE
    assert numbers(database, TELEGRAM) == numbers(database, WEB) == [opened]
    assert set(siblings(WEB, uow=database.reading())) == {WEB, TELEGRAM}
    assert known(database, TELEGRAM).address == "幸福里3栋" and known(database, TELEGRAM).phone == PHONE
    assert joined(database) is Joined.DONE, "a message that is read again after a crash is answered as it was"
    assert joined(database, here=NEIGHBOUR) is Joined.NONE, "a code works once"
    assert numbers(database, NEIGHBOUR) == []


def test_a_third_conversation_joins_the_same_person(database: Database) -> None:
    for here in (TELEGRAM, NEIGHBOUR):
        offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
        assert redeem_code(here, PHONE, CODE, new=f"p:{here}", at=MONDAY, uow=database.unit()) is Joined.DONE
    assert set(siblings(NEIGHBOUR, uow=database.reading())) == {WEB, TELEGRAM, NEIGHBOUR}


def test_a_code_is_worth_nothing_afterwards_elsewhere_or_replaced(database: Database) -> None:
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    assert joined(database, here=WEB) is Joined.SAME, "the code was shown here"
    assert joined(database, after=VALID) is Joined.NONE
    assert redeem_code(TELEGRAM, "13900000000", CODE, new="p", at=MONDAY, uow=database.unit()) is Joined.NONE
    offer_code(WEB, PHONE, "000000", at=MONDAY, uow=database.unit())
    assert joined(database) is Joined.WRONG
    assert known(database, TELEGRAM).person is None


def test_after_five_wrong_ones_the_right_one_does_not_open(database: Database) -> None:
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    assert [joined(database, "111111") for _ in range(TRIES)] == [Joined.WRONG] * TRIES
    assert joined(database) is Joined.NONE


def test_guessing_side_by_side_counts_every_guess(database: Database) -> None:
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    crowd(lambda n: joined(database, f"{n:06}"))
    with database.reading() as uow:
        assert [code.tries for code in uow.persons.codes(PHONE)] == [TRIES]
    assert joined(database) is Joined.NONE


def test_what_is_kept_of_a_code_does_not_tell_it(database: Database) -> None:
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    with database.reading() as uow:
        assert CODE not in str(uow.persons.codes(PHONE))


def test_preferences_are_the_persons_in_every_conversation(database: Database) -> None:
    prefer(WEB, new="p0", at=MONDAY, uow=database.unit(), large_type=True, quiet_from=22 * 60, quiet_until=7 * 60)
    prefer(TELEGRAM, new="p9", at=MONDAY, uow=database.unit(), large_type=False)
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    joined(database)
    person = person_of(TELEGRAM, uow=database.reading())
    assert person and person.large_type and quiet_hours(person) == "22:00–07:00"


@pytest.mark.parametrize(
    ("since", "until", "hour", "quiet"),
    [
        (22, 7, 23, True),
        (22, 7, 6, True),
        (22, 7, 7, False),
        (22, 7, 12, False),
        (12, 14, 13, True),
        (12, 14, 14, False),
    ],
)
def test_quiet_hours_may_go_past_midnight(since: int, until: int, hour: int, quiet: bool) -> None:
    person = Person("p", MONDAY, quiet_from=since * 60, quiet_until=until * 60)
    assert person.quiet(MONDAY.replace(hour=hour)) is quiet


def test_a_dossier_holds_what_is_stored_and_nothing_of_the_neighbours(database: Database) -> None:
    own, theirs = ticket(database, WEB, "r1"), ticket(database, NEIGHBOUR, "r2")
    join_ticket(
        theirs.number,
        make_report("r3", conversation=WEB, what="我家也是"),
        by=resident(WEB),
        at=MONDAY,
        uow=database.unit(),
    )
    data = dossier_of(WEB, at=MONDAY, uow=database.reading()).as_data()
    assert [message["说"] for message in data["对话记录"]] == ["灯坏了，我是李四", "在哪里？"]
    told = {row["工单号"]: row for row in data["工单"]}
    assert told[own.number]["电话"] == PHONE and "电话" not in told[theirs.number]
    json.dumps(data)


def test_erasing_leaves_nothing_of_what_was_said_in_any_channel(database: Database) -> None:
    offer_code(WEB, PHONE, CODE, at=MONDAY, uow=database.unit())
    joined(database)
    over, under_way = ticket(database, WEB, "r1"), ticket(database, TELEGRAM, "r2")
    withdraw(over.number, by=resident(WEB), at=MONDAY, uow=database.unit(), note="李四不要了")
    asking, _ = record_inbound(Inbound("m9", WEB, "确认删除我的信息", "c9"), at=MONDAY, uow=database.unit())
    erased = erase_resident(WEB, "已删除", at=MONDAY, uow=database.unit())
    assert set(erased.conversations) == {WEB, TELEGRAM} and erased.messages == 4 and erased.kept == (under_way.number,)
    for conversation in (WEB, TELEGRAM):
        left = [m for m in transcript(conversation, uow=database.reading()) if m.id != asking.id]
        assert {m.text for m in left} == {"已删除"} and all(m.understood is None and not m.payload for m in left)
        assert "李四" not in str(left) and known(database, conversation).phone is None
    assert [m.text for m in transcript(NEIGHBOUR, uow=database.reading())][0] == "灯坏了，我是李四"
    with database.reading() as uow:
        gone, kept = uow.tickets.peek(over.number), uow.tickets.peek(under_way.number)
        assert uow.persons.find("p1") is None
    assert (gone.what, gone.address, gone.phone, gone.place) == ("已删除", "", None, {}) and "李四" not in str(
        gone.history
    )
    assert kept.phone == PHONE and kept.what == under_way.what
    assert siblings(WEB, uow=database.reading()) == (WEB,)


def test_erasing_twice_changes_nothing_more(database: Database) -> None:
    assert erase_resident(WEB, "已删除", at=MONDAY, uow=database.unit()).messages == 2
    assert erase_resident(WEB, "已删除", at=MONDAY, uow=database.unit()).messages == 0


def test_what_neighbours_reported_too_stays_theirs(database: Database) -> None:
    shared = ticket(database, WEB, "r1")
    report = make_report("r3", conversation=NEIGHBOUR, what="我家也是")
    join_ticket(shared.number, report, by=resident(NEIGHBOUR), at=MONDAY, uow=database.unit())
    with database.unit() as uow:
        uow.tickets.save(replace(uow.tickets.get(shared.number), state=State.CLOSED))
        uow.commit()
    erase_resident(WEB, "已删除", at=MONDAY, uow=database.unit())
    with database.reading() as uow:
        left = uow.tickets.peek(shared.number)
    assert left.what == shared.what and left.phone is None
