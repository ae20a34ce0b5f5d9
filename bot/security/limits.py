"""How often somebody may write: by conversation and by address."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Limits:
    """Moving windows of a minute."""

    def __init__(self, per_conversation: int, per_address: int) -> None:
        """Messages a minute."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._conversation, self._address = (
            RateLimitItemPerMinute(per_conversation),
            RateLimitItemPerMinute(per_address),
        )

    def seconds_to_wait(self, conversation: str, address: str) -> int:
        """0 when the message may come in (it counts then), else how long to wait."""
        keys = ((self._conversation, f"c:{conversation}"), (self._address, f"a:{address}"))
        for limit, key in keys:
            if not self._limiter.test(limit, key):
                reset, _ = self._limiter.get_window_stats(limit, key)
                return max(1, math.ceil(reset - time.time()))
        for limit, key in keys:
            self._limiter.hit(limit, key)
        return 0
