"""The engine's turn in a conversation: one message in, handled wish by wish, the replies and what was understood out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.engine.watching import watched
from nlu.wishes import Judged, split

UNDERSTOOD = (
    "intent",
    "intent_ranking",
    "category",
    "category_confidence",
    "categories",
    "unsure",
    "kind",
    "urgent",
    "urgency",
    "dangers",
    "entities",
    "units",
)
WAITING = "waiting_wishes"
"""The slot with the wishes that were said and are not handled yet."""


class TurnBroken(Exception):
    """The service did not do what a turn asked of it; the words are for the log."""


class Turn:
    """One turn. A message with several wishes has them handled one after the other; a form that opens comes to its end
    first, and the others wait in the conversation's memory until it has."""

    def __init__(self, agent: Any, handle: Callable[[UserMessage], Awaitable[Any]], channel: str, sender: str) -> None:
        """`agent`: Rasa's; `handle`: what it does with a message; `sender`: the conversation."""
        self._agent, self._handle, self._channel, self._sender = agent, handle, channel, sender
        self._replies: list[dict[str, Any]] = []

    async def take(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Handle a message: `{"replies": [...], "understood": {...}}`, the latter of the wish that comes first."""
        failures = watched()
        answer = await self._taken(text, metadata)
        if failures:
            raise TurnBroken(failures[0])
        return answer

    async def _taken(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        before = await self._tracker()
        wishes = [text] if text.startswith("/") or _busy(before) else await split(text, self._judge)
        tracker = await self._say(wishes[0], metadata)
        understood = self._understood(tracker)
        waiting = wishes[1:] + list(tracker.get_slot(WAITING) or ())
        if understood and not understood.get("urgent"):
            waiting = await self._go_on(tracker, waiting, metadata)
        if len(wishes) > 1 and waiting:
            self._replies.append({"custom": {"wishes_waiting": waiting}})
        await self._remember(waiting)
        return {"replies": self._replies, "understood": understood and {**understood, "wishes": wishes}}

    async def _go_on(self, tracker: DialogueStateTracker, waiting: list[str], metadata: Mapping[str, Any]) -> list[str]:
        """Handle what waits until something must be asked back; returns what still waits."""
        number = 1
        while waiting and not _busy(tracker):
            wish, *waiting = waiting
            number += 1
            self._replies.append({"custom": {"wish_next": wish}})
            own = {"message_id": f"{metadata.get('message_id', '')}~{number}"}  # each wish is a deed of its own
            tracker = await self._say(wish, {**metadata, **own, "location": None})
        return waiting

    async def _say(self, text: str, metadata: Mapping[str, Any]) -> DialogueStateTracker:
        collector = CollectingOutputChannel()
        await self._handle(
            UserMessage(text, collector, self._sender, input_channel=self._channel, metadata=dict(metadata))
        )
        self._replies += collector.messages
        tracker = await self._tracker()
        assert tracker is not None  # it has just been spoken to
        return tracker

    async def _tracker(self) -> DialogueStateTracker | None:
        found: DialogueStateTracker | None = await self._agent.tracker_store.retrieve(self._sender)
        return found

    async def _remember(self, waiting: list[str]) -> None:
        tracker = await self._tracker()
        if tracker is not None and list(tracker.get_slot(WAITING) or ()) != waiting:
            tracker.update(SlotSet(WAITING, waiting or None))
            await self._agent.tracker_store.save(tracker)

    async def _judge(self, piece: str) -> Judged:
        parse = await self._agent.parse_message(piece)
        intent, category = parse["intent"], parse.get("category") or "other"
        return Judged(piece, intent["name"], intent["confidence"], category, parse.get("category_confidence") or 0.0)

    def _understood(self, tracker: DialogueStateTracker) -> dict[str, Any] | None:
        latest = tracker.latest_message.parse_data if tracker.latest_message else None
        if not latest:
            return None
        model = str(self._agent.processor.model_filename).rpartition("/")[2].removesuffix(".tar.gz")
        return {key: latest[key] for key in UNDERSTOOD if key in latest} | {"model": model}


def _busy(tracker: DialogueStateTracker | None) -> bool:
    """Whether a form waits for an answer."""
    return bool(tracker and tracker.active_loop_name)
