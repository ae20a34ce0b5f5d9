"""Which examples the tuning of the encoder leaves out: only what is said of these is honest."""

from __future__ import annotations

import hashlib

PART = 30 / 256


def held_back(text: str) -> bool:
    """Whether the tuning leaves this text (in its normal form) out: always the same ones, about one in eight."""
    return hashlib.sha256(text.encode()).digest()[0] < PART * 256
