"""Vectors kept on disk, keyed by what was embedded: a changed file costs only its own passages.

One file an embedder. It is replaced as a whole and in one step, so that an interrupted start leaves the old one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from knowledge.arrays import read_arrays, write_arrays
from knowledge.embedding import Embedder, Vectors
from knowledge.encoder.precomputed import Precomputed

BATCH = 1024
"""Embedded at once, and put away before the next: a first start may take minutes, and may be interrupted."""
Progress = Callable[[int, int], None]
"""Called with how many passages are embedded and how many there are to embed."""


class VectorCache:
    """The vectors of one embedder in one folder."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._path = folder / f"vectors-{re.sub(r'[^A-Za-z0-9.-]', '_', embedder.name)}.npz"
        self._known = _read(self._path)

    def vectors(self, texts: Sequence[str], asked: Sequence[bool], progress: Progress | None = None) -> Vectors:
        """A vector for each text, questions (`asked`) and other passages each in their own way: [n, d].

        What is new is embedded, and what no text needs any more is dropped from the file.
        """
        keys = [key_of(t, a) for t, a in zip(texts, asked, strict=True)]
        self._known = Precomputed(self._embedder.name).known(keys) | self._known
        missing = {k: (t, a) for k, t, a in zip(keys, texts, asked, strict=True) if k not in self._known}
        if missing:
            self._embed(missing, progress)
        if missing or len(self._known) > len(set(keys)):
            self._known = {k: self._known[k] for k in keys}
            _write(self._path, self._known)
        return np.stack([self._known[k] for k in keys]) if keys else np.zeros((0, 1), dtype=np.float32)

    def _embed(self, missing: dict[str, tuple[str, bool]], progress: Progress | None) -> None:
        done = 0
        for batch in _batches(missing):
            embed = self._embedder.query if missing[batch[0]][1] else self._embedder.passage
            self._known |= dict(zip(batch, embed([missing[key][0] for key in batch]), strict=True))
            done += len(batch)
            if progress:
                progress(done, len(missing))
            _write(self._path, self._known)


def _batches(missing: dict[str, tuple[str, bool]]) -> Iterator[list[str]]:
    """The keys of what is missing, questions and other passages never in one batch."""
    for asked in (True, False):
        keys = [key for key, (_, a) in missing.items() if a is asked]
        yield from (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def key_of(text: str, asked: bool) -> str:
    """What a text is kept under; as a question it has another vector than as a passage."""
    return hashlib.blake2b(f"{int(asked)}{text}".encode(), digest_size=12).hexdigest()


def _read(path: Path) -> dict[str, Vectors]:
    """What the file holds; nothing where there is none, or where it is damaged: it can always be made again."""
    kept = read_arrays(path, "keys", "vectors")
    return dict(zip(kept[0].tolist(), kept[1], strict=True)) if kept and len(kept[0]) == len(kept[1]) else {}


def _write(path: Path, known: dict[str, Vectors]) -> None:
    write_arrays(path, keys=np.asarray(list(known)), vectors=np.stack(list(known.values())))
