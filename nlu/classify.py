"""Understanding alone, for bulk work: lines of `{"id", "text"}` in, one reading a line out (the contract's shape).

`python -m nlu.classify --model FILE` streams standard input; with `--input` and `--output` it reads and writes JSONL, CSV
or XLSX on all cores. It reads the trained model without Rasa, so it starts in a second or two.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from nlu.reading import Reader

BATCH = 64
LONGEST = 20_000


class BadInput(Exception):
    """Input that can't be read; the message is for people."""


class Classifier:
    """Readings with the model's name."""

    def __init__(self, archive: Path) -> None:
        self._name = archive.name.removesuffix(".tar.gz")
        with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
            wanted = [m for m in tar.getmembers() if m.name.endswith((".joblib", "lexicon.json"))]
            tar.extractall(folder, wanted)
            self._reader = Reader.load(Path(folder))

    def rows(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows with `id` and `text` → their readings."""
        readings = self._reader.read([str(row["text"])[:LONGEST] for row in rows])
        return [{"id": row.get("id"), **reading.as_dict(), "model": self._name} for row, reading in zip(rows, readings)]


def stream(archive: Path, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Readings of JSON lines, one by one as they come; a line that can't be read gets an error of its own."""
    classifier = Classifier(archive)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield classifier.rows([_row(line, number)])[0]
        except BadInput as bad:
            yield {"id": None, "error": str(bad)}


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise BadInput(f"第 {number} 行不是 JSON") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadInput(f"第 {number} 行缺少文字字段 text")
    return row


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL, CSV or XLSX file with a column `text` (or 内容, 诉求)."""
    ending = path.suffix.lower()
    if ending in (".jsonl", ".json"):
        with path.open(encoding="utf-8-sig") as file:
            return [_row(line, n) for n, line in enumerate(file, 1) if line.strip()]
    if ending == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _named(list(csv.reader(file)), path)
    if ending == ".xlsx":
        from openpyxl import load_workbook

        return _named([list(r) for r in load_workbook(path, read_only=True).active.iter_rows(values_only=True)], path)
    raise BadInput(f"不认识的文件类型 {ending}，请用 .jsonl、.csv 或 .xlsx")


def _named(rows: list[list[Any]], path: Path) -> list[dict[str, Any]]:
    head = [str(cell or "").strip() for cell in rows[0]] if rows else []
    column = next((head.index(name) for name in ("text", "内容", "诉求", "诉求内容") if name in head), None)
    if column is None:
        raise BadInput(f"{path.name} 的第一行里没有名为 text（或 内容、诉求）的列")
    identity = head.index("id") if "id" in head else None
    return [
        {"id": row[identity] if identity is not None else n, "text": str(row[column] or "")}
        for n, row in enumerate(rows[1:], 1)
    ]


def write_table(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write readings as JSONL or CSV, whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(
                file,
                [
                    "id",
                    "intent",
                    "intent_confidence",
                    "category",
                    "category_confidence",
                    "kind",
                    "urgent",
                    "urgency",
                    "model",
                ],
                extrasaction="ignore",
            )
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    os.replace(part, path)


_WORKER: Classifier | None = None


def _start(archive: Path) -> None:
    global _WORKER  # one model a process, loaded once
    os.environ["OMP_NUM_THREADS"] = "1"
    _WORKER = Classifier(archive)


def _work(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert _WORKER is not None
    return _WORKER.rows(rows)


def classify_table(archive: Path, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Readings of many rows, on all cores, with a progress bar."""
    batches = list(_batches(rows))
    with ProcessPoolExecutor(max_workers=os.cpu_count(), initializer=_start, initargs=(archive,)) as pool:
        done = tqdm(pool.map(_work, batches), total=len(batches), desc="分类", unit="批", file=sys.stderr)
        return [row for batch in done for row in batch]


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def main() -> None:
    """Classify a text, a stream or a file."""
    parser = argparse.ArgumentParser(description="只做理解：意图、类别、情形、地址")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--text")
    parser.add_argument("--input", type=Path)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.input:
            write_table(arguments.output, classify_table(arguments.model, read_table(arguments.input)))
        else:
            lines = [json.dumps({"id": None, "text": arguments.text})] if arguments.text is not None else sys.stdin
            for reading in stream(arguments.model, lines):
                print(json.dumps(reading, ensure_ascii=False), flush=True)
    except BadInput as bad:
        print(bad, file=sys.stderr)
        sys.exit(1)
    except FileNotFoundError as missing:
        print(f"找不到文件 {missing.filename}，请核对路径", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
