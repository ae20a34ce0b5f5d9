"""Tables in files: CSV, XLSX and JSONL, read with line numbers, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.errors import KnowledgeError
from knowledge.wording import say

FORMULA = "=+-@＝＋－＠\t\r"
"""What a spreadsheet takes for the beginning of a formula; a quotation mark before it makes it text."""

Cell = str | datetime
Values = Mapping[str, Any]


class BadSheet(KnowledgeError):
    """A file that can't be read or written. Fields: `file` (its name) and `problem`, which says what to do."""

    code = "bad_sheet"

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}：{problem}。什么也没有做。", file=file, problem=problem)


@dataclass(frozen=True)
class Row:
    """One line of a table by its column names; `line` counts from 1, as an editor shows it."""

    line: int
    cells: Mapping[str, Cell]


def read_rows(path: Path) -> list[Row]:
    """The rows of a file that are not empty. `BadSheet` says what to do about a file that can't be read."""
    reader = {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl}.get(path.suffix.lower())
    if reader is None:
        raise BadSheet(path.name, say("exchange_endings"))
    try:
        rows = [row for row in reader(path) if any(row.cells.values())]
    except UnicodeDecodeError:
        raise BadSheet(path.name, say("exchange_encoding")) from None
    except (OSError, BadZipFile, InvalidFileException, KeyError, csv.Error):
        raise BadSheet(path.name, say("exchange_unreadable")) from None
    if not rows:
        raise BadSheet(path.name, say("exchange_empty"))
    return rows


def _csv(path: Path) -> Iterator[Row]:
    """UTF-8, or what Excel writes on a Chinese Windows. A cell may hold line breaks: the row's first line counts."""
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = csv.reader(file, strict=True)
        head = [name.strip() for name in next(reader, [])]
        before = reader.line_num
        for cells in reader:
            if len(cells) > len(head):
                raise BadSheet(path.name, say("exchange_too_wide", line=before + 1))
            yield Row(before + 1, _cells(head, cells))
            before = reader.line_num


def _encoding(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _xlsx(path: Path) -> Iterator[Row]:
    with closing(load_workbook(path, read_only=True, data_only=True)) as book:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(name or "").strip() for name in next(rows, ())]
        for line, cells in enumerate(rows, start=2):
            yield Row(line, _cells(head, cells))


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except ValueError:
                found = None
            if not isinstance(found, dict):
                raise BadSheet(path.name, say("exchange_no_object", line=line))
            yield Row(line, _cells([str(name).strip() for name in found], found.values()))


def _cells(head: Iterable[str], cells: Iterable[Any]) -> dict[str, Cell]:
    return {name: _cell(value) for name, value in zip(head, cells, strict=False) if name}


def _cell(value: Any) -> Cell:
    """Text, or the moment that a spreadsheet keeps as one; a number without the `.0` that a spreadsheet adds."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _clean(str(value)).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def write_rows(path: Path, columns: Mapping[str, str], rows: Iterable[Values]) -> int:
    """Write a table and return how many rows it has. `columns`: name → heading for people (JSONL keeps the names).

    The file appears when it is whole; whatever stops the writing leaves an older one as it was. Its owner alone may
    read it. `BadSheet` for an ending that is not known or a folder that can't be written to.
    """
    writer = {".csv": _to_csv, ".xlsx": _to_xlsx, ".jsonl": _to_jsonl}.get(path.suffix.lower())
    if writer is None:
        raise BadSheet(path.name, say("exchange_endings"))
    with _whole(path) as part:
        return writer(part, columns, rows)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        part.replace(path)
    except OSError as failure:
        raise BadSheet(path.name, say("exchange_unwritable")) from failure
    finally:
        part.unlink(missing_ok=True)


def _to_csv(path: Path, columns: Mapping[str, str], rows: Iterable[Values]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.values())
        return _each(rows, lambda row: writer.writerow(_shown(row.get(name)) for name in columns))


def _to_xlsx(path: Path, columns: Mapping[str, str], rows: Iterable[Values]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(columns.values()))
    try:
        count = _each(rows, lambda row: sheet.append([_shown(row.get(name)) for name in columns]))
    except BaseException:
        sheet.close()  # openpyxl has a file of its own open that it would complain about
        raise
    book.save(path)
    return count


def _to_jsonl(path: Path, columns: Mapping[str, str], rows: Iterable[Values]) -> int:
    with path.open("w", encoding="utf-8") as file:
        return _each(
            rows,
            lambda row: file.write(json.dumps({n: row.get(n) for n in columns}, ensure_ascii=False) + "\n"),
        )


def _each(rows: Iterable[Values], write: Callable[[Values], object]) -> int:
    count = 0
    for row in rows:
        write(row)
        count += 1
    return count


def _shown(value: Any) -> str | int | float:
    """A cell that a spreadsheet shows and never runs; without the control characters that it can't hold."""
    if isinstance(value, bool):
        return say("exchange_yes") if value else say("exchange_no")
    if isinstance(value, int | float):
        return value
    text = _clean(str(value or ""))
    return f"'{text}" if text[:1] and text[0] in FORMULA else text


def _clean(text: str) -> str:
    """Without the characters that neither a spreadsheet nor a database can hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t\r")
