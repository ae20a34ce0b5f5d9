"""Vectors of the texts that come with the house, made beforehand: the first start need not wait for the encoder.

One file an encoder. Components are kept as whole numbers of 1/256, which hardly turns a vector (cosine 0.9987 on average
around the centre of all, docs/measurements.md). What is not found is embedded as ever: the files may lag behind the
texts, be missing, or be damaged. `make vectors` writes them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.arrays import read_arrays, write_arrays
from knowledge.encoder.weights import Array

FOLDER = Path(__file__).with_name("precomputed")
STEPS = 256


class Precomputed:
    """The vectors of one encoder, by keys of the caller's: whatever tells one of its texts from another."""

    def __init__(self, encoder: str, folder: Path = FOLDER) -> None:
        self._path = folder / f"{encoder}.npz"

    def known(self, keys: Iterable[str]) -> dict[str, Array]:
        """The unit vectors [384] of those keys that are here."""
        found = ((key, self._steps.get(_short(key))) for key in keys)
        return {key: _unit(steps) for key, steps in found if steps is not None}

    def write(self, vectors: Mapping[str, Array]) -> None:
        """Keep these unit vectors and no others; in the order of the keys and not packed, so that git finds what has not changed."""
        by_key = sorted((_short(key), vector) for key, vector in vectors.items())
        steps = np.clip(np.stack([v for _, v in by_key]) * STEPS, -128, 127).round().astype(np.int8)
        write_arrays(self._path, keys=np.array([key for key, _ in by_key], dtype=np.uint64), steps=steps)

    @cached_property
    def _steps(self) -> dict[int, np.ndarray]:
        kept = read_arrays(self._path, "keys", "steps")
        return dict(zip(kept[0].tolist(), kept[1], strict=True)) if kept else {}


def _unit(steps: np.ndarray) -> Array:
    vector = steps.astype(np.float32)
    unit: Array = vector / np.linalg.norm(vector)
    return unit


def _short(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
