"""A hook: one address that is told, and the secret that its messages are signed with."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from actions.errors import WebhooksBroken

SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Hook:
    """Where to, and how it is signed. The secret is in no log: it is left out of the representation."""

    url: str
    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        """What the outbox calls it. It comes from the address: what waits for one hook never goes to another, in
        whatever order the settings name them."""
        return sha256(self.url.encode()).hexdigest()[:12]

    def sign(self, timestamp: int, body: bytes) -> str:
        """HMAC-SHA256 over `timestamp.body`, as `sha256=<hex>`: an old message can't be sent again with a new time."""
        return f"sha256={hmac.new(self.secret.encode(), f'{timestamp}.'.encode() + body, sha256).hexdigest()}"


def read_hooks(text: str) -> tuple[Hook, ...]:
    """The hooks of a setting "url|secret,url|secret"; `WebhooksBroken` says which one is wrong and how."""
    written = [part.strip() for part in text.split(",") if part.strip()]
    hooks = tuple(_hook(part, place) for place, part in enumerate(written, start=1))
    _refuse_twins(hooks)
    return hooks


def _hook(text: str, place: int) -> Hook:
    url, _, secret = (part.strip() for part in text.partition("|"))
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise WebhooksBroken(place=place, problem="地址要写全，以 https:// 或 http:// 开头")
    if len(secret) < SHORTEST_SECRET:
        raise WebhooksBroken(place=place, problem=f"竖线后面的密钥至少 {SHORTEST_SECRET} 个字符")
    return Hook(url, secret)


def _refuse_twins(hooks: Sequence[Hook]) -> None:
    for place, hook in enumerate(hooks, start=1):
        if hook.url in {other.url for other in hooks[: place - 1]}:
            raise WebhooksBroken(place=place, problem="这个地址前面已经写过一次")
