"""Telegram: what residents send there goes to the flow, what the flow and the outbox say goes back."""
