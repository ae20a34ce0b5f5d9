"""Empty databases with today's tables: migrated once a process, then copied, which takes a tenth of the time."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import make_url

from actions.store.migrate import migrate


def lay_tables(url: str) -> str:
    """The same `sqlite:///` URL, with the tables in its file; a file that is there already stays as it is."""
    file = Path(str(make_url(url).database))
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated(), file)
    return url


@cache
def _migrated() -> Path:
    file = Path(mkdtemp()) / "linli.db"
    migrate(f"sqlite:///{file}")
    return file
