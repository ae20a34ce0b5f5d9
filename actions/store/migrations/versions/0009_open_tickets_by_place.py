"""Unsolved tickets by kind and position: looking for neighbours' reports must not get slower with what is closed."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLD = ("kind", "latitude")
NEW = ("kind", "state", "latitude", "longitude")


def upgrade() -> None:
    """One index in place of the other."""
    op.create_index(op.f("ix_tickets_" + "_".join(NEW)), "tickets", list(NEW))
    op.drop_index(op.f("ix_tickets_" + "_".join(OLD)), "tickets")


def downgrade() -> None:
    """Back again."""
    op.create_index(op.f("ix_tickets_" + "_".join(OLD)), "tickets", list(OLD))
    op.drop_index(op.f("ix_tickets_" + "_".join(NEW)), "tickets")
