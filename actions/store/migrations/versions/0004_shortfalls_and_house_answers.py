"""Questions that the knowledge fell short of, and the community's own answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Json, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shortfalls",
        sa.Column("message", sa.String, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("nearest", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("settled_at", Moment),
        sa.PrimaryKeyConstraint("message", "question", name=op.f("pk_shortfalls")),
    )
    op.create_index(op.f("ix_shortfalls_settled_at_at"), "shortfalls", ["settled_at", "at"])
    op.create_index(op.f("ix_shortfalls_conversation"), "shortfalls", ["conversation"])
    op.create_table(
        "house_answers",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("reviewed_at", Moment),
        sa.Column("withdrawer", sa.String, nullable=False),
        sa.Column("withdrawn_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_answers")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("house_answers")
    op.drop_table("shortfalls")
