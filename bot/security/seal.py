"""A seal on what a browser keeps for us: it can be read there, and not be made up."""

from __future__ import annotations

import hmac
from hashlib import sha256


class Seal:
    """Seals texts for one purpose; what was sealed for another does not open."""

    def __init__(self, key: str, purpose: str) -> None:
        self._key = sha256(f"{purpose}:{key}".encode()).digest()

    def seal(self, text: str) -> str:
        """The text with its seal behind a dot."""
        return f"{text}.{self._mark(text)}"

    def open(self, sealed: str) -> str | None:
        """The text, or None where the seal is not ours."""
        text, _, mark = sealed.rpartition(".")
        return text if hmac.compare_digest(mark.encode(), self._mark(text).encode()) else None

    def _mark(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()
