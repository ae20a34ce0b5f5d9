"""Staff's e-mail addresses, letters that wait for their hour, who sent a dead letter again, and claims on messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the columns of outbox and accounts."""
    op.add_column("accounts", sa.Column("email", sa.String))
    op.add_column("outbox", sa.Column("not_before", Moment))
    op.create_table(
        "outbox_rounds",
        sa.Column("notice", sa.String, nullable=False),
        sa.Column("round", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("notice", "round", name=op.f("pk_outbox_rounds")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_until"), "claims", ["until"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_claims_until"), "claims")
    op.drop_table("claims")
    op.drop_table("outbox_rounds")
    op.drop_column("outbox", "not_before")
    op.drop_column("accounts", "email")
