"""What a resident says when asked 解决了吗、满意吗."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Solved(StrEnum):
    """Whether the problem is gone. Half-solved exists: forcing a yes or no loses both."""

    SOLVED = "solved"
    HALF = "half"
    UNSOLVED = "unsolved"


@dataclass(frozen=True)
class Survey:
    """One answer. `satisfied` is None where the resident spoke of the problem only; `words` are the resident's own."""

    solved: Solved
    satisfied: bool | None
    words: str
    at: datetime

    @property
    def asks_again(self) -> bool:
        """Whether the work has to be done again: not solved, half solved and not content with that, or not content for
        a reason.
        """
        discontent = self.satisfied is False
        return self.solved is Solved.UNSOLVED or (
            discontent and (self.solved is Solved.HALF or bool(self.words.strip()))
        )
