"""An SQLite connection that tells the time as DBOS asks for it.

DBOS asks SQLite for `unixepoch('subsec')`, which SQLite knows from 3.42 on; Debian 12, for one, has 3.40, where the
answer is NULL and the first insert fails. The function is given to each connection instead.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

SINCE = (3, 42, 0)
"""The SQLite from which nothing needs to be added."""


class ClockworkConnection(sqlite3.Connection):
    """A connection whose `unixepoch('subsec')` is seconds since 1970 with a fraction, whatever SQLite's age."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sqlite3.sqlite_version_info < SINCE:
            self.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(asked: str) -> float | None:
    """The only question DBOS asks; anything else gets the NULL that an old SQLite would give."""
    return round(time.time(), 3) if asked in ("subsec", "subsecond") else None
