"""Where a resident can go by law with what the community may not decide (不予受理)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.errors import RemediesBroken


@dataclass(frozen=True)
class Remedy:
    """One way to go: its name for the dispatcher, and what the resident is told."""

    id: str
    name: str
    text: str


def read_remedies(data: Mapping[str, Mapping[str, object]]) -> dict[str, Remedy]:
    """The ways from the content of remedies.yml, each {name, text}; `RemediesBroken` names the one that is not."""
    return {id_: _remedy(id_, fields) for id_, fields in data.items()}


def _remedy(id_: str, fields: Mapping[str, object]) -> Remedy:
    name, text = fields.get("name"), fields.get("text")
    if set(fields) != {"name", "text"} or not (isinstance(name, str) and isinstance(text, str) and name and text):
        raise RemediesBroken(remedy=id_)
    return Remedy(id_, name, text)
