"""What the community itself has answered, where the regulation and the catalog are silent: quoted with who wrote it and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from knowledge.asking import heart_of
from knowledge.closeness import Space
from knowledge.wording import say

CLOSE, SAME = 0.48, 0.75
"""Closeness that is enough where nothing else answers surely, and in any case. Measured on the questions that are known:
of those about something else one in two hundred comes close."""


@dataclass(frozen=True)
class HouseAnswer:
    """An answer of the community's own (本社区答复).

    questions    ways to ask for it; text: the answer, quoted word for word; source: what it rests on
    writer, reviewer, withdrawer   people's names; it is told to residents while it is reviewed and not withdrawn
    """

    id: str
    questions: tuple[str, ...]
    text: str
    source: str
    writer: str
    written_at: datetime
    reviewer: str = ""
    reviewed_at: datetime | None = None
    withdrawer: str = ""
    withdrawn_at: datetime | None = None

    @property
    def told(self) -> bool:
        """Whether residents are told it."""
        return self.reviewed_at is not None and self.withdrawn_at is None


class Fit(NamedTuple):
    """A house answer and how close its questions come to what was asked, 0 to 1."""

    answer: HouseAnswer
    closeness: float

    @property
    def close(self) -> bool:
        """Whether it seems to be asked for."""
        return self.closeness >= CLOSE

    @property
    def same(self) -> bool:
        """Whether it is asked for almost in its own words."""
        return self.closeness >= SAME


class HouseAnswers:
    """The answers that are told now. Read anew for each question, so that one is told as soon as it is reviewed."""

    def __init__(self, told: Callable[[], Sequence[HouseAnswer]], space: Space) -> None:
        self._told, self._space = told, space

    def nearest(self, question: str) -> Fit | None:
        """The house answer whose questions come closest to a question; None where there is none at all."""
        known = [(variant, answer) for answer in self._told() for variant in answer.questions]
        if not known or not heart_of(question):
            return None
        close = self._space.closeness([question], [variant for variant, _ in known])[0]
        best = int(close.argmax())
        return Fit(known[best][1], float(close[best]))


def tell_house_answer(answer: HouseAnswer) -> str:
    """The answer word for word, what it rests on, who wrote it and when."""
    day = f"{answer.written_at:%Y-%m-%d}"
    return say("answer_house", text=answer.text, source=answer.source, writer=answer.writer, day=day)
