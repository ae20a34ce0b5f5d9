"""A short run of the loop that kills the house; `python -m tests.end_to_end.kill_loop` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from tests.end_to_end.kill_loop import run

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not Settings().engine_python.exists(), reason="skipped: no engine environment, run make setup"),
]


async def test_a_few_conversations_survive_a_few_kills(tmp_path: Path) -> None:
    # killed at the first message and the next: with answers in between, a quick machine is done before the first kill
    reaper, reckoning = await run(tmp_path, 6, 11, apart=True, kills=3, with_engine=0, answers=0)
    assert not reckoning.wrong, "\n".join(reckoning.wrong)
    assert 1 <= reaper.kills <= 3 and reckoning.counts["messages"] >= 6
