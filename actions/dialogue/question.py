"""A question that a form asks for what it still lacks."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.dialogue.heard import heard


class Question(Action, ABC):
    """Asks, but not somebody who has just spoken of danger to himself: the form waits until that has been seen to.
    `untimely`: intents after which this question is not asked."""

    untimely = frozenset({"self_harm"})

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Ask, if this is the time for it."""
        if heard(tracker).intent not in self.untimely:
            self.ask(dispatcher, tracker)
        return []

    @abstractmethod
    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Say the question."""
