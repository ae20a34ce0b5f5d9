"""The tables of appointments. A place taken is a row whose key says which: the key is what keeps it from being taken
twice, however many try at once."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from actions.store.columns import Moment
from actions.store.tables import metadata

appointments = Table(
    "appointments",
    metadata,
    Column("number", String, primary_key=True),
    Column("request", String, nullable=False, unique=True),
    Column("conversation", String, nullable=False),
    Column("affair", String, nullable=False),
    Column("affair_name", Text, nullable=False),
    Column("window", String, nullable=False),
    Column("manner", String, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", String),
    Column("status", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("reminded_at", Moment),
    Index(None, "conversation", "starts_at"),
    Index(None, "window", "starts_at"),
    Index(None, "status", "starts_at"),
)

appointment_history = Table(
    "appointment_history",
    metadata,
    Column("appointment", ForeignKey("appointments.number"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("step", String, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("deed", String),
    Index(None, "deed"),
)

appointment_places = Table(
    "appointment_places",
    metadata,
    Column("window", String, primary_key=True),
    Column("manner", String, primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("appointment", String, nullable=False, unique=True),
)

appointment_days = Table(
    "appointment_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("running", Integer, nullable=False),
)
