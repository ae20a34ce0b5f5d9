"""What a message is made of, seen from danger: which classes of words stand together, in a clause and in the message.

"娃…掉…井" and "孙女…滑…水库" are the same frame, child + fall + water: a classifier that is given frames knows the second from the
first. Which words belong together is data (`knowledge/lexicon/danger_words.yml`); which frames mean danger is learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

_BREAK = re.compile(r"[，。！？；：、,.!?;:~…\s□]+")


class Frames:
    """Finds word classes, the longest word first, and names the frames that they make."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        """`classes`: a class's name → its words; a word may stand in several."""
        self._classes: dict[str, tuple[str, ...]] = {}
        for name, words in classes.items():
            for word in words:
                self._classes[word] = (*self._classes.get(word, ()), name)
        self._longest = max(map(len, self._classes), default=0)

    def __call__(self, text: str) -> list[str]:
        """A text in normal form → its frames: single classes, pairs within a clause, pairs across the message."""
        clauses = [list(self._read(clause)) for clause in _BREAK.split(text) if clause]
        found = {name for clause in clauses for names in clause for name in names}
        frames = [name for clause in clauses for names in clause for name in names]
        for clause in clauses:
            frames += [f"{a}+{b}" for a, b in combinations(sorted({n for names in clause for n in names}), 2)]
        return frames + [f"{a}&{b}" for a, b in combinations(sorted(found), 2)]

    def _read(self, clause: str) -> Iterator[tuple[str, ...]]:
        at = 0
        while at < len(clause):
            for length in range(min(self._longest, len(clause) - at), 0, -1):
                if names := self._classes.get(clause[at : at + length]):
                    yield names
                    at += length
                    break
            else:
                at += 1
