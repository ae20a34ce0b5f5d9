"""Dialogues told as data in tests/conversations/, and what is wanted of each answer in them."""

from __future__ import annotations

from typing import Any


def check(turn: dict[str, Any], answer: dict[str, Any]) -> None:
    """An answer of the chat API is what the turn wants."""
    said = "\n".join(reply["text"] for reply in answer["replies"])
    for words in turn.get("hears", ()):
        assert words in said, f"{turn['say']} → {said}"
    for words in turn.get("hears_not", ()):
        assert words not in said, f"{turn['say']} → {said}"
    if "event" in turn:
        events = {event["type"]: event for event in answer["events"]}
        assert turn["event"] in events, f"{turn['say']} → {answer}"
        ticket = events[turn["event"]].get("ticket", {})
        assert {key: ticket.get(key) for key in turn.get("ticket", {})} == turn.get("ticket", {}), ticket
    if "no_event" in turn:
        assert not answer["events"], answer["events"]
    if "article" in turn:
        cited = [citation["article"] for reply in answer["replies"] for citation in reply["citations"]]
        assert cited[:1] == [turn["article"]], f"{turn['say']} → {cited} {said}"
    if "item" in turn:
        cited = [citation["item"] for reply in answer["replies"] for citation in reply["citations"]]
        assert cited[:1] == [turn["item"]], f"{turn['say']} → {cited} {said}"
    if "owner" in turn:
        assert answer["owner"] == turn["owner"]
    if "intent" in turn:
        assert answer["understood"]["intent"] == turn["intent"]
