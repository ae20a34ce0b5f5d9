"""Makes a loaded engine small before it is spoken to: what its classifiers keep twice is kept once, what is loaded at the
first message is loaded now, and the memory that loading took is given back.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterable, Iterator
from typing import Any

import sklearn
from sanic import Sanic

LARGE = 10_000
"""Entries of a table of n-grams that is worth looking at."""
FIRST = "你好"
NEW = 20_000
"""Objects made before Python looks for garbage among them: a turn makes some thousands and drops them by itself."""


async def compact(app: Sanic, *_: object) -> None:
    """Called by Sanic once the model is loaded and before the first message."""
    agent = app.ctx.agent
    sklearn.set_config(assume_finite=True)  # our own numbers: not each message is searched for infinite ones
    share(agent.processor.graph_runner.components())
    await agent.parse_message(FIRST)  # jieba reads its dictionary when it is first asked
    gc.collect()
    gc.set_threshold(NEW, 10, 10)
    gc.freeze()  # the model stays: looking through it again and again finds no garbage
    give_back()


def share(things: Iterable[object]) -> None:
    """Let all tables of n-grams within these objects hold the same strings and numbers: most are in several of them."""
    grams: dict[str, str] = {}
    numbers: dict[int, int] = {}
    for owner, name, table in list(_tables(things, set())):
        setattr(owner, name, {grams.setdefault(g, g): numbers.setdefault(n, n) for g, n in table.items()})


def _tables(thing: object, seen: set[int]) -> Iterator[tuple[object, str, dict[str, int]]]:
    """Where within a thing tables are kept: the object, its attribute, the table."""
    if id(thing) in seen or isinstance(thing, type):
        return
    seen.add(id(thing))
    if isinstance(thing, dict):
        thing = thing.values()
    if isinstance(thing, Iterable) and not isinstance(thing, str | bytes) and not hasattr(thing, "dtype"):
        for part in thing:
            yield from _tables(part, seen)
    for name, part in getattr(thing, "__dict__", {}).items():
        if _is_table(part):
            yield thing, name, part
        else:
            yield from _tables(part, seen)


def _is_table(part: Any) -> bool:
    return isinstance(part, dict) and len(part) >= LARGE and isinstance(next(iter(part)), str)


def give_back() -> None:
    """Return freed memory to the system, where the C library can: glibc keeps it otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
