"""Ticket categories: the fixed first level, and below it the kinds of case with urgency, deadline and who handles them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.records import KNOWLEDGE, Record, read_record

CATEGORIES = KNOWLEDGE / "categories"
DUTIES = ("lead", "coordinate", "assist", "serve")
URGENCIES = ("normal", "soon", "urgent")
DEADLINES = ("urgent", "quick", "report", "help", "complaint", "consult")


@dataclass(frozen=True)
class Kind:
    """A kind of case, level 2. `deadline` is a class of community/deadlines.yml, `unit` the body in charge,
    `grid_worker` what the grid worker does about it."""

    id: str
    name: str
    category: str
    urgency: str
    deadline: str
    unit: str
    grid_worker: str


@dataclass(frozen=True)
class Category:
    """A category, level 1. `article` is where the regulation names the affair (None: nowhere); `duty` what it makes
    the community do; `covers` what belongs here, `excludes` what belongs to a neighbour."""

    id: str
    name: str
    article: int | None
    duty: str
    covers: str
    kinds: tuple[Kind, ...]
    excludes: str = ""


def load_categories(root: Path = CATEGORIES) -> dict[str, Category]:
    """Every category by id, from one file each.

    Raises `BadFile` for an unknown or missing field, an id that is not the file's name, or a kind id used twice.
    """
    categories: dict[str, Category] = {}
    owners: dict[str, str] = {}
    for path in sorted(root.glob("*.yml")):
        record = read_record(path)
        category = _category(record, path.stem)
        for kind in category.kinds:
            if kind.id in owners:
                raise record.fail("kinds", f"编号 {kind.id} 已经用在 {owners[kind.id]}")
            owners[kind.id] = category.id
        categories[category.id] = category
    return categories


def kinds_by_id(categories: dict[str, Category]) -> dict[str, Kind]:
    """Every kind of case by its id."""
    return {kind.id: kind for category in categories.values() for kind in category.kinds}


def _category(record: Record, stem: str) -> Category:
    id_ = record.choice("id", (stem,))
    kinds = tuple(_kind(row, id_) for row in record.records("kinds"))
    if not kinds:
        raise record.fail("kinds", "至少要有一种情形")
    category = Category(
        id=id_,
        name=record.text("name"),
        article=record.number_or_none("article"),
        duty=record.choice("duty", DUTIES),
        covers=record.text("covers"),
        kinds=kinds,
        excludes=record.text_or("not"),
    )
    record.done()
    return category


def _kind(record: Record, category: str) -> Kind:
    kind = Kind(
        id=record.text("id"),
        name=record.text("name"),
        category=category,
        urgency=record.choice("urgency", URGENCIES),
        deadline=record.choice("deadline", DEADLINES),
        unit=record.text("unit"),
        grid_worker=record.text("grid_worker"),
    )
    record.done()
    return kind
