"""Chats that are linked to staff accounts, the codes that link them, and the letters that come through them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Json, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_links",
        sa.Column("account", sa.String, nullable=False),
        sa.Column("chat", sa.String, nullable=False),
        sa.Column("linked_at", Moment, nullable=False),
        sa.Column("draft", Json),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_staff_links")),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_staff_links_account")),
        sa.UniqueConstraint("chat", name=op.f("uq_staff_links_chat")),
    )
    op.create_table(
        "staff_codes",
        sa.Column("account", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_staff_codes")),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_staff_codes_account")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_codes_digest")),
    )
    op.create_table(
        "staff_letters",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("chat", sa.String, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("taken", sa.String, nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("answered_at", Moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_letters")),
    )
    op.create_index(op.f("ix_staff_letters_answered_at_at"), "staff_letters", ["answered_at", "at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_staff_letters_answered_at_at"), "staff_letters")
    for table in ("staff_letters", "staff_codes", "staff_links"):
        op.drop_table(table)
