"""The community's clock. Every moment in this package is aware and is shown in China's one time zone.

A fixed offset, not a zone database: China has kept no summer time since 1991, and nothing may be read at import.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local(at: datetime) -> datetime:
    """The same moment on the community's clock; ValueError for a moment that does not say its zone."""
    if at.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {at.isoformat()}")
    return at.astimezone(SHANGHAI)


def utc(at: datetime) -> datetime:
    """The same moment in UTC, as the store keeps it; ValueError for a moment that does not say its zone."""
    return local(at).astimezone(UTC)
