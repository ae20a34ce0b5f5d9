"""What all tests share: data-driven cases, one case a named parameter."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TESTS = Path(__file__).parent


def cases(kind: str, name: str = "say") -> Iterator[Any]:
    """Yield each case of `tests/<kind>/*.yml`; a `known_failure` must fail until somebody deletes the mark."""
    for path in sorted((TESTS / kind).glob("*.yml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            reason = case.pop("known_failure", None)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(case, id=f"{path.stem}: {case[name]}", marks=marks)


def pytest_collection_finish() -> None:
    """Garbage is collected after every asynchronous test: what has been loaded by now stays, and need not be gone through."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share the tests out by file; those that need the one running service stay together."""
    for item in items:
        whole = "end_to_end" in item.path.parts
        item.add_marker(pytest.mark.xdist_group("end_to_end" if whole else str(item.path.relative_to(TESTS))))
