"""One message's way: record, owner (bot or person), engine, replies, hand-over."""
