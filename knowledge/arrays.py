"""Arrays kept in one file: read where it is whole, written all or nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np


def read_arrays(path: Path, *names: str) -> list[Any]:
    """The named arrays of an .npz file; none where the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return [kept[name] for name in names]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return []


def write_arrays(path: Path, **arrays: Any) -> None:
    """Arrays into an .npz file, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        np.savez(part, **arrays)
    os.replace(part.name, path)
