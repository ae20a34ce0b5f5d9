"""Conversations and their messages: what was said, who owns the talk now, and what may still need an answer. Pure."""
