"""The tables of linked chats, their codes, and the letters that come through them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from actions.store.columns import Json, Moment
from actions.store.tables import metadata

staff_links = Table(
    "staff_links",
    metadata,
    Column("account", ForeignKey("accounts.id"), primary_key=True),
    Column("chat", String, nullable=False, unique=True),
    Column("linked_at", Moment, nullable=False),
    Column("draft", Json),
)

staff_codes = Table(
    "staff_codes",
    metadata,
    Column("account", ForeignKey("accounts.id"), primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("until", Moment, nullable=False),
)

staff_letters = Table(
    "staff_letters",
    metadata,
    Column("id", String, primary_key=True),
    Column("chat", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Json, nullable=False),
    Column("taken", String, nullable=False),
    Column("answers", Json, nullable=False),
    Column("answered_at", Moment),
    Index(None, "answered_at", "at"),
)
