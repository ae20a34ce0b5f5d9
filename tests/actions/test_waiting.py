"""Nobody comes: the wait ends, the resident is told honestly, and a call back is filed, asked for once and filed once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.attendance import FRESH, attend, present
from actions.conversations.calling_back import file_call_back, open_call_back
from actions.conversations.conversation import ASKED, Conversation, Owner, Stage
from actions.conversations.handover import hand_over, take_over
from actions.conversations.message import Author, Inbound
from actions.conversations.queue import place_in_queue
from actions.conversations.reading import find_conversation, transcript
from actions.conversations.recording import record_inbound, remember_resident
from actions.dialogue.people import AskBack, HandOver
from actions.notify.runtime import Runtime
from actions.notify.waits import WAITS, Waits
from actions.store.database import Database, open_database
from actions.telephone import phone_in
from actions.tickets.actor import Actor, Role
from actions.tickets.feedback import withdraw
from actions.tickets.wanted import TicketFilter
from knowledge.errors import BadFile
from knowledge.operators import Operators, load_operators
from knowledge.reception import Reception, load_reception
from knowledge.wording import say
from knowledge.workdays import load_calendar
from tests.actions.samples import MONDAY
from tests.actions.test_people_dialogue import DESK, GROUP, NIGHT, OFFICE, PHONE, WEB, counter, tell, ticket

MINUTE = timedelta(minutes=1)
DAY = Reception((8 * 60, 18 * 60), None, load_calendar(), longest_wait=10, longest_wait_alone=2)


@pytest.fixture
def database(sqlite: str) -> Iterator[Database]:
    opened = open_database(sqlite)
    for n, conversation in enumerate((WEB, GROUP, "web:1", "web:2")):
        record_inbound(Inbound(f"m{n}", conversation, "你好"), at=MONDAY, uow=opened.unit())
    yield opened
    opened.close()


def known(database: Database, conversation: str = WEB) -> Conversation:
    found = find_conversation(conversation, uow=database.reading())
    assert found
    return found


def look(database: Database, sqlite: str, at: datetime) -> str:
    """One round of the clock."""
    parts: dict[str, Any] = {"unit": database.unit, "clock": lambda: at, "desk": DESK, "reception": DAY}
    return Waits(runtime=Runtime(sqlite), **parts).look()


def waits(database: Database, conversation: str = WEB, *, at: datetime = MONDAY, there: bool = False) -> None:
    hand_over(conversation, "居民要求人工", False, at=at, uow=database.unit())
    if there:
        attend("op", at=at, uow=database.unit())


def writes(database: Database, text: str, at: datetime, conversation: str = WEB) -> None:
    record_inbound(Inbound(f"w{at:%H%M%S}", conversation, text), at=at, uow=database.unit())


def told(database: Database, conversation: str = WEB) -> list[str]:
    return [m.text for m in transcript(conversation, uow=database.reading()) if m.author is Author.SYSTEM]


def filed(database: Database) -> int:
    with database.reading() as uow:
        return len(uow.tickets.find(TicketFilter()).items)


class TestTheWaitEnds:
    def test_with_a_phone_a_call_back_is_filed_and_the_bot_is_back(self, database: Database, sqlite: str) -> None:
        remember_resident(WEB, at=MONDAY, uow=database.unit(), phone=PHONE)
        waits(database)
        writes(database, "我家停水两天了", MONDAY + MINUTE)
        assert look(database, sqlite, MONDAY + 2 * MINUTE) == "1 waits"
        now = known(database)
        assert (now.owner, now.state, now.reason) == (Owner.BOT, Stage.BOT, "")
        found = ticket(database, str(now.call_back))
        assert found.phone == PHONE and "2 分钟" in found.what and "我家停水两天了" in found.what
        (words,) = told(database)
        assert found.number in words and "138****1001" in words and "2 分钟" in words and "对不起" in words
        with database.reading() as uow:
            due = [n.audience for n in uow.outbox.waiting(9) if n.topic == "message.system"]
        assert due == [f"conversation:{WEB}"], "on every channel"

    def test_it_is_shorter_where_nobody_sits_at_the_desk(self, database: Database, sqlite: str) -> None:
        waits(database, there=True)
        assert look(database, sqlite, MONDAY + MINUTE) == "0 waits"
        attend("op", at=MONDAY + 9 * MINUTE, uow=database.unit())
        assert look(database, sqlite, MONDAY + 9 * MINUTE) == "0 waits"
        attend("op", at=MONDAY + 10 * MINUTE, uow=database.unit())
        assert look(database, sqlite, MONDAY + 10 * MINUTE) == "1 waits"

    def test_it_is_shorter_when_the_office_has_closed(self, database: Database, sqlite: str) -> None:
        evening = MONDAY.replace(hour=17, minute=59)
        waits(database, at=evening, there=True)
        attend("op", at=evening + 2 * MINUTE, uow=database.unit())
        assert look(database, sqlite, evening + 2 * MINUTE) == "1 waits"

    def test_without_a_phone_it_is_asked_for_and_its_coming_files_the_call(
        self, database: Database, sqlite: str
    ) -> None:
        waits(database)
        look(database, sqlite, MONDAY + 2 * MINUTE)
        assert told(database) == [say("wait_over_ask", minutes=2)] and known(database).call_back == ASKED
        said = tell(AskBack(counter(database)), PHONE, intent="inform")
        assert [event["type"] for event in said["events"]] == ["ticket_created"] and "一有空" in said["text"]
        assert known(database).call_back == said["events"][0]["ticket"]["number"] and known(database).phone == PHONE

    def test_the_phone_that_was_written_while_waiting_is_enough(self, database: Database, sqlite: str) -> None:
        waits(database)
        writes(database, "我的号码是 138 0000 1001，急", MONDAY + MINUTE)
        look(database, sqlite, MONDAY + 2 * MINUTE)
        assert ticket(database, str(known(database).call_back)).phone == PHONE

    def test_a_round_that_comes_again_does_nothing_twice(self, database: Database, sqlite: str) -> None:
        remember_resident(WEB, at=MONDAY, uow=database.unit(), phone=PHONE)
        waits(database)
        assert [look(database, sqlite, MONDAY + n * MINUTE) for n in (2, 2, 3)] == ["1 waits", "0 waits", "0 waits"]
        assert filed(database) == 1 and len(told(database)) == 1

    def test_waiting_again_files_no_second_call_while_one_is_open(self, database: Database, sqlite: str) -> None:
        remember_resident(WEB, at=MONDAY, uow=database.unit(), phone=PHONE)
        for start in (0, 10):
            waits(database, at=MONDAY + start * MINUTE)
            look(database, sqlite, MONDAY + (start + 2) * MINUTE)
        assert filed(database) == 1 and len(told(database)) == 2
        number = str(known(database).call_back)
        withdraw(number, by=Actor(Role.OPERATOR, "op"), at=MONDAY + 20 * MINUTE, uow=database.unit())
        waits(database, at=MONDAY + 30 * MINUTE)
        look(database, sqlite, MONDAY + 32 * MINUTE)
        assert filed(database) == 2

    def test_danger_is_never_sent_back_to_the_bot(self, database: Database, sqlite: str) -> None:
        hand_over(WEB, "险情", True, at=MONDAY, uow=database.unit())
        assert look(database, sqlite, MONDAY + 60 * MINUTE) == "0 waits" and known(database).state is Stage.WAITING

    def test_who_was_taken_over_is_left_alone(self, database: Database, sqlite: str) -> None:
        waits(database)
        take_over(WEB, "op", at=MONDAY + MINUTE, uow=database.unit())
        assert look(database, sqlite, MONDAY + 60 * MINUTE) == "0 waits" and told(database) == []

    def test_in_a_group_no_number_is_asked_for_or_told(self, database: Database, sqlite: str) -> None:
        remember_resident(GROUP, at=MONDAY, uow=database.unit(), phone=PHONE)
        waits(database, GROUP)
        look(database, sqlite, MONDAY + 2 * MINUTE)
        assert told(database, GROUP) == [say("wait_over", minutes=2)] and filed(database) == 0

    def test_the_longest_waiting_comes_first_in_the_queue_afterwards_too(self, database: Database, sqlite: str) -> None:
        waits(database, "web:1")
        look(database, sqlite, MONDAY + 2 * MINUTE)
        waits(database, "web:2", at=MONDAY + 3 * MINUTE)
        waits(database, "web:1", at=MONDAY + 4 * MINUTE)
        assert place_in_queue("web:1", at=MONDAY + 5 * MINUTE, uow=database.reading()).ahead == 1

    def test_the_schedule_is_there(self, database: Database, sqlite: str) -> None:
        waits(database)
        runtime, at = Runtime(sqlite), MONDAY + 5 * MINUTE
        Waits(runtime=runtime, unit=database.unit, clock=lambda: at, desk=DESK, reception=DAY)
        runtime.launch()
        try:
            assert runtime.fire(WAITS) == "1 waits"
        finally:
            runtime.close()


class TestWhatIsPromised:
    def test_where_nobody_is_there_it_is_said_and_the_phone_asked_for_once(
        self, database: Database, sqlite: str
    ) -> None:
        first = tell(HandOver(counter(database)), "转人工")["text"]
        assert "值班台没有人在" in first
        assert "手机号" in first
        look(database, sqlite, MONDAY + 2 * MINUTE)
        assert told(database) == [say("wait_over", minutes=2)], "asked for already"
        later = counter(database, MONDAY + 3 * MINUTE)
        assert "手机号" not in tell(HandOver(later), "转人工")["text"]

    def test_where_somebody_is_there_nothing_is_asked(self, database: Database) -> None:
        attend("op", at=MONDAY, uow=database.unit())
        said = tell(HandOver(counter(database)), "转人工")["text"]
        assert "手机号" not in said and "10 分钟" in said

    def test_a_known_phone_is_named_masked(self, database: Database) -> None:
        remember_resident(WEB, at=MONDAY, uow=database.unit(), phone=PHONE)
        assert "138****1001" in tell(HandOver(counter(database)), "转人工")["text"]

    def test_a_call_back_that_is_filed_is_named(self, database: Database) -> None:
        number = file_call_back(WEB, PHONE, "请回电", at=MONDAY, desk=DESK, unit=database.unit).number
        assert number in tell(HandOver(counter(database)), "转人工")["text"]

    def test_outside_the_hours_the_phone_is_asked_for_once_and_then_files_the_call(self, database: Database) -> None:
        at_night = counter(database, NIGHT)
        assert tell(HandOver(at_night), "转人工")["text"] == say("handoff_closed", hours=OFFICE.spoken)
        assert tell(HandOver(at_night), "转人工")["text"] == say("handoff_still_closed", hours=OFFICE.spoken)
        said = tell(AskBack(at_night), PHONE, intent="inform")
        assert "上班后就打" in said["text"] and said["events"][0]["ticket"]["phone"] == "138****1001"
        assert open_call_back(WEB, uow=database.reading())

    def test_the_phone_may_come_with_the_wish(self, database: Database) -> None:
        tell(HandOver(counter(database, NIGHT)), "转人工")
        said = tell(HandOver(counter(database)), f"请打我电话{PHONE}")
        assert [event["type"] for event in said["events"]] == ["ticket_created"]
        assert known(database).owner is Owner.BOT

    def test_who_is_taken_over_may_be_asked_another_day(self, database: Database) -> None:
        tell(HandOver(counter(database, NIGHT)), "转人工")
        take_over(WEB, "op", at=MONDAY, uow=database.unit())
        assert known(database).call_back is None


class TestWhoIsThere:
    def test_a_page_that_gives_no_sign_for_long_is_closed(self, database: Database) -> None:
        for login in ("op", "other", "op"):
            attend(login, at=MONDAY, uow=database.unit())
        assert present(at=MONDAY + FRESH, uow=database.reading()) == {"op", "other"}
        attend("op", at=MONDAY + MINUTE, uow=database.unit())
        assert present(at=MONDAY + FRESH + MINUTE / 2, uow=database.reading()) == {"op"}

    def test_on_postgresql_too(self, postgresql: str) -> None:
        opened = open_database(postgresql)
        for _ in "ab":
            attend("op", at=MONDAY, uow=opened.unit())
        assert present(at=MONDAY, uow=opened.reading()) == {"op"}
        opened.close()


class TestSkills:
    OPERATORS = Operators({"a": {"elderly"}, "b": frozenset()})

    def test_each_matter_fits_who_knows_it_and_whoever_takes_everything(self) -> None:
        fits = {(login, topic): self.OPERATORS.fits(login, topic) for login in "abc" for topic in ("elderly", "water")}
        assert [pair for pair, fit in fits.items() if not fit] == [("a", "water")]
        assert self.OPERATORS.fits("a", None)
        assert self.OPERATORS.better("a", "elderly") == () and Operators({"a": {"x"}, "d": {"y"}}).better("a", "y") == (
            "d",
        )

    def test_the_sample_fits(self) -> None:
        assert load_operators().fits("operator", "water")

    @pytest.mark.parametrize(
        "rows", ["[{login: a, skills: [nonsense]}]", "[{login: a, skills: []}, {login: a, skills: []}]"]
    )
    def test_a_file_that_does_not_fit_is_refused(self, tmp_path: Path, rows: str) -> None:
        path = tmp_path / "operators.yml"
        path.write_text(f"sample: false\noperators: {rows}\n", "utf-8")
        with pytest.raises(BadFile):
            load_operators(path)

    @pytest.mark.parametrize("minutes", ["0", "-1", "1441", "十分钟"])
    def test_a_wait_that_is_none_is_refused(self, tmp_path: Path, minutes: str) -> None:
        path = tmp_path / "reception.yml"
        path.write_text(f"sample: false\nworkdays: ''\nother_days: ''\nlongest_wait: {minutes}\n", "utf-8")
        with pytest.raises(BadFile):
            load_reception(path)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13812341001", "13812341001"),
        ("打我 138-1234-1001", "13812341001"),
        ("+86 13812341001。", "13812341001"),
        ("１３８１２３４１００１", "13812341001"),
        ("座机0851-12345678", "0851-12345678"),
        ("身份证520102199001011234", None),
        ("12811112222", None),
        ("3栋2单元501", None),
    ],
)
def test_a_number_that_can_be_called(text: str, phone: str | None) -> None:
    assert phone_in(text) == phone
