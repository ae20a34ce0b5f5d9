"""Who waits for a call back, and which operators sit at the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.add_column("conversations", sa.Column("call_back", sa.String))
    op.create_table(
        "attendance",
        sa.Column("login", sa.String, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_attendance")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("attendance")
    op.drop_column("conversations", "call_back")
