"""Vectors of sentences in one file that outlives a process: what the training of the understanding has embedded, the
question index needs not embed again (a fifth of all sentences, some minutes).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.embedding import Vectors

LONGEST = 200
"""Characters embedded of one sentence by those who keep it here: the cost grows with the length."""
FILE = "vectors.db"
"""Its name in the cache folder."""


class SentenceStore:
    """Query vectors of the built-in e5, float32 [384] each, by what was embedded."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=60)
        self._connection.execute("create table if not exists vectors (key text primary key, vector blob)")

    def known(self, texts: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those texts that are here."""
        found = ((text, self._row(text)) for text in texts)
        return {text: np.frombuffer(row[0], dtype=np.float32) for text, row in found if row}

    def keep(self, vectors: Mapping[str, Vectors]) -> None:
        """Put away at once: an interrupted training goes on where it was."""
        rows: Sequence[tuple[str, bytes]] = [(_key(text), vector.tobytes()) for text, vector in vectors.items()]
        with self._connection:
            self._connection.executemany("insert or replace into vectors values (?, ?)", rows)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _row(self, text: str) -> tuple[bytes] | None:
        row: tuple[bytes] | None = self._connection.execute(
            "select vector from vectors where key = ?", (_key(text),)
        ).fetchone()
        return row


def already_embedded(path: Path, texts: Iterable[str]) -> dict[str, Vectors]:
    """The vectors of the texts that the store at `path` has whole; none where there is no such file."""
    if not path.exists():
        return {}
    store = SentenceStore(path)
    try:
        return store.known(text for text in texts if len(text) <= LONGEST)
    finally:
        store.close()


def _key(text: str) -> str:
    return hashlib.sha256(text[:LONGEST].encode()).hexdigest()[:32]
