"""What the encoder is tuned on, one JSON object a line: a text in its normal form, and what is known of it.

`python -m nlu.tuning.lessons` prints them; it runs in the engine's Python, the tuning itself in another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from nlu.classifiers.intents import DANGER
from nlu.examples import Example, load_examples, load_lexicon
from nlu.reading import Preparation


def lessons() -> Iterator[dict[str, str | None]]:
    """Each example as {"text", "intent", "category", "kind", "asked" (the article or service item that answers it),
    "danger"}; None where something is not known."""
    preparation = Preparation(load_lexicon())
    for example in load_examples():
        yield {"text": preparation.prepare(example.text).sample.text, **_known(example)}


def _known(example: Example) -> dict[str, str | None]:
    return {
        "intent": example.intent,
        "category": example.category,
        "kind": example.kind,
        "asked": example.asked,
        "danger": "danger" if example.intent in DANGER else "calm",
    }


if __name__ == "__main__":
    for lesson in lessons():
        print(json.dumps(lesson, ensure_ascii=False))
