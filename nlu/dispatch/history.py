"""A site's past tickets as a file: what was said, which unit it was passed on to, and when.

Read as a stream, so that half a million rows need no more memory than five hundred.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

TEXT = ("text", "内容", "诉求", "诉求内容", "工单内容", "反映内容", "描述", "问题描述")
UNIT = ("unit", "承办单位", "办理单位", "责任单位", "主办单位", "处置单位", "单位", "部门", "承办部门")
TIME = ("time", "时间", "受理时间", "来电时间", "登记时间", "创建时间", "派单时间", "日期")

Moment = tuple[int, ...]
"""When a ticket came: the numbers of its time, year first, if the file has them, and the number of its row."""
UNTIMED: Moment = (0,)
"""How the moment of a row without its time begins."""


class BadHistory(Exception):
    """A file that can't be learned from; the message is for people."""


@dataclass(frozen=True, order=True)
class Past:
    """One past ticket; the later one is the greater."""

    at: Moment
    text: str
    unit: str


def read_history(path: Path) -> Iterator[Past]:
    """The tickets of a JSONL, CSV or XLSX file in the file's order; rows without a text or a unit are passed over."""
    for number, row in enumerate(_rows(path), 1):
        text, unit = (_cell(row, names) for names in (TEXT, UNIT))
        if text and unit:
            yield Past((*_moment(row), number), text, _unit(unit))


def _cell(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((str(row[name]).strip() for name in names if row.get(name)), "")


def _unit(name: str) -> str:
    """One spelling of a unit: full-width brackets and stray blanks make no second one."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _moment(row: Mapping[str, Any]) -> Moment:
    """A row without its time, in a file that has times, counts as the oldest."""
    if not set(TIME) & set(row):
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", _cell(row, TIME))) or UNTIMED


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    readers = {".jsonl": _json_lines, ".json": _json_lines, ".csv": _comma_separated, ".xlsx": _sheet}
    if path.suffix.lower() not in readers:
        raise BadHistory(f"不认识的文件类型 {path.suffix}，请用 .jsonl、.csv 或 .xlsx")
    rows = iter(readers[path.suffix.lower()](path))
    first = next(rows, None)
    if first is None:
        raise BadHistory(f"{path.name} 里没有内容")
    for names in (TEXT, UNIT):
        if not set(names) & set(first):
            raise BadHistory(f"{path.name} 里没有名为 {'、'.join(names[:3])} 的列")
    return chain([first], rows)


def _json_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict):
                raise BadHistory(f"{path.name} 第 {number} 行不是一个 JSON 对象")
            yield row


def _comma_separated(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        yield from csv.DictReader(file)


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is; else what Excel writes on a Chinese Windows."""
    try:
        with path.open(encoding="utf-8") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _sheet(path: Path) -> Iterator[Mapping[str, Any]]:
    from openpyxl import load_workbook  # a second to load: only for those who bring such a file

    with closing(load_workbook(path, read_only=True)) as book:
        rows = book.active.iter_rows(values_only=True)
        head = [str(cell or "").strip() for cell in next(rows, ())]
        yield from (dict(zip(head, row)) for row in rows)
