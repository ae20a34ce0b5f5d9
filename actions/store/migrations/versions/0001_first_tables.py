"""Tickets with their history, the outbox, conversations with their messages, and accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from actions.store.columns import Json, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TICKETS = (
    sa.Column("number", sa.String, nullable=False),
    sa.Column("report", sa.String, nullable=False),
    sa.Column("conversation", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("kind_name", sa.String, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("place", Json, nullable=False),
    sa.Column("place_key", sa.Text, nullable=False),
    sa.Column("longitude", sa.Float),
    sa.Column("latitude", sa.Float),
    sa.Column("phone", sa.String),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("confidential", sa.Boolean, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("grid", sa.String),
    sa.Column("assignee", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("duty", sa.String, nullable=False),
    sa.Column("routed_why", sa.Text, nullable=False),
    sa.Column("deadline", sa.String, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("dispatched_at", Moment),
    sa.Column("contact_due_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("due_certain", sa.Boolean, nullable=False),
    sa.Column("contacted_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("paused_at", Moment),
    sa.Column("reopened", sa.Integer, nullable=False),
    sa.Column("survey_solved", sa.String),
    sa.Column("survey_satisfied", sa.Boolean),
    sa.Column("survey_words", sa.Text),
    sa.Column("survey_at", Moment),
    sa.Column("merged_into", sa.String),
    sa.Column("predicted", Json, nullable=False),
    sa.PrimaryKeyConstraint("number", name="pk_tickets"),
    sa.UniqueConstraint("report", name="uq_tickets_report"),
)


def upgrade() -> None:
    """Make the first tables."""
    _tickets()
    _ticket_history()
    _ticket_followers()
    _day_numbers()
    _outbox()
    _conversations()
    _messages()
    _accounts()


def _tickets() -> None:
    op.create_table("tickets", *TICKETS)
    op.create_index(op.f("ix_tickets_assignee_state"), "tickets", ["assignee", "state"])
    op.create_index(op.f("ix_tickets_conversation"), "tickets", ["conversation"])
    op.create_index(op.f("ix_tickets_kind_place_key_state"), "tickets", ["kind", "place_key", "state"])
    op.create_index(op.f("ix_tickets_opened_at"), "tickets", ["opened_at"])
    op.create_index(op.f("ix_tickets_phone"), "tickets", ["phone"])
    op.create_index(op.f("ix_tickets_state_due_at"), "tickets", ["state", "due_at"])


def _ticket_history() -> None:
    op.create_table(
        "ticket_history",
        sa.Column("ticket", sa.String, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("from_state", sa.String),
        sa.Column("to_state", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("photo", sa.String),
        sa.Column("deed", sa.String),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ticket_history_ticket")),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_ticket_history")),
    )


def _ticket_followers() -> None:
    op.create_table(
        "ticket_followers",
        sa.Column("ticket", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ticket_followers_ticket")),
        sa.PrimaryKeyConstraint("ticket", "conversation", name=op.f("pk_ticket_followers")),
    )
    op.create_index(op.f("ix_ticket_followers_conversation"), "ticket_followers", ["conversation"])


def _day_numbers() -> None:
    op.create_table(
        "day_numbers",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("running", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_numbers")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("ticket", sa.String),
        sa.Column("body", Json, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("delivered_at", Moment),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("dead_at", Moment),
        sa.Column("round", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        op.f("ix_outbox_delivered_at_dead_at_created_at"), "outbox", ["delivered_at", "dead_at", "created_at"]
    )
    op.create_index(op.f("ix_outbox_ticket"), "outbox", ["ticket"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("operator", sa.String),
        sa.Column("alert", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("phone", sa.String),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_state_updated_at"), "conversations", ["state", "updated_at"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("direction", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("author_name", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("channel_message_id", sa.String),
        sa.Column("reply_to", sa.String),
        sa.Column("understood", Json),
        sa.Column("intent", sa.String),
        sa.Column("category", sa.String),
        sa.Column("outcome", Json),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_messages_conversation")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "conversation", "channel_message_id", name=op.f("uq_messages_conversation_channel_message_id")
        ),
        sa.UniqueConstraint("id", name=op.f("uq_messages_id")),
    )
    op.create_index(op.f("ix_messages_category"), "messages", ["category"])
    op.create_index(op.f("ix_messages_conversation_seq"), "messages", ["conversation", "seq"])
    op.create_index(op.f("ix_messages_created_at"), "messages", ["created_at"])
    op.create_index(op.f("ix_messages_intent"), "messages", ["intent"])
    op.create_index(op.f("ix_messages_reply_to"), "messages", ["reply_to"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("worker", sa.String),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
