"""Brings `knowledge/dialogue` and the lexicon to Rasa as domain, rules and training data.

Everything that can change what the model does passes through here, so that Rasa's training cache notices it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.utils import story_graph_from_paths
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_config_file

from nlu.components.lexical import as_patterns
from nlu.examples import Example, load_examples, load_kind_urgencies, load_lexicon

GIVEN = (TEXT, INTENT, "category", "kind", "urgency")


class KnowledgeImporter(TrainingDataImporter):
    """Reads the project's own file shapes; `config_file` stands at the top of the project."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **kwargs: Any,
    ) -> None:
        if config_file is None:
            raise ValueError("config_file is needed")
        self._config_file = config_file
        self._knowledge = Path(config_file).resolve().parent / "knowledge"

    def get_config(self) -> dict[str, Any]:
        """`config.yml`: pipeline and policies."""
        return dict(read_config_file(self._config_file))

    def get_config_file_for_auto_config(self) -> str | None:
        """None: nothing is filled in on its own."""
        return None

    def get_domain(self) -> Domain:
        """Intents, slots, forms and actions from `domain.yml`, replies from `replies/rasa.yml`."""
        dialogue = self._knowledge / "dialogue"
        domain = yaml.safe_load((dialogue / "domain.yml").read_text("utf-8"))
        replies = yaml.safe_load((dialogue / "replies" / "small_talk.yml").read_text("utf-8"))
        domain["responses"] = {f"utter_{key}": [{"text": text}] for key, text in replies.items()}
        return Domain.from_dict(domain)

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The dialogue rules."""
        paths = sorted(str(path) for path in (self._knowledge / "dialogue" / "rules").glob("*.yml"))
        return story_graph_from_paths(paths, self.get_domain(), exclusion_percentage)

    def get_nlu_data(self, language: str | None = "zh") -> TrainingData:
        """All examples as messages, with the lexicon beside them."""
        urgencies = load_kind_urgencies(self._knowledge / "categories")
        examples = load_examples(self._knowledge)
        return TrainingData(
            training_examples=[_message(example, urgencies) for example in examples],
            regex_features=as_patterns(load_lexicon(self._knowledge)),
        )


class Line(Message):
    """A training example as the files have it.

    Rasa's cache asks after every component for the fingerprint of all examples. What the components add follows from the
    files and from the code, which the cache knows by other ways (`nlu.train`), so the files alone count: that saves minutes.
    """

    def fingerprint(self) -> str:
        """Hex digits over what the files say."""
        if self._cached_fingerprint is None:
            given = {key: self.data[key] for key in GIVEN if key in self.data}
            self._cached_fingerprint = hashlib.md5(json.dumps(given, sort_keys=True).encode()).hexdigest()
        return self._cached_fingerprint


def _message(example: Example, urgencies: dict[str, str]) -> Line:
    data: dict[str, Any] = {TEXT: example.text, INTENT: example.intent}
    if example.category:
        data["category"] = example.category
    if example.kind:
        data |= {"kind": example.kind, "urgency": urgencies.get(example.kind, "normal")}
    return Line(data=data)
