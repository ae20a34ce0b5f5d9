"""Webhooks: other programs are told of every step of a ticket, signed, through the outbox."""
