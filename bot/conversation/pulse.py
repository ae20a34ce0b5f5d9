"""The pulse of a process: messages counted and turns timed, for `/metrics`. Numbers only: no text and nobody's id."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram

from actions.conversations.conversation import channel_of

CHANNELS = frozenset({"web", "telegram", "wechat", "wecom", "phone"})
"""Those that are told apart; a label must not grow with what somebody sends."""
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 24.0)


class Pulse:
    """Counts since the process started, in a registry of its own: several houses in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter(
            "linli_messages", "Messages received, by channel.", ["channel"], registry=self.registry
        )
        self._turns = Histogram(
            "linli_turn_seconds", "From a message to its answer.", buckets=BUCKETS, registry=self.registry
        )
        for channel in sorted(CHANNELS):
            self._messages.labels(channel)

    @contextmanager
    def turn(self, conversation: str) -> Iterator[None]:
        """Around one message's way, whatever comes of it."""
        channel, began = channel_of(conversation), time.perf_counter()
        self._messages.labels(channel if channel in CHANNELS else "other").inc()
        try:
            yield
        finally:
            self._turns.observe(time.perf_counter() - began)
