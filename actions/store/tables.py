"""The tables. Column names are the field names of the dataclasses they keep, so that a reader needs no translation."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from actions.store.columns import Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", String, primary_key=True),
    Column("report", String, nullable=False, unique=True),
    Column("conversation", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("category", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("kind_name", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("place", Json, nullable=False),
    Column("place_key", Text, nullable=False),
    Column("longitude", Float),
    Column("latitude", Float),
    Column("phone", String),
    Column("urgent", Boolean, nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("grid", String),
    Column("assignee", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("duty", String, nullable=False),
    Column("routed_why", Text, nullable=False),
    Column("deadline", String, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("dispatched_at", Moment),
    Column("contact_due_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("due_certain", Boolean, nullable=False),
    Column("contacted_at", Moment),
    Column("finished_at", Moment),
    Column("closed_at", Moment),
    Column("paused_at", Moment),
    Column("reopened", Integer, nullable=False),
    Column("survey_solved", String),
    Column("survey_satisfied", Boolean),
    Column("survey_words", Text),
    Column("survey_at", Moment),
    Column("merged_into", String),
    Column("predicted", Json, nullable=False),
    Column("level", Integer, nullable=False, server_default="0"),
    Column("about", Json, nullable=False, server_default="[]"),
    Column("answer_due_at", Moment),
    Column("answered_at", Moment),
    Column("wish", String),
    Column("wish_code", String),
    Column("wish_reason", Text),
    Column("wish_until", Moment),
    Column("wish_by", String),
    Column("wish_at", Moment),
    Column("look_at", Moment),
    Index(None, "assignee", "state"),
    Index(None, "kind", "place_key", "state"),
    Index(None, "kind", "state", "latitude", "longitude"),
    Index(None, "merged_into"),
    Index(None, "look_at"),
    Index(None, "state", "due_at"),
    Index(None, "conversation"),
    Index(None, "opened_at"),
    Index(None, "phone"),
)

ticket_history = Table(
    "ticket_history",
    metadata,
    Column("ticket", ForeignKey("tickets.number"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("event", String, nullable=False),
    Column("from_state", String),
    Column("to_state", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("photo", String),
    Column("deed", String),
    Index(None, "deed"),
)

ticket_followers = Table(
    "ticket_followers",
    metadata,
    Column("ticket", ForeignKey("tickets.number"), primary_key=True),
    Column("conversation", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Index(None, "conversation"),
)

ticket_helpers = Table(
    "ticket_helpers",
    metadata,
    Column("ticket", ForeignKey("tickets.number"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("helper", String, nullable=False),
    Column("part", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("outcome", Text, nullable=False),
    Index(None, "helper"),
)

day_numbers = Table(
    "day_numbers",
    metadata,
    Column("day", Date, primary_key=True),
    Column("running", Integer, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("ticket", String),
    Column("body", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("dead_at", Moment),
    Column("round", Integer, nullable=False),
    Column("not_before", Moment),
    Index(None, "delivered_at", "dead_at", "created_at"),
    Index(None, "ticket"),
)

outbox_rounds = Table(
    "outbox_rounds",
    metadata,
    Column("notice", String, primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("id", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Moment, nullable=False),
    Index(None, "until"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("state", String, nullable=False),
    Column("operator", String),
    Column("alert", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("address", Text),
    Column("phone", String),
    Column("person", String),
    Column("consent", String),
    Column("call_back", String),
    Column("waiting_since", Moment),
    Column("taken_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "state", "updated_at"),
    Index(None, "person"),
    Index(None, "taken_at"),
)

attendance = Table(
    "attendance",
    metadata,
    Column("login", String, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("direction", String, nullable=False),
    Column("author", String, nullable=False),
    Column("author_name", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("channel_message_id", String),
    Column("reply_to", String),
    Column("understood", Json),
    Column("intent", String),
    Column("category", String),
    Column("outcome", Json),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    UniqueConstraint("conversation", "channel_message_id"),
    Index(None, "conversation", "seq"),
    Index(None, "reply_to"),
    Index(None, "intent"),
    Index(None, "category"),
    Index(None, "created_at"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("worker", String),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("email", String),
)
