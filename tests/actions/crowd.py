"""Many hands at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

CROWD = 50

T = TypeVar("T")


def crowd(deed: Callable[[int], T], size: int = CROWD) -> list[T]:
    """The same deed by so many threads, none before all of them are there."""
    together = Barrier(size)

    def at_once(n: int) -> T:
        together.wait()
        return deed(n)

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(at_once, range(size)))
