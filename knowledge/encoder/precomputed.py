"""Vectors of the texts that come with the house, made beforehand: the first start need not wait ten minutes for the encoder.

One file an encoder. Components are kept as whole numbers of 1/256, which turns a vector less (cosine 0.998 around the
centre of all) than the encoder's own 4 bits do. What is not found is embedded as ever: the files may lag behind the
texts, or be missing. `make vectors` writes them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.encoder.weights import Array

FOLDER = Path(__file__).with_name("precomputed")
STEPS = 256


class Precomputed:
    """The vectors of one encoder, by keys of the caller's: whatever tells one of its texts from another."""

    def __init__(self, encoder: str, folder: Path = FOLDER) -> None:
        self._path = folder / f"{encoder}.npz"

    def known(self, keys: Iterable[str]) -> dict[str, Array]:
        """The unit vectors [384] of those keys that are here."""
        found = ((key, self._rows.get(_short(key))) for key in keys)
        return {key: _unit(self._steps[row]) for key, row in found if row is not None}

    def write(self, vectors: Mapping[str, Array]) -> None:
        """Keep these unit vectors and no others; in the order of the keys and not packed, so that git finds what has not changed."""
        by_key = sorted((_short(key), vector) for key, vector in vectors.items())
        steps = np.clip(np.stack([v for _, v in by_key]) * STEPS, -128, 127).round().astype(np.int8)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(self._path, keys=np.array([key for key, _ in by_key], dtype=np.uint64), steps=steps)

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {int(key): row for row, key in enumerate(self._array("keys"))}

    @cached_property
    def _steps(self) -> np.ndarray:
        return self._array("steps")

    def _array(self, name: str) -> np.ndarray:
        if not self._path.exists():
            return np.zeros(0)
        with np.load(self._path, allow_pickle=False) as kept:
            return np.asarray(kept[name])


def _unit(steps: np.ndarray) -> Array:
    vector = steps.astype(np.float32)
    unit: Array = vector / np.linalg.norm(vector)
    return unit


def _short(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
