"""The tables of shortfalls and of the community's own answers."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, String, Table, Text

from actions.store.columns import Json, Moment
from actions.store.tables import metadata

shortfalls = Table(
    "shortfalls",
    metadata,
    Column("message", String, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("status", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("nearest", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("settled_at", Moment),
    Index(None, "settled_at", "at"),
    Index(None, "conversation"),
)

house_answers = Table(
    "house_answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("questions", Json, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("writer", String, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("reviewed_at", Moment),
    Column("withdrawer", String, nullable=False),
    Column("withdrawn_at", Moment),
)
