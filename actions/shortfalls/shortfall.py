"""A shortfall: a question that the knowledge did not answer, or not surely; and the group of those that ask for one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.masking import hide_numbers
from knowledge.answer import Answer
from knowledge.citation import named
from knowledge.closeness import Space

LONGEST = 300
"""Characters kept of a question."""
SHOWN = 5
"""Examples shown of a group."""


@dataclass(frozen=True)
class Shortfall:
    """One question as it was asked, its numbers masked. `message`: its id in the log; `status` and `confidence`: of the
    answer that was given; `nearest`: what came nearest, in words; `settled_at`: when a manager dealt with it."""

    message: str
    conversation: str
    question: str
    status: str
    confidence: float
    nearest: str
    at: datetime
    settled_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: one message may hold several questions."""
        return self.message, self.question


def shortfall_of(answer: Answer, question: str, *, message: str, conversation: str, at: datetime) -> Shortfall:
    """The shortfall that an answer shows."""
    near = next(iter(answer.citations or answer.related), None)
    return Shortfall(
        message=message,
        conversation=conversation,
        question=hide_numbers(question)[:LONGEST],
        status=answer.status,
        confidence=round(answer.confidence, 4),
        nearest=named(near) if near else "",
        at=at,
    )


@dataclass(frozen=True)
class Group:
    """Shortfalls that ask for one thing, the latest first."""

    shortfalls: Sequence[Shortfall]

    @property
    def examples(self) -> list[str]:
        """Ways in which it was asked, each once."""
        return list(dict.fromkeys(s.question for s in self.shortfalls))[:SHOWN]

    @property
    def latest(self) -> datetime:
        """When it was last asked."""
        return self.shortfalls[0].at

    @property
    def nearest(self) -> str:
        """What came nearest most often; "" where nothing did."""
        near = Counter(s.nearest for s in self.shortfalls if s.nearest)
        return near.most_common(1)[0][0] if near else ""

    @property
    def declined(self) -> int:
        """How many of them were declined; the others were answered unsurely."""
        return sum(s.status != "answered" for s in self.shortfalls)


def groups(shortfalls: Sequence[Shortfall], space: Space) -> list[Group]:
    """The shortfalls by what they ask for: what is asked most comes first, of those asked as often the latest."""
    found = [Group([shortfalls[i] for i in own]) for own in space.groups([s.question for s in shortfalls])]
    return sorted(found, key=lambda group: (len(group.shortfalls), group.latest), reverse=True)
