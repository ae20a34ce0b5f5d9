"""News that leaves: the outbox and its durable delivery."""
