"""Tuning the sentence encoder on our own examples: `make tune`. Rare, some half an hour, and needs PyTorch, which nothing else does."""
