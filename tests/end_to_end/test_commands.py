"""The commands as programs use them: streams, exit codes, Chinese errors."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT, Settings

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not Settings().engine_python.exists(), reason="skipped: no engine environment, run make setup"),
]
LINLI = str(ROOT / ".venv" / "bin" / "linli")


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINLI, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, timeout=300)


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_five_hundred_lines_are_classified_in_one_go() -> None:
    texts = ["幸福里小区3栋2单元楼道灯坏了三天", "网格员的工资哪个发", "你好", "着火了，快来人，翠湖苑3栋", ""]
    done = run("classify", "--jsonl", given=lines([{"id": f"c{n}", "text": texts[n % 5]} for n in range(500)]))
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in rows] == [f"c{n}" for n in range(500)]
    fields = {
        "id",
        "intent",
        "intent_confidence",
        "intents",
        "category",
        "category_confidence",
        "categories",
        "kind",
        "urgent",
    }
    assert fields | {"urgency", "entities", "model"} == set(rows[0])
    assert rows[0]["intent"] == "report_issue" and rows[3]["urgent"] is True and rows[2]["intent"] == "greet"
    address = rows[0]["entities"][0]
    assert (address["value"], address["start"], address["end"]) == ("幸福里小区3栋2单元", 0, 10)
    assert address["parts"] == {"estate": "幸福里小区", "building": "3", "unit": "2"}


def test_a_bad_line_is_said_and_the_rest_goes_on() -> None:
    done = run(
        "classify", "--jsonl", given='{"id": 1, "text": "你好"}\nnot json\n{"id": 3}\n{"id": 4, "text": "再见"}\n'
    )
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert [row.get("id") for row in rows] == [1, None, None, 4]
    assert "第 2 行" in rows[1]["error"] and "第 3 行" in rows[2]["error"]


def test_a_table_is_classified_whole(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,内容\na,路灯坏了\nb,怎么办居住证\n", "utf-8")
    done = run("classify", "--input", str(source), "--output", str(target))
    assert done.returncode == 0, done.stderr
    assert [row.split(",")[0] for row in target.read_text("utf-8-sig").splitlines()] == ["id", "a", "b"]


def test_questions_are_answered_as_a_stream() -> None:
    asked = [
        {"id": f"r{n}", "q": q} for n, q in enumerate(["网格员的工资哪个发", "第三十七条", "给我讲个笑话", ""] * 125)
    ]
    done = run("ask", "--jsonl", given=lines(asked))
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert len(rows) == 500 and set(rows[0]) == {"id", "status", "answer", "citations", "confidence"}
    assert rows[0]["status"] == "answered" and rows[0]["citations"][0]["article"] == 30
    assert set(rows[0]["citations"][0]) == {"source", "document", "article", "item", "quote", "complete"}
    assert rows[2]["status"] == "out_of_scope" and not rows[2]["citations"]


@pytest.mark.parametrize("arguments", [["ask"], ["classify"], ["nosuch"], ["account", "add"]])
def test_wrong_use_ends_with_two_and_a_chinese_sentence(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (
        done.returncode == 2 and any("\u4e00" <= c <= "\u9fff" for c in done.stderr) and "Traceback" not in done.stderr
    )


@pytest.mark.parametrize("command", ["serve", "chat", "ask", "classify", "train", "evaluate", "doctor", "account"])
def test_help_is_chinese(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0 and "用法：" in done.stdout and "选项" in done.stdout


def test_doctor_finds_this_machine_fit() -> None:
    done = run("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["知识文件"]["fine"] and findings["理解模型"]["fine"] and findings["数据库"]["fine"]
