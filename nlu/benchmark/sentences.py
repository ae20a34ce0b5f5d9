"""What is said to both: our own examples of intents that take one step each, the same sentences in the same order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from nlu.examples import load_examples

SPOKEN = ("greet", "goodbye", "thank", "ask_bot", "ask_privacy")
"""Intents that are answered with fixed words."""
DONE = ("ask_contact", "find_grid_worker", "query_ticket")
"""Intents that call an action outside the server."""
OF_EACH = 20
LONGEST = 30


def sentences() -> dict[str, list[str]]:
    """Intent → the first of its examples."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for example in load_examples():
        if example.intent in (*SPOKEN, *DONE) and len(example.text) <= LONGEST and len(found[example.intent]) < OF_EACH:
            found[example.intent].append(example.text)
    return dict(found)


def in_turn(found: Mapping[str, Sequence[str]]) -> list[str]:
    """All sentences, one intent after the other: no two neighbours want the same."""
    return [text for texts in zip(*found.values()) for text in texts]
