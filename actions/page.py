"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """`items` of page `number` (from 1) with `size` items a page, out of `total` in all."""

    items: Sequence[Item]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Stretch(Generic[Item]):
    """A part of a list that is too long to be counted; whether there is more `before` it and `behind` it."""

    items: Sequence[Item]
    before: bool
    behind: bool
