"""Turns one after the other in a conversation, and each message's turn once.

The service asks again with the same message after either of the two has died, or when two of its processes have the
message in hand. Then the answer that was given is given again, word for word; a turn that broke off is taken anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from rasa.shared.core.trackers import DialogueStateTracker

from nlu.engine.trackers import LiveTrackerStore
from nlu.engine.turn import Turn


class Turns:
    """The turns of one engine."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def once(
        self, store: LiveTrackerStore, sender: str, turn: Turn, text: str, metadata: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The answer to a message; `TurnBroken`, and then nothing has come of it."""
        lock = self._locks.setdefault(sender, asyncio.Lock())
        async with lock:
            key = _key(text, metadata)
            if before := store.answered(sender, key):
                return dict(before)
            store.begin(sender)
            try:
                answer = await turn.take(text, metadata)
                store.settle(sender, key, answer)
            except BaseException:  # also where whoever asked is gone: then the turn is cancelled
                store.abandon(sender)
                raise
            return answer

    async def forget(self, store: LiveTrackerStore, empty: DialogueStateTracker) -> None:
        """Put an empty conversation in the place of what is known, once no turn is being taken in it."""
        lock = self._locks.setdefault(empty.sender_id, asyncio.Lock())
        async with lock:
            await store.save(empty)


def store_of(agent: Any) -> LiveTrackerStore:
    """Our store within the wrappers that Rasa puts around it; the outermost would hide a write that failed."""
    store = agent.tracker_store
    while not isinstance(store, LiveTrackerStore):
        store = store._tracker_store
    return store


def _key(text: str, metadata: Mapping[str, Any]) -> str:
    """Which message it is, and how it is worded: the words of a voice message may come later."""
    message = metadata.get("message_id") or uuid.uuid4()  # one without an id is like no other
    said = f"{message}\n{text}"
    return hashlib.sha256(said.encode()).hexdigest()
