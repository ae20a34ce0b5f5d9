"""What a ticket's owner asks for, who helps, how high up it has gone, and when the clock looks at it next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Json, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = (
    sa.Column("level", sa.Integer, nullable=False, server_default="0"),
    sa.Column("about", Json, nullable=False, server_default="[]"),
    sa.Column("answer_due_at", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("wish", sa.String),
    sa.Column("wish_code", sa.String),
    sa.Column("wish_reason", sa.Text),
    sa.Column("wish_until", Moment),
    sa.Column("wish_by", sa.String),
    sa.Column("wish_at", Moment),
    sa.Column("look_at", Moment),
)


def upgrade() -> None:
    """Add the columns and the helpers' table. Open tickets from before are looked at by the clock at once."""
    for column in NEW:
        op.add_column("tickets", column.copy())
    over = "'closed', 'withdrawn', 'rejected', 'merged'"
    op.execute(f"UPDATE tickets SET look_at = opened_at WHERE state NOT IN ({over})")
    op.create_index(op.f("ix_tickets_look_at"), "tickets", ["look_at"])
    op.create_index(op.f("ix_tickets_kind_latitude"), "tickets", ["kind", "latitude"])
    op.create_index(op.f("ix_tickets_merged_into"), "tickets", ["merged_into"])
    _ticket_helpers()


def _ticket_helpers() -> None:
    op.create_table(
        "ticket_helpers",
        sa.Column("ticket", sa.String, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("helper", sa.String, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("done_at", Moment),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ticket_helpers_ticket")),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_ticket_helpers")),
    )
    op.create_index(op.f("ix_ticket_helpers_helper"), "ticket_helpers", ["helper"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("ticket_helpers")
    for name in ("look_at", "kind_latitude", "merged_into"):
        op.drop_index(op.f(f"ix_tickets_{name}"), "tickets")
    for column in NEW:
        op.drop_column("tickets", column.name)
