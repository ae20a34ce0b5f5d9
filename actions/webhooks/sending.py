"""Sending: one notice to the hook that it is for. Whether and when it is tried again is `actions.notify`'s to say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime

import httpx

from actions.errors import NoSender
from actions.notify.notice import Notice
from actions.webhooks.hook import Hook

PATIENCE = 10.0
"""Seconds that a receiver may take."""


class NotTaken(Exception):
    """The receiver did not say that it has the message. The words hold no address: it may bear a key."""


class WebhookSender:
    """Sends to the hooks of the settings and nowhere else: it follows no redirect, and takes no proxy that an
    environment variable may name."""

    def __init__(self, hooks: Iterable[Hook], clock: Callable[[], datetime]) -> None:
        self._hooks, self._clock = {hook.name: hook for hook in hooks}, clock
        self._client = httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False)

    def __call__(self, notice: Notice) -> None:
        """Send it; `NotTaken` for anything but a 2xx, `NoSender` for a hook that the settings no longer name."""
        hook = self._hooks.get(notice.audience.partition(":")[2])
        if hook is None:
            raise NoSender(audience=notice.audience)
        body = json.dumps(dict(notice.body), ensure_ascii=False).encode()
        timestamp = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Linli-Id": str(notice.body["id"]),
            "X-Linli-Timestamp": str(timestamp),
            "X-Linli-Signature": hook.sign(timestamp, body),
        }
        try:
            answer = self._client.post(hook.url, content=body, headers=headers)
        except httpx.HTTPError as failure:
            raise NotTaken(type(failure).__name__) from None
        if not answer.is_success:
            raise NotTaken(f"HTTP {answer.status_code}")

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()
