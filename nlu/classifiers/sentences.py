"""Vectors of sentences in one file that outlives a process: a training after a small change embeds only what is new."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

LONGEST = 200
"""Characters embedded of one sentence: the cost grows with the length."""


class SentenceStore:
    """Vectors, float32 [384] each, by what was embedded and by which encoder."""

    def __init__(self, path: Path, encoder: str) -> None:
        """`encoder`: its name; what another one made is not seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._connection = sqlite3.connect(path, timeout=60)
        self._connection.execute("create table if not exists vectors (key text primary key, vector blob)")

    def known(self, texts: Iterable[str]) -> dict[str, np.ndarray]:
        """The vectors of those texts that are here."""
        found = ((text, self._row(text)) for text in texts)
        return {text: np.frombuffer(row[0], dtype=np.float32) for text, row in found if row}

    def keep(self, vectors: Mapping[str, np.ndarray]) -> None:
        """Put away at once: an interrupted training goes on where it was."""
        rows: Sequence[tuple[str, bytes]] = [(self._key(text), vector.tobytes()) for text, vector in vectors.items()]
        with self._connection:
            self._connection.executemany("insert or replace into vectors values (?, ?)", rows)

    def _row(self, text: str) -> tuple[bytes] | None:
        row: tuple[bytes] | None = self._connection.execute(
            "select vector from vectors where key = ?", (self._key(text),)
        ).fetchone()
        return row

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._encoder}\0{text[:LONGEST]}".encode()).hexdigest()[:32]
