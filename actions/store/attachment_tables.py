"""The table of attachments: what is known of each file. The files themselves lie in a folder or an object store."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table

from actions.store.columns import Moment
from actions.store.tables import metadata

attachments = Table(
    "attachments",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation", String),
    Column("by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("thumbnail", Boolean, nullable=False),
    Column("longitude", Float),
    Column("latitude", Float),
    Column("ticket", String),
    Column("created_at", Moment, nullable=False),
    Index(None, "conversation", "created_at"),
    Index(None, "ticket"),
)
