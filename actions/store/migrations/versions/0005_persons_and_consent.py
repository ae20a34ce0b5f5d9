"""Persons, the codes that join their conversations, and what a conversation was told of its data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = ("person", "consent", "waiting_since", "taken_at")


def upgrade() -> None:
    """Make the tables, and the columns of conversations."""
    op.create_table(
        "persons",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("large_type", sa.Boolean, nullable=False),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_until", sa.Integer),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_table(
        "joining_codes",
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_joining_codes")),
    )
    op.create_index(op.f("ix_joining_codes_phone"), "joining_codes", ["phone"])
    op.add_column("conversations", sa.Column("person", sa.String))
    op.add_column("conversations", sa.Column("consent", sa.String))
    op.add_column("conversations", sa.Column("waiting_since", Moment))
    op.add_column("conversations", sa.Column("taken_at", Moment))
    op.create_index(op.f("ix_conversations_person"), "conversations", ["person"])
    op.create_index(op.f("ix_conversations_taken_at"), "conversations", ["taken_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_conversations_taken_at"), "conversations")
    op.drop_index(op.f("ix_conversations_person"), "conversations")
    for column in NEW:
        op.drop_column("conversations", column)
    op.drop_table("joining_codes")
    op.drop_table("persons")
