"""Deeds found by their id, so that a message that is taken up again after a crash meets what it did before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the deeds on tickets; name those on appointments."""
    op.create_index(op.f("ix_ticket_history_deed"), "ticket_history", ["deed"])
    op.add_column("appointment_history", sa.Column("deed", sa.String))
    op.create_index(op.f("ix_appointment_history_deed"), "appointment_history", ["deed"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_appointment_history_deed"), "appointment_history")
    op.drop_column("appointment_history", "deed")
    op.drop_index(op.f("ix_ticket_history_deed"), "ticket_history")
