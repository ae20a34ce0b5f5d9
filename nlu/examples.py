"""Training examples and the lexicon as `knowledge/` holds them: plain files in, plain values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.lexicon import Lexicon

KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"


@dataclass(frozen=True)
class Example:
    """One sentence that somebody could say, what it wants, and the affair that it is about (None where none).

    `asked`: the article or service item that it stands beside as a known question.
    """

    text: str
    intent: str
    category: str | None
    kind: str | None
    asked: str | None = None


def load_examples(knowledge: Path = KNOWLEDGE) -> list[Example]:
    """All examples: of intents and categories, and the questions that stand beside the regulation and the catalog."""
    dialogue = knowledge / "dialogue"
    paths = sorted(dialogue.glob("intents/*.yml")) + sorted(dialogue.glob("categories/*.yml"))
    written = [example for path in paths for example in _examples(path)]
    known = {example.text for example in written}
    return written + [question for question in _questions(knowledge) if question.text not in known]


def _questions(knowledge: Path) -> Iterator[Example]:
    """What residents ask: of the regulation (answerable or not), of an affair in the catalog, or beside the point."""
    regulation = knowledge / "regulation"
    for path in sorted(regulation.glob("*/questions/*.yml")):
        asked = f"{path.parts[-3]}/{path.stem}"
        yield from (Example(q, "ask_regulation", None, None, asked) for q in _read(path)["questions"])
    for path in sorted(regulation.glob("*/unanswerable.yml")):
        yield from (Example(q, "ask_regulation", None, None) for q in _read(path)["questions"])
    if (beside := regulation / "out_of_scope.yml").exists():
        yield from (Example(q, "out_of_scope", None, None) for q in _read(beside)["questions"])
    for path in sorted((knowledge / "catalog").glob("*.yml")):
        item = _read(path)
        yield from (Example(q, "ask_service", item["category"], None, path.stem) for q in item["questions"])


def _examples(path: Path) -> Iterator[Example]:
    data = _read(path)
    for block in data["examples"]:
        intent, category = block.get("intent", data.get("intent")), block.get("category", data.get("category"))
        if not intent:
            raise ValueError(f"{path.name}: 有一组例句没有写 intent")
        for line in block["lines"]:
            if not isinstance(line, str):
                raise ValueError(f"{path.name}: 例句 {line!r} 要加引号")
            yield Example(line, intent, category, block.get("kind"))


def load_kind_urgencies(categories: Path = KNOWLEDGE / "categories") -> dict[str, str]:
    """Kind of case → normal | soon | urgent."""
    kinds = (kind for path in sorted(categories.glob("*.yml")) for kind in _read(path)["kinds"])
    return {kind["id"]: kind["urgency"] for kind in kinds}


def load_lexicon(knowledge: Path = KNOWLEDGE) -> Lexicon:
    """The lexicon of the project: respellings, words, the community's places, never-miss rules."""
    lexicon = knowledge / "lexicon"
    return Lexicon(
        respellings=_pairs(lexicon / f"{name}.txt" for name in ("typos", "dialect", "emoji")),
        words=terms(lexicon / "words.txt"),
        places=_places(knowledge / "community" / "grids.geojson"),
        never_miss=list(_read(lexicon / "never_miss.yml")),
        danger_words=dict(_read(lexicon / "danger_words.yml")),
    )


def _pairs(paths: Iterable[Path]) -> dict[str, str]:
    lines = (line.partition(" ") for path in paths for line in terms(path))
    return {wrong: right.strip() for wrong, _, right in lines}


def _places(path: Path) -> dict[str, tuple[str, str]]:
    """What people call the community's places → (estate | road | landmark, usual name)."""
    names: dict[str, tuple[str, str]] = {}
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        place = feature["properties"]
        for estate in place.get("estates", ()):
            names |= dict.fromkeys((estate["name"], *estate.get("aliases", ())), ("estate", estate["name"]))
        names |= {street["name"]: ("road", street["name"]) for street in place.get("streets", ())}
        names |= {name: ("landmark", name) for name in place.get("landmarks", ())}
    return names


def terms(path: Path) -> list[str]:
    """The lines of a one-term-a-line file, without comments and blanks; an absent file holds none."""
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
