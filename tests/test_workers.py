"""Where the tests are shared out among workers, one of them runs a whole file: what the file sets up is set up once."""

from __future__ import annotations

import pytest

seen: list[int] = []


@pytest.mark.parametrize("number", range(8))
def test_one_worker_has_run_all_that_stands_before(number: int) -> None:
    seen.append(number)
    assert seen == list(range(number + 1))
