"""The training examples: every intent and category has enough of them, and no two are nearly the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import yaml

from nlu.examples import KNOWLEDGE, Example, load_examples

BIG = (
    "report_issue",
    "ask_service",
    "ask_regulation",
    "emergency",
    "out_of_scope",
    "inform",
    "query_ticket",
    "urge_ticket",
)
ALIKE = 0.75


def domain_intents() -> list[str]:
    domain = yaml.safe_load((KNOWLEDGE / "dialogue" / "domain.yml").read_text("utf-8"))
    return [next(iter(intent)) for intent in domain["intents"]]


def test_every_intent_has_examples_and_every_example_an_intent() -> None:
    counts = Counter(example.intent for example in load_examples())
    assert set(counts) == set(domain_intents())
    assert not {intent: n for intent, n in counts.items() if n < (60 if intent in BIG else 25)}


def test_every_category_has_forty_examples_and_every_kind_some() -> None:
    examples = load_examples()
    categories, kinds = Counter(e.category for e in examples), Counter(e.kind for e in examples)
    for path in (KNOWLEDGE / "categories").glob("*.yml"):
        category = yaml.safe_load(path.read_text("utf-8"))
        assert categories[category["id"]] >= 40, category["id"]
        assert not [kind["id"] for kind in category["kinds"] if not kinds[kind["id"]]], category["id"]


def test_no_two_examples_are_nearly_the_same() -> None:
    examples = [e for e in load_examples() if len(e.text) >= 10]
    assert not list(near_twins(examples))


def near_twins(examples: Sequence[Example]) -> Iterator[tuple[str, str]]:
    """Pairs of examples that share three quarters of their three-character pieces."""
    index: dict[str, list[int]] = defaultdict(list)
    pieces = [{e.text[i : i + 3] for i in range(len(e.text) - 2)} for e in examples]
    for i, own in enumerate(pieces):
        shared = Counter(j for piece in own if len(index[piece]) < 60 for j in index[piece])
        for j, n in shared.items():
            if n / len(own | pieces[j]) >= ALIKE:
                yield examples[j].text, examples[i].text
        for piece in own:
            index[piece].append(i)
