"""Files in and out: what an older system calls things, all or nothing, nothing that runs in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from actions.clock import SHANGHAI
from actions.conversations.message import Inbound, Reply
from actions.conversations.recording import record_inbound, record_replies
from actions.exchange.columns import moment_in, telephone_in
from actions.exchange.giving import (
    CONVERSATIONS,
    TICKETS,
    TRAINING,
    message_rows,
    ticket_rows,
    training_rows,
)
from actions.exchange.old_ticket import OldTicket, Reader, Refusal, unused
from actions.exchange.sheet import BadSheet, read_rows, write_rows
from actions.exchange.taking import Taken, take
from actions.masking import mask_numbers
from actions.store.database import Database
from actions.tickets import rates
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from knowledge.categories import load_categories
from knowledge.community import load_community
from knowledge.publicity import PublicPlaces
from nlu.dispatch.history import read_history
from tests.actions.samples import MONDAY, make_desk, make_report

CATEGORIES, PLACES, DESK = load_categories(), PublicPlaces(load_community()), make_desk()
HEAD = ["工单号", "内容", "登记时间", "状态", "地址", "电话", "类别", "办结时间", "办理结果", "经办"]
OPEN_ROW = [
    "A-001",
    "路灯不亮",
    "2026-11-30 08:30",
    "处理中",
    "幸福里小区3栋2单元",
    "13800001001",
    "市政建设",
    "",
    "",
    "老李",
]
DONE_ROW = [
    "A-002",
    "垃圾没人收",
    "2025/10/8 9:05",
    "已办结",
    "翠湖苑",
    "无",
    "市容环境",
    "2025年10月9日",
    "已经清走",
    "",
]


def written(path: Path, *rows: list[str], head: list[str] = HEAD) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def read(path: Path, **options: Any) -> tuple[list[OldTicket], list[Refusal]]:
    return Reader(CATEGORIES, MONDAY, **options).read(read_rows(path))


def taken(database: Database, path: Path, **options: Any) -> Taken:
    old, refused = read(path)
    assert refused == []
    return take(old, at=MONDAY, desk=DESK, places=PLACES, uow=database.unit(), **options)


def every(database: Database) -> list[Ticket]:
    with database.reading() as uow:
        return list(uow.tickets.after("", 1000))


class TestReading:
    @pytest.fixture
    def files(self, tmp_path: Path) -> Callable[[str], Path]:
        def made(ending: str) -> Path:
            path = tmp_path / f"old{ending}"
            if ending == ".csv":
                return written(path, OPEN_ROW, DONE_ROW)
            if ending == ".jsonl":
                lines = (dict(zip(HEAD, row, strict=True)) for row in (OPEN_ROW, DONE_ROW))
                path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
                return path
            book = Workbook()
            for row in (HEAD, OPEN_ROW, DONE_ROW):
                book.active.append(row)
            book.active["C2"], book.active["F2"] = datetime(2026, 11, 30, 8, 30), 13800001001.0
            book.save(path)
            return path

        return made

    @pytest.mark.parametrize("ending", [".csv", ".xlsx", ".jsonl"])
    def test_three_kinds_of_file_say_the_same(self, files: Callable[[str], Path], ending: str) -> None:
        (one, two), refused = read(files(ending))
        assert refused == []
        assert one == OldTicket(
            "A-001", "路灯不亮", datetime(2026, 11, 30, 8, 30, tzinfo=SHANGHAI), "幸福里小区3栋2单元", "13800001001",
            "municipal_works", "", State.ASSIGNED, None, None, False, False, "",
        )  # fmt: skip
        assert (two.state, two.phone, two.outcome) == (State.CLOSED, None, "已经清走")
        assert two.closed_at == datetime(2025, 10, 9, tzinfo=SHANGHAI)
        assert unused(read_rows(files(ending))) == ["经办"]

    def test_what_excel_writes_on_a_chinese_windows(self, tmp_path: Path) -> None:
        path = tmp_path / "old.csv"
        path.write_bytes("\r\n".join(",".join(row) for row in (HEAD, OPEN_ROW)).encode("gb18030"))
        assert read(path)[0][0].what == "路灯不亮"

    def test_english_names_do_too(self, tmp_path: Path) -> None:
        path = written(tmp_path / "old.csv", ["1", "x", "2026-01-02T03:04:05Z"], head=["ID", "Text", "created_at"])
        ((ticket,), refused) = read(path)
        assert not refused and ticket.number == "1" and ticket.category == "other"
        assert ticket.opened_at == datetime(2026, 1, 2, 11, 4, 5, tzinfo=SHANGHAI)

    def test_every_fault_is_named_with_its_line(self, tmp_path: Path) -> None:
        def row(**changes: str) -> list[str]:
            return [changes.get(name, value) for name, value in zip(HEAD, OPEN_ROW, strict=True)]

        path = written(
            tmp_path / "old.csv",
            row(工单号="A-1", 内容="两行\n的内容"),
            row(工单号="A-1"),
            row(工单号="", 内容=""),
            row(工单号="A-3", 登记时间="昨天"),
            row(工单号="A-4", 登记时间="2027-01-01"),
            row(工单号="A-5", 状态="飞走了"),
            row(工单号="A-6", 类别="外星"),
            row(工单号="A-7", 办结时间="2020-01-01"),
            row(工单号="A-8", 登记时间=""),
            row(工单号="A 9"),
        )
        refused = [(one.line, one.problem) for one in read(path)[1]]
        assert [line for line, _ in refused] == [4, 5, 5, 6, 7, 8, 9, 10, 11, 12], "a cell of two lines counts as two"
        words = "".join(problem for _, problem in refused)
        for said in ("A-1 在第 2 行", "昨天", "将来", "飞走了", "外星", "早于", "登记时间", "空格"):
            assert said in words, said

    def test_unknown_categories_are_other_where_that_is_wanted(self, tmp_path: Path) -> None:
        path = written(tmp_path / "old.csv", [*OPEN_ROW[:6], "外星", *OPEN_ROW[7:]])
        assert read(path)[1] and read(path, other=True) == ([replace_category(read(path)[0][0])], [])

    def test_a_kind_speaks_for_its_category(self, tmp_path: Path) -> None:
        head = ["工单号", "内容", "登记时间", "类别", "情形"]
        fits = written(tmp_path / "a.csv", ["1", "x", "2026-01-01", "", "飞线充电与电动车进楼"], head=head)
        assert (read(fits)[0][0].category, read(fits)[0][0].kind) == ("fire_safety", "ebike_indoor_charging")
        clash = written(tmp_path / "b.csv", ["1", "x", "2026-01-01", "市容环境", "飞线充电与电动车进楼"], head=head)
        assert [one.line for one in read(clash)[1]] == [2]

    def test_a_column_that_is_needed(self, tmp_path: Path) -> None:
        refused = read(written(tmp_path / "old.csv", ["1"], head=["编号"]))[1]
        assert [one.line for one in refused] == [1, 1] and "内容" in refused[0].problem

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("old.pdf", b"x", ".csv"),
            ("old.csv", b"", "没有内容"),
            ("old.csv", "工单号,内容\n".encode(), "没有内容"),
            ("old.csv", b"\x81\xff\xff", "编码"),
            ("old.csv", b"a,b\n1,2,3\n", "第 2 行"),
            ("old.xlsx", b"PK but no zip", "损坏"),
            ("old.jsonl", b'{"a": 1}\n[1]\n', "第 2 行"),
            ("gone.csv", None, "读不到"),
        ],
    )
    def test_a_file_that_can_not_be_read(self, tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(BadSheet, match=words):
            read_rows(tmp_path / name)

    @pytest.mark.parametrize(
        "text",
        [
            "2026-01-05 08:30",
            "2026/1/5 8:30",
            "2026年1月5日8时30分",
            "2026-01-05T08:30:00",
            "2026.1.5 8:30",
            "2026-01-05T00:30:00Z",
        ],
    )
    def test_moments(self, text: str) -> None:
        assert moment_in(text) == datetime(2026, 1, 5, 8, 30, tzinfo=SHANGHAI)

    @pytest.mark.parametrize("text", ["昨天", "2026-13-01", "1-2-3", "0001-01-01", "45000", "2026-01-05 25:00"])
    def test_what_is_no_moment(self, text: str) -> None:
        with pytest.raises(ValueError):
            moment_in(text)

    def test_telephones(self) -> None:
        assert telephone_in("13800001001/0851-85551234") == "13800001001"
        assert telephone_in("匿名") is None and telephone_in("") is None


def replace_category(ticket: OldTicket) -> OldTicket:
    return replace(ticket, category="other")


class TestTaking:
    def test_an_open_one_is_dispatched_and_an_old_one_is_over(self, database: Database, tmp_path: Path) -> None:
        assert taken(database, written(tmp_path / "old.csv", OPEN_ROW, DONE_ROW)) == Taken(2, 0)
        old, new = every(database)
        assert (new.state, new.assignee, new.grid) == (State.ASSIGNED, "w01", "g01")
        assert new.opened_at.day == 30 and new.due_at > MONDAY and new.dispatched_at == MONDAY and new.look_at == MONDAY
        assert new.number == "GY20261130-0001" and "A-001" in new.history[0].note
        assert (old.state, old.look_at) == (State.CLOSED, None) and old.number == "GY20251008-0001"
        assert old.closed_at == datetime(2025, 10, 9, tzinfo=SHANGHAI) and old.history[-1].note == "已经清走"
        assert [e.to_state for e in old.history] == [State.ASSIGNED, State.CLOSED]

    def test_nobody_is_woken_and_every_reporter_has_a_place(self, database: Database, tmp_path: Path) -> None:
        taken(database, written(tmp_path / "old.csv", OPEN_ROW, DONE_ROW))
        with database.reading() as uow:
            assert uow.outbox.waiting(10) == []
            assert uow.conversations.get("import:A-001").phone == "13800001001"
            assert uow.tickets.open_load(["w01"]) == {"w01": 1}

    def test_the_same_number_is_taken_once(self, database: Database, tmp_path: Path) -> None:
        path = written(tmp_path / "old.csv", OPEN_ROW)
        assert taken(database, path) == Taken(1, 0)
        assert taken(database, written(path, OPEN_ROW, DONE_ROW)) == Taken(1, 1)
        assert len(every(database)) == 2

    def test_what_is_stopped_half_way_leaves_nothing(self, database: Database, tmp_path: Path) -> None:
        def stopping(tickets: Any) -> Iterator[OldTicket]:
            yield next(iter(tickets))
            raise KeyboardInterrupt

        path = written(tmp_path / "old.csv", OPEN_ROW, DONE_ROW)
        with pytest.raises(KeyboardInterrupt):
            taken(database, path, progress=stopping)
        assert every(database) == []
        assert taken(database, path) == Taken(2, 0)

    def test_what_no_database_holds_is_left_out(self, database: Database, tmp_path: Path) -> None:
        path = tmp_path / "old.jsonl"
        path.write_text('{"number": "A-1", "what": "灯\\u0000坏\\ud800了", "time": "2026-12-01"}', "utf-8")
        assert taken(database, path) == Taken(1, 0) and every(database)[0].what == "灯坏了"

    def test_a_complaint_about_staff_stays_confidential(self, database: Database, tmp_path: Path) -> None:
        row = [*OPEN_ROW[:6], "工作人员履职", *OPEN_ROW[7:]]
        taken(database, written(tmp_path / "old.csv", row))
        (ticket,) = every(database)
        assert ticket.confidential and ticket.assignee == "s01"

    def test_neighbours_are_offered_it(self, database: Database, tmp_path: Path) -> None:
        from actions.tickets.opening import find_duplicates

        head = ["工单号", "内容", "登记时间", "情形", "地址"]
        row = ["A-1", "垃圾没人收", "2026-12-01", "garbage_uncollected", "幸福里小区3栋"]
        taken(database, written(tmp_path / "old.csv", row, head=head))
        report = make_report("r2", category="city_appearance", kind="garbage_uncollected")
        assert [t.report for t in find_duplicates(report, desk=DESK, uow=database.reading())] == ["import:A-1"]

    def test_the_rates_do_not_judge_what_was_over_before_us(self, database: Database, tmp_path: Path) -> None:
        taken(database, written(tmp_path / "old.csv", OPEN_ROW, DONE_ROW))
        counted = rates.rates(every(database), MONDAY + timedelta(days=30))
        assert (counted.response.whole, counted.unanswered.whole) == (1, 0)


@pytest.fixture
def told(database: Database) -> Database:
    """A lamp, a complaint about staff, and what was said on the way."""
    at, uow = MONDAY, database.unit
    for id_, conversation, text in (("m1", "web:abc", "=1+1 我的电话13800001001"), ("m2", "web:bad", "钱七骂我")):
        said, _ = record_inbound(Inbound(id_, conversation, text), at=at, uow=uow())
        understood = {"intent": "report_issue", "confidence": 0.9, "category": "other", "model": "m"}
        record_replies(said, [Reply("好的")], understood, {"events": [], "owner": "bot"}, at=at, uow=uow())
    for report in (
        make_report("r1", what="=HYPERLINK(1)灯坏了，打13800001001"),
        make_report("r2", conversation="web:bad", what="钱七骂我", category="staff_conduct", kind="bad_attitude"),
    ):
        open_ticket(report, by=Actor(Role.RESIDENT, report.conversation), at=at, desk=DESK, uow=uow())
    return database


NAMES = {id_: category.name for id_, category in CATEGORIES.items()}


class TestGiving:
    def test_tickets_without_private_data(self, told: Database) -> None:
        lamp, complaint = ticket_rows(told.reading, NAMES, private=False)
        assert lamp["phone"] == "138****1001" and lamp["conversation"] is None and lamp["category_name"] == "市政建设"
        assert "13800001001" not in json.dumps(lamp, ensure_ascii=False) and "灯坏了" in lamp["what"]
        assert {name for name, value in complaint.items() if value} == {
            "number", "status", "status_name", "confidential", "opened_at", "dispatched_at", "contact_due_at", "due_at",
        }  # fmt: skip

    def test_tickets_with_private_data(self, told: Database) -> None:
        lamp, complaint = ticket_rows(told.reading, NAMES, private=True)
        assert lamp["phone"] == "13800001001" and lamp["conversation"] == "web:abc" and complaint["what"] == "钱七骂我"

    def test_conversations_without_private_data(self, told: Database) -> None:
        rows = list(message_rows(told.reading, private=False))
        assert [(row["conversation"], row["author"]) for row in rows] == [
            ("c00001", "resident"), ("c00001", "bot"), ("c00002", "resident"), ("c00002", "bot"),
        ]  # fmt: skip
        assert "138****1001" in rows[0]["text"] and rows[2]["text"] == "（保密）" and rows[2]["intent"] is None
        private = list(message_rows(told.reading, private=True))
        assert private[2]["text"] == "钱七骂我" and private[0]["conversation"] == "web:abc"

    def test_training_never_has_private_data(self, told: Database) -> None:
        rows = list(training_rows(told.reading))
        assert [(row["source"], row["category"]) for row in rows] == [
            ("ticket", "municipal_works"),
            ("message", "other"),
        ]
        assert rows[0]["unit"] == "市政工程处" and rows[0]["predicted"] == "municipal_works"
        assert rows[1]["intent"] == "report_issue"
        assert "13800001001" not in str(rows) and "钱七" not in str(rows)

    @pytest.mark.parametrize("ending", [".csv", ".xlsx", ".jsonl"])
    def test_who_handles_what_can_be_learned_from_it(self, told: Database, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"training{ending}"
        write_rows(path, TRAINING, training_rows(told.reading))
        ((text, unit),) = ((past.text, past.unit) for past in read_history(path))
        assert "灯坏了" in text and unit == "市政工程处"

    def test_more_than_one_batch(self, told: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("actions.exchange.giving.BATCH", 1)
        assert len(list(ticket_rows(told.reading, NAMES, private=False))) == 2
        assert len(list(message_rows(told.reading, private=False))) == 4

    def test_what_goes_out_comes_in_elsewhere(self, told: Database, tmp_path: Path) -> None:
        for ending in (".csv", ".xlsx", ".jsonl"):
            path = tmp_path / f"out{ending}"
            assert write_rows(path, TICKETS, ticket_rows(told.reading, NAMES, private=True)) == 2
            old, refused = read(path, other=True)
            assert refused == [] and [ticket.category for ticket in old] == ["municipal_works", "staff_conduct"]
            assert old[0].what == "=HYPERLINK(1)灯坏了，打13800001001" and old[1].confidential


class TestWriting:
    ROWS = [{"a": text} for text in ("=1+1", "+86", "-2", "@x", "＝1", "\tx", "平常", "a=b", "\x07\x00bell")]

    def test_a_formula_is_text_in_csv(self, tmp_path: Path) -> None:
        write_rows(tmp_path / "out.csv", {"a": "甲"}, self.ROWS)
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row[0] for row in csv.reader(file)] == [
                "甲",
                "'=1+1",
                "'+86",
                "'-2",
                "'@x",
                "'＝1",
                "'\tx",
                "平常",
                "a=b",
                "bell",
            ]

    def test_a_formula_is_text_in_xlsx(self, tmp_path: Path) -> None:
        write_rows(tmp_path / "out.xlsx", {"a": "甲"}, self.ROWS)
        cells = [row[0] for row in load_workbook(tmp_path / "out.xlsx").active.iter_rows()]
        assert {cell.data_type for cell in cells} == {"s"} and cells[1].value == "'=1+1"

    @pytest.mark.parametrize("ending", [".csv", ".xlsx", ".jsonl"])
    @pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
    def test_nothing_half_written(self, tmp_path: Path, ending: str, stop: type[BaseException]) -> None:
        def breaking() -> Iterator[dict[str, str]]:
            yield {"a": "1"}
            raise stop

        path = tmp_path / f"out{ending}"
        path.write_text("what was there before")
        with pytest.raises(stop):
            write_rows(path, {"a": "甲"}, breaking())
        assert path.read_text() == "what was there before" and list(tmp_path.iterdir()) == [path]

    def test_its_owner_alone_may_read_it(self, tmp_path: Path) -> None:
        write_rows(tmp_path / "out.jsonl", TRAINING, [{"text": "灯"}])
        assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0
        assert list(json.loads((tmp_path / "out.jsonl").read_text("utf-8"))) == list(TRAINING)

    def test_where_it_can_not_be_written(self, tmp_path: Path) -> None:
        for path, words in ((tmp_path / "out.pdf", ".csv"), (tmp_path / "no" / "out.csv", "写不进去")):
            with pytest.raises(BadSheet, match=words):
                write_rows(path, CONVERSATIONS, [])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("打13812341001或138 1234 1001", "打138****1001或138****1001"),
        ("１３８１２３４１００１", "138****1001"),
        ("+8613812341001", "+86****1001"),
        ("身份证52010319900101123X", "身份证520****123X"),
        ("座机0851-85551234", "座机085****1234"),
        ("卡号6222 0212 3456 7890 123", "卡号622**** 123"),
        ("写信a.b@example.com", "写信***@example.com"),
        ("3栋2单元501，2026-12-07，100元", "3栋2单元501，2026-12-07，100元"),
        ("工单GY20261207-0001", "工单GY20261207-0001"),
    ],
)
def test_masking(text: str, left: str) -> None:
    assert mask_numbers(text) == left
