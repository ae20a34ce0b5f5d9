"""What must stand in a text for a pattern to be found in it: most texts lack it, and a look for characters is quick.

Read with `sre_parse`, the parser of Python's own `re`; from Python 3.11 on it is called `re._parser`.
"""

from __future__ import annotations

import sre_constants as ops
import sre_parse
from collections.abc import Iterable, Sequence
from typing import Any

Needs = frozenset[str]
"""Characters of which at least one is in every match; empty where that can't be told."""
NOTHING: Needs = frozenset()
COMMON = frozenset("的了不我你他她在有是人一个这那就都也到要来去上下里没们说看着过家大小么么还把被得好")
"""Stand in most messages: as a need they would spare little."""

LARGE = 100
"""So many characters one after the other are a script rather than a need."""


def needs(pattern: str) -> Needs:
    """What every match of a regular expression needs."""
    return _of_all(sre_parse.parse(pattern))


def _of_all(steps: Iterable[tuple[Any, Any]]) -> Needs:
    """Steps one after the other: the need that is the least often met."""
    known = [need for step in steps if (need := _of(*step))]
    return min(known, key=_commonness, default=NOTHING)


def _commonness(need: Needs) -> int:
    return len(need) + 30 * len(need & COMMON)


def _of(op: Any, argument: Any) -> Needs:
    """One step of a parsed pattern; what is not known here needs nothing."""
    if op is ops.LITERAL:
        return frozenset(chr(argument))
    if op is ops.IN:
        return _of_any([_of(*option) for option in argument])
    if op is ops.RANGE and argument[1] - argument[0] < LARGE:
        return frozenset(map(chr, range(argument[0], argument[1] + 1)))
    if op is ops.BRANCH:
        return _of_any([_of_all(branch) for branch in argument[1]])
    if op is ops.SUBPATTERN:
        return _of_all(argument[-1])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[0]:
        return _of_all(argument[2])
    if op is ops.ASSERT and argument[0] > 0:
        return _of_all(argument[1])
    return NOTHING


def _of_any(options: Sequence[Needs]) -> Needs:
    """Either of several: what one or another needs, if each needs something."""
    return frozenset[str]().union(*options) if all(options) else NOTHING
