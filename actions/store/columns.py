"""Column types: moments and JSON, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from actions.clock import local, utc

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON value; None is SQL's NULL, not JSON's null."""


class Moment(TypeDecorator[datetime]):
    """A moment: kept in UTC, given back on the community's clock. ValueError for one that does not say its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To UTC; SQLite keeps the plain digits."""
        return None if value is None else utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From UTC; SQLite's digits bear no zone."""
        if value is None:
            return None
        return local(value if value.tzinfo else value.replace(tzinfo=UTC))
