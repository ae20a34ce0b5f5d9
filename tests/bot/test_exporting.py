"""The commands: what they say, how they end, and the line in the audit log."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from actions.store.database import open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from bot.cli import cli
from knowledge.errors import KnowledgeError
from tests.actions.samples import MONDAY, make_desk, make_report
from tests.actions.test_exchange import DONE_ROW, OPEN_ROW, written


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "WEBHOOKS"):
        monkeypatch.delenv(f"LINLI_{name}", raising=False)
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "var"))
    return tmp_path / "var"


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def lamp(data: Path) -> None:
    database = open_database(f"sqlite:///{data / 'linli.db'}")
    open_ticket(make_report(), by=Actor(Role.RESIDENT, "web:abc"), at=MONDAY, desk=make_desk(), uow=database.unit())
    database.close()


@pytest.fixture
def filed(data: Path, tmp_path: Path) -> Path:
    assert run("export", "training", tmp_path / "empty.jsonl").exit_code == 0  # makes the tables
    lamp(data)
    return data


def test_importing_says_what_it_took(data: Path, tmp_path: Path) -> None:
    old = written(tmp_path / "old.csv", [*OPEN_ROW[:2], "2025-11-30", *OPEN_ROW[3:]], DONE_ROW)
    first = run("import", "tickets", old)
    assert first.exit_code == 0 and "收下 2 张" in first.stdout and "经办" in first.stdout
    again = run("import", "tickets", old, "--json")
    assert json.loads(again.stdout) == {"taken": 0, "known": 2, "unused": ["经办"], "refused": []}


def test_importing_refuses_the_whole_and_names_the_lines(data: Path, tmp_path: Path) -> None:
    bad = [*DONE_ROW[:3], "飞走了", *DONE_ROW[4:]]
    old = written(tmp_path / "old.csv", [*OPEN_ROW[:2], "2025-11-30", *OPEN_ROW[3:]], bad)
    done = run("import", "tickets", old)
    assert done.exit_code == 1 and "什么也没有导入" in done.stderr and "第 3 行" in done.stderr and not done.stdout
    told = json.loads(run("import", "tickets", old, "--json").stdout)
    assert told["taken"] == 0 and told["refused"][0]["line"] == 3
    assert run("import", "tickets", written(old, [*OPEN_ROW[:2], "2025-11-30", *OPEN_ROW[3:]])).exit_code == 0
    assert run("import", "tickets", old, "--json").stdout.startswith('{"taken": 0, "known": 1')


def test_a_long_list_of_faults_is_cut(data: Path, tmp_path: Path) -> None:
    rows = [[f"A-{n}", "x", "昨天", *[""] * 7] for n in range(60)]
    done = run("import", "tickets", written(tmp_path / "old.csv", *rows))
    assert "有 60 行" in done.stderr and "还有 10 处" in done.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("what", ["tickets", "conversations", "training"])
def test_exporting_writes_a_file(filed: Path, tmp_path: Path, what: str, ending: str) -> None:
    file = tmp_path / f"out.{ending}"
    done = run("export", what, file, "--json")
    assert done.exit_code == 0 and file.exists()
    assert json.loads(done.stdout) == {"rows": {"conversations": 0}.get(what, 1), "file": str(file)}
    assert not (filed / "audit.log").exists()


def test_private_data_leaves_with_a_line_in_the_audit_log(filed: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    run("export", "tickets", file)
    assert "13800001001" not in file.read_text("utf-8")
    done = run("export", "tickets", file, "--with-private")
    with file.open(encoding="utf-8-sig", newline="") as table:
        assert [row["电话"] for row in csv.DictReader(table)] == ["13800001001"]
    (line,) = (filed / "audit.log").read_text("utf-8").splitlines()
    logged = json.loads(line)
    assert logged["did"] == "export tickets --with-private" and logged["who"] and logged["file"] == str(file)
    assert "审计日志" in done.stderr and (filed / "audit.log").stat().st_mode & 0o077 == 0


def test_an_export_that_fails_leaves_its_line_and_no_file(filed: Path, tmp_path: Path) -> None:
    done = run("export", "tickets", tmp_path / "no" / "out.csv", "--with-private")
    assert isinstance(done.exception, KnowledgeError) and "写不进去" in str(done.exception)
    assert len((filed / "audit.log").read_text("utf-8").splitlines()) == 1


def test_training_has_no_private_option(data: Path, tmp_path: Path) -> None:
    assert run("export", "training", tmp_path / "out.jsonl", "--with-private").exit_code == 2


@pytest.mark.parametrize(
    "command", [("import", "tickets"), ("export", "tickets"), ("export", "conversations"), ("export", "training")]
)
def test_help_is_chinese(command: tuple[str, str]) -> None:
    assert any("\u4e00" <= c <= "\u9fff" for c in run(*command, "--help").stdout)
