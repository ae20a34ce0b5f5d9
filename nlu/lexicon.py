"""The words and patterns that a model is trained with, kept inside the model."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from opencc import OpenCC

from nlu.text.normalise import Respelling


@dataclass(frozen=True)
class Lexicon:
    """`respellings`: typo or dialect word → standard word; `words`: kept whole; `places`: name → (kind, usual name);
    `danger_words`: class → its words (nlu.text.frames)."""

    respellings: dict[str, str]
    words: list[str]
    places: dict[str, tuple[str, str]]
    never_miss: list[dict[str, Any]]
    danger_words: dict[str, list[str]] = field(default_factory=dict)

    def respelling(self) -> Respelling:
        """What normalisation needs, traditional characters included."""
        return Respelling(self.respellings, Simplifier())

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True), "utf-8")

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read what `save` wrote."""
        data = json.loads(path.read_text("utf-8"))
        data["places"] = {name: tuple(value) for name, value in data["places"].items()}
        return cls(**data)


class Simplifier:
    """One traditional character → its simplified form; remembered, since OpenCC takes a while for each call."""

    def __init__(self) -> None:
        self._convert = OpenCC("t2s").convert
        self._known: dict[str, str] = {}

    def __call__(self, char: str) -> str:
        if char < "\u3400":
            return char
        if char not in self._known:
            simplified = self._convert(char)
            self._known[char] = simplified if len(simplified) == 1 else char
        return self._known[char]
