"""Grid workers on Telegram: their tickets come to their phone, and they answer there."""
