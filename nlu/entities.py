"""Addresses, times, phones, ids, plates and ticket numbers of a message, through one spaCy pipeline.

A blank `zh` pipeline with jieba's words carries the community's own place names in a span ruler; what follows a
grammar rather than a list (addresses, times, numbers) is found by the pure functions of `nlu.text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import spacy
from spacy.language import Language

from nlu.text.address import find_addresses
from nlu.text.home import find_homes
from nlu.text.identity import Mark, find_marks, has_check_digit
from nlu.text.moment import find_moments
from nlu.text.normalise import Normal
from nlu.text.places import Gazetteer

MASKS = {
    "address": "址",
    "phone": "号",
    "time": "时",
    "id_card": "证",
    "plate": "牌",
    "ticket_number": "单",
    "person": "人",
}


@dataclass(frozen=True)
class Entity:
    """One thing named in a message: characters `start:end` of the text as given, its value, an address's parts.

    `home` is the resident's own place, not named (我家楼下); its parts hold its scope, see `nlu.text.home`.
    """

    entity: str
    value: str
    start: int
    end: int
    parts: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The shape of the contract; `parts` only where there are some."""
        plain: dict[str, object] = {"entity": self.entity, "value": self.value, "start": self.start, "end": self.end}
        return plain | ({"parts": dict(self.parts)} if self.parts else {})


@dataclass(frozen=True)
class _Span:
    kind: str
    start: int
    end: int
    value: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


class EntityFinder:
    """Finds entities; knows the community's places by all of their names."""

    def __init__(self, places: Mapping[str, tuple[str, str]]) -> None:
        """`places`: what people write → (estate | road | landmark, usual name)."""
        self.gazetteer = Gazetteer({name.lower(): value for name, value in places.items()})
        self._ruler = _ruler(places)
        self._names = [name.lower() for name, (kind, _) in places.items() if kind == "estate"]

    def find(self, normal: Normal, given: str) -> tuple[list[Entity], str]:
        """Entities of a message, and its normal text with each of them masked by one sign."""
        spans = _without_overlaps(self._spans(normal.text))
        entities = [_entity(span, normal, given) for span in spans]
        return entities + self._estates(normal, given) + _homes(normal, given), _masked(normal.text, spans)

    def _spans(self, text: str) -> list[_Span]:
        spans = [_Span(m.kind, m.start, m.end, m.value, _doubt(m)) for m in find_marks(text)]
        spans += [_Span("address", a.start, a.end, parts=a.parts) for a in find_addresses(text, self.gazetteer)]
        return spans + [_Span("time", m.start, m.end) for m in find_moments(text)]

    def _estates(self, normal: Normal, given: str) -> list[Entity]:
        """The estates that the community knows, by their usual names, whatever the resident called them."""
        if not any(name in normal.text for name in self._names):  # as in most messages: spaCy need not look
            return []
        found = []
        doc = self._ruler(normal.text)  # kept: its spans live only as long as it does
        for span in doc.spans["places"]:
            if span.label_ == "estate":
                start, end = normal.original(span.start_char, span.end_char)
                found.append(Entity("estate", span.id_ or given[start:end], start, end))
        return found


def _homes(normal: Normal, given: str) -> list[Entity]:
    """Mentions of the resident's own place; `parts` say how much of it."""
    spans = [_Span("home", h.start, h.end, parts={"scope": h.scope}) for h in find_homes(normal.text)]
    return [_entity(span, normal, given) for span in spans]


def _doubt(mark: Mark) -> dict[str, str]:
    """An identity card whose check digit does not fit was mistyped."""
    return {"check_digit": "wrong"} if mark.kind == "id_card" and not has_check_digit(mark.value) else {}


def _ruler(places: Mapping[str, tuple[str, str]]) -> Language:
    language = spacy.blank("zh")  # character tokens: a name is found wherever it stands, however jieba would cut it
    ruler = language.add_pipe(
        "span_ruler",
        config={
            "spans_key": "places",
            "overwrite": True,
            "spans_filter": {"@misc": "spacy.first_longest_spans_filter.v1"},
        },
    )
    patterns = [{"label": kind, "pattern": name.lower(), "id": usual} for name, (kind, usual) in places.items()]
    ruler.add_patterns(patterns)  # type: ignore[attr-defined]
    return language


def _without_overlaps(spans: list[_Span]) -> list[_Span]:
    """Longer spans win; of equal ones the earlier found."""
    kept: list[_Span] = []
    for span in sorted(spans, key=lambda s: s.start - s.end):
        if not any(k.start < span.end and span.start < k.end for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _entity(span: _Span, normal: Normal, given: str) -> Entity:
    start, end = normal.original(span.start, span.end)
    return Entity(span.kind, span.value or given[start:end], start, end, span.parts)


def _masked(text: str, spans: list[_Span]) -> str:
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], MASKS[span.kind]]
        at = span.end
    return "".join([*pieces, text[at:]])
