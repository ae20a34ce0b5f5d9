"""Strict reading of knowledge files: every field is asked for by name, and none may be left over.

A community worker edits these files by hand. A misspelt key must not silently mean "empty", so each reader takes the
fields it knows and then calls `done`, which refuses what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import BadFile

KNOWLEDGE = Path(__file__).parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file; `BadFile` where it is missing, is not UTF-8, or does not parse."""
    try:
        return yaml.load(path.read_text("utf-8"), Loader=LOADER)  # safe, and in C where there is one
    except OSError as failure:
        raise BadFile(_shown(path), "", "文件读不到") from failure
    except UnicodeDecodeError as failure:
        raise BadFile(_shown(path), "", "不是 UTF-8 编码") from failure
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        raise BadFile(_shown(path), f"第 {mark.line + 1} 行" if mark else "", "不是合格的 YAML") from failure


def read_record(path: Path) -> Record:
    """The one mapping that a YAML file holds."""
    return Record(_shown(path), read_yaml(path))


def _shown(path: Path) -> str:
    """A file's name as people know it: from the knowledge folder on, never a machine's own path."""
    return str(path.relative_to(KNOWLEDGE)) if path.is_relative_to(KNOWLEDGE) else path.name


class Record:
    """One mapping of a knowledge file. Reading a field marks it as known; `done` refuses the rest."""

    def __init__(self, file: str, data: object, at: str = "") -> None:
        if not isinstance(data, dict):
            raise BadFile(file, at, "应当是“键: 值”的一组内容")
        self.file, self.at = file, at
        self._data: dict[Any, Any] = data
        self._known: set[Any] = set()

    def fail(self, field: str, problem: str) -> BadFile:
        """The error that names this file and `field`, to be raised by the caller."""
        return BadFile(self.file, f"{self.at}.{field}" if self.at else field, problem)

    def has(self, field: str) -> bool:
        """Whether the field stands in the file with a value."""
        self._known.add(field)
        return self._data.get(field) is not None

    def value(self, field: str, kind: type | tuple[type, ...], wanted: str) -> Any:
        """A field of a certain type; `wanted` says in Chinese what should stand there."""
        if not self.has(field):
            raise self.fail(field, "缺少这一项")
        value = self._data[field]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(field, f"应当是{wanted}")
        return value

    def text(self, field: str) -> str:
        """A field that holds words, at least one; numbers written bare (a telephone) are taken as written."""
        text = str(self.value(field, (str, int), "文字")).strip()
        if not text:
            raise self.fail(field, "是空的")
        return text

    def text_or(self, field: str, default: str = "") -> str:
        """Like `text`, but the field may be missing or empty."""
        return self.text(field) if self.has(field) and str(self._data[field]).strip() else default

    def number(self, field: str) -> int:
        """A whole number."""
        return int(self.value(field, int, "整数"))

    def number_or_none(self, field: str) -> int | None:
        """A whole number, or None where the field is missing or null."""
        return self.number(field) if self.has(field) else None

    def flag(self, field: str) -> bool:
        """true or false."""
        return bool(self.value(field, bool, "true 或 false"))

    def day(self, field: str) -> date:
        """A calendar day."""
        value = self.value(field, date, "日期（如 2026-01-01）")
        return date(value.year, value.month, value.day)

    def choice(self, field: str, among: Collection[str]) -> str:
        """One of a fixed set of words."""
        text = self.text(field)
        if text not in among:
            raise self.fail(field, f"“{text}”不在可选的 {'、'.join(sorted(among))} 之中")
        return text

    def texts(self, field: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of texts, none of them empty."""
        if optional and not self.has(field):
            return ()
        items = self.value(field, list, "列表")
        if any(isinstance(i, bool) or not isinstance(i, (str, int, float)) or not str(i).strip() for i in items):
            raise self.fail(field, "列表里每一项都应当是文字")
        return tuple(str(i).strip() for i in items)

    def records(self, field: str, *, optional: bool = False) -> Iterator[Record]:
        """A list of mappings, each one strict again."""
        if optional and not self.has(field):
            return
        where = f"{self.at}.{field}" if self.at else field
        for position, item in enumerate(self.value(field, list, "列表")):
            yield Record(self.file, item, f"{where}[{position + 1}]")

    def mapping(self, field: str) -> dict[Any, Any]:
        """A mapping as it stands; empty where the field is missing."""
        return dict(self.value(field, dict, "“键: 值”的一组内容")) if self.has(field) else {}

    def done(self) -> None:
        """Refuse every field that nobody asked for."""
        for field in self._data:
            if field not in self._known:
                raise self.fail(str(field), "不认识的项，请检查拼写")
