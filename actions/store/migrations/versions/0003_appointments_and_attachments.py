"""Appointments with their places and history, and attachments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _appointments()
    _places()
    _attachments()


def downgrade() -> None:
    """Drop them."""
    for table in ("attachments", "appointment_days", "appointment_places", "appointment_history", "appointments"):
        op.drop_table(table)


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("request", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("affair", sa.String, nullable=False),
        sa.Column("affair_name", sa.Text, nullable=False),
        sa.Column("window", sa.String, nullable=False),
        sa.Column("manner", sa.String, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.String),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("reminded_at", Moment),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_appointments")),
        sa.UniqueConstraint("request", name=op.f("uq_appointments_request")),
    )
    for columns in (["conversation", "starts_at"], ["window", "starts_at"], ["status", "starts_at"]):
        op.create_index(op.f(f"ix_appointments_{'_'.join(columns)}"), "appointments", columns)
    op.create_table(
        "appointment_history",
        sa.Column("appointment", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment"], ["appointments.number"], name=op.f("fk_appointment_history_appointment")
        ),
        sa.PrimaryKeyConstraint("appointment", "position", name=op.f("pk_appointment_history")),
    )


def _places() -> None:
    op.create_table(
        "appointment_places",
        sa.Column("window", sa.String, nullable=False),
        sa.Column("manner", sa.String, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("appointment", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("window", "manner", "starts_at", "place", name=op.f("pk_appointment_places")),
        sa.UniqueConstraint("appointment", name=op.f("uq_appointment_places_appointment")),
    )
    op.create_table(
        "appointment_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("running", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_appointment_days")),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("conversation", sa.String),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("thumbnail", sa.Boolean, nullable=False),
        sa.Column("longitude", sa.Float),
        sa.Column("latitude", sa.Float),
        sa.Column("ticket", sa.String),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_conversation_created_at"), "attachments", ["conversation", "created_at"])
    op.create_index(op.f("ix_attachments_ticket"), "attachments", ["ticket"])
