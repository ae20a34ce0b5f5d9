"""The tables of persons and of the codes that join their conversations."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from actions.store.columns import Moment
from actions.store.tables import metadata

persons = Table(
    "persons",
    metadata,
    Column("id", String, primary_key=True),
    Column("large_type", Boolean, nullable=False),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("language", String, nullable=False),
    Column("created_at", Moment, nullable=False),
)

joining_codes = Table(
    "joining_codes",
    metadata,
    Column("conversation", String, primary_key=True),
    Column("phone", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    Index(None, "phone"),
)
