"""Many hands at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

CROWD = 50

T = TypeVar("T")


def crowd(deed: Callable[[int], T]) -> list[T]:
    """The same deed by fifty threads at once."""
    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(deed, range(CROWD)))
