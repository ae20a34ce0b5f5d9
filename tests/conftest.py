"""What all tests share: data-driven cases, one case a named parameter."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TESTS = Path(__file__).parent
WITH_A_SERVICE_OF_THEIR_OWN = ("test_commands", "test_every_boundary", "test_kill_loop")
"""Whole tests that need not stay with the others."""


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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests out by file, so that what a file sets up is set up once; those of one running service stay together.

    Not by xdist's own groups: since pytest 9.2 xdist 3.8 writes them where nobody reads them.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByService(LoadFileScheduling):  # type: ignore[misc]  # xdist brings no types
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            shared = file.startswith("tests/end_to_end/") and Path(file).stem not in WITH_A_SERVICE_OF_THEIR_OWN
            return "tests/end_to_end" if shared else file

    return ByService(config, log)
