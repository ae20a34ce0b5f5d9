"""Which examples the tuning of the encoder leaves out: what is said of these alone is honest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

PART = 30 / 256
ENOUGH = 200
"""Fewer left out than so many say too little: then all are taken."""


def held_back(text: str) -> bool:
    """Whether the tuning leaves this text (in its normal form) out: always the same ones, about one in eight."""
    return hashlib.sha256(text.encode()).digest()[0] < PART * 256


def unseen(texts: Sequence[str]) -> np.ndarray:
    """Positions of the texts that the encoder was not tuned on."""
    left_out = np.flatnonzero([held_back(text) for text in texts])
    return left_out if len(left_out) >= ENOUGH else np.arange(len(texts))
