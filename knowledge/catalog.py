"""Service items (办事指南): what a resident needs, where to go and how long it takes, one file an affair."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.records import KNOWLEDGE, Record, read_record

CATALOG = KNOWLEDGE / "catalog"


@dataclass(frozen=True)
class ServiceItem:
    """One affair. `category` is a ticket category's id, `article` the article that names the affair (None: none does).

    `limit` says how long it takes, `agent` whether someone else may do it, `source` where the content comes from;
    `verified` is true once a person has checked it, `sample` while it is sample data.
    """

    id: str
    name: str
    category: str
    article: int | None
    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    steps: tuple[str, ...]
    window: str
    hours: str
    limit: str
    fee: str
    agent: str
    notes: tuple[str, ...]
    questions: tuple[str, ...]
    source: str
    verified: bool
    sample: bool


def load_catalog(root: Path = CATALOG) -> dict[str, ServiceItem]:
    """Every service item by id, from one file each.

    Raises `BadFile` for an unknown or missing field, or an id that is not the file's name.
    """
    return {path.stem: _item(read_record(path), path.stem) for path in sorted(root.glob("*.yml"))}


def _item(record: Record, stem: str) -> ServiceItem:
    item = ServiceItem(
        id=record.choice("id", (stem,)),
        name=record.text("name"),
        category=record.text("category"),
        article=record.number_or_none("article"),
        conditions=record.texts("conditions", optional=True),
        materials=record.texts("materials", optional=True),
        steps=record.texts("steps", optional=True),
        window=record.text("window"),
        hours=record.text("hours"),
        limit=record.text("limit"),
        fee=record.text("fee"),
        agent=record.text("agent"),
        notes=record.texts("notes", optional=True),
        questions=record.texts("questions"),
        source=record.text("source"),
        verified=record.flag("verified"),
        sample=record.flag("sample"),
    )
    record.done()
    return item
